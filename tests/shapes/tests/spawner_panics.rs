//! An executor that refuses what it is given. In a program of its own: it is for all functions.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use memokit::memoize;
use memokit::testing::MockClock;
use smol::future::block_on;

static RUNS: AtomicU64 = AtomicU64::new(0);

#[memoize(ttl = "10s", refresh_ahead = 0.5)]
async fn price(item: u64) -> u64 {
    item + 1_000 * RUNS.fetch_add(1, Ordering::SeqCst)
}

#[test]
fn a_hit_is_a_hit_though_nobody_takes_its_renewal() {
    memokit::set_spawner(|_| resume_unwind(Box::new("on purpose")));
    let clock = MockClock::new();
    assert!(price::cache().set_clock(clock.clone()));
    assert_eq!(block_on(price(1)), 1);
    clock.advance(Duration::from_secs(6));
    assert_eq!(block_on(price(1)), 1);
    // The next one tries again after a while.
    memokit::set_spawner(block_on);
    assert_eq!(block_on(price(1)), 1);
    assert_eq!(RUNS.load(Ordering::SeqCst), 1);
    clock.advance(Duration::from_secs(1));
    assert_eq!(block_on(price(1)), 1);
    assert_eq!(RUNS.load(Ordering::SeqCst), 2);
    assert_eq!(block_on(price(1)), 1_001);
    let info = price::cache_info();
    assert_eq!((info.hits, info.misses, info.load_failures), (4, 1, 0));
}
