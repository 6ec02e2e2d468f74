//! Results of async functions that are computed anew before they are missed.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use memokit::testing::MockClock;
use memokit::{BackgroundFuture, memoize};
use smol::future::{block_on, yield_now};

static RUNS: AtomicU64 = AtomicU64::new(0);
static WAITING: Mutex<Vec<BackgroundFuture>> = Mutex::new(Vec::new());

#[memoize(ttl = "10s", refresh_ahead = 0.5, stale_while_revalidate = "5s")]
async fn price(name: &str, amount: u64) -> u64 {
    yield_now().await;
    name.len() as u64 * amount + 1_000 * RUNS.fetch_add(1, Ordering::SeqCst)
}

fn run_in_background() -> usize {
    let waiting = std::mem::take(&mut *WAITING.lock().unwrap());
    let count = waiting.len();
    waiting.into_iter().for_each(block_on);
    count
}

#[test]
fn a_task_computes_it_anew() {
    memokit::set_spawner(|future| WAITING.lock().unwrap().push(future));
    let clock = MockClock::new();
    assert!(price::cache().set_clock(clock.clone()));
    assert_eq!(block_on(price("abc", 2)), 6);
    clock.advance(Duration::from_secs(6));
    // Once, however many see that it is due.
    for _ in 0..3 {
        assert_eq!(block_on(price("abc", 2)), 6);
    }
    assert_eq!(run_in_background(), 1);
    assert_eq!(block_on(price("abc", 2)), 1_006);
    // A spawner that drops what it gets, or an invalidation, leaves nothing behind.
    clock.advance(Duration::from_secs(6));
    assert_eq!(block_on(price("abc", 2)), 1_006);
    WAITING.lock().unwrap().clear();
    clock.advance(Duration::from_secs(1));
    assert_eq!(block_on(price("abc", 2)), 1_006);
    assert!(price::invalidate("abc", &2));
    assert_eq!(run_in_background(), 1);
    assert!(!price::contains("abc", &2), "nobody wants it");
    // What hangs prolongs no life.
    assert_eq!(block_on(price("abc", 2)), 2_006);
    clock.advance(Duration::from_secs(6));
    assert_eq!(block_on(price("abc", 2)), 2_006);
    clock.advance(Duration::from_secs(10));
    assert_eq!(block_on(price("abc", 2)), 3_006);
    assert_eq!(run_in_background(), 1);
    assert_eq!(block_on(price("abc", 2)), 3_006, "the newer one stays");
    let info = price::cache_info();
    assert_eq!((info.hits, info.misses), (8, 3));
}
