//! Results that are computed anew before they are missed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use memokit::memoize;
use memokit::testing::MockClock;

static RUNS: AtomicU64 = AtomicU64::new(0);

#[memoize(ttl = "10s", refresh_ahead = 0.5, stale_while_revalidate = "5s")]
fn price(name: &str, amount: u64) -> u64 {
    RUNS.fetch_add(1, Ordering::SeqCst);
    name.len() as u64 * amount + 1_000 * RUNS.load(Ordering::SeqCst)
}

#[test]
fn a_used_result_is_renewed_before_its_end() {
    let clock = MockClock::new();
    assert!(price::cache().set_clock(clock.clone()));
    let first = price("abc", 2);
    clock.advance(Duration::from_secs(4));
    assert_eq!(price("abc", 2), first);
    assert_eq!(RUNS.load(Ordering::SeqCst), 1);
    clock.advance(Duration::from_secs(2));
    assert_eq!(price("abc", 2), first, "nobody waits");
    while price::peek("abc", &2) == Some(first) {
        thread::yield_now();
    }
    assert_eq!(RUNS.load(Ordering::SeqCst), 2);
    assert_eq!(price("abc", 2), first + 1_000);
    clock.advance(Duration::from_secs(12));
    // Past its end, within the window.
    assert_eq!(price("abc", 2), first + 1_000);
    while price::peek("abc", &2) == Some(first + 1_000) {
        thread::yield_now();
    }
    let info = price::cache_info();
    assert_eq!((info.hits, info.misses, info.stale), (4, 1, 1));
    assert_eq!(RUNS.load(Ordering::SeqCst), 3);
    clock.advance(Duration::from_secs(15));
    assert_eq!(price("abc", 2), first + 3_000);
}
