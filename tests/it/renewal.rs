//! Results that are computed anew before they are missed.

use std::sync::LazyLock;
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

static CLOCK: LazyLock<MockClock> = LazyLock::new(MockClock::new);
static DEAR: AtomicU64 = AtomicU64::new(0);

/// The mean is so far from the end that what has cost anything is always early.
#[memoize(ttl = "10s", early = 1e12)]
fn figure(name: &str, cost: u64) -> u64 {
    CLOCK.advance(Duration::from_secs(cost));
    DEAR.fetch_add(1, Ordering::SeqCst) + name.len() as u64
}

#[test]
fn what_was_dear_is_renewed_early() {
    assert!(figure::cache().set_clock(CLOCK.clone()));
    let (cheap, dear) = (figure("a", 0), figure("a", 1));
    assert_eq!(figure("a", 1), dear, "nobody waits");
    while figure::peek("a", &1) == Some(dear) {
        thread::yield_now();
    }
    CLOCK.advance(Duration::from_secs(7));
    assert_eq!(figure("a", 0), cheap, "what costs nothing is not early");
    assert_eq!(figure::peek("a", &1), Some(dear + 1));
    assert_eq!(DEAR.load(Ordering::SeqCst), 3);
    let info = figure::cache_info();
    assert_eq!((info.hits, info.misses, info.stale), (2, 2, 0));
}
