//! Results that are computed anew before they are missed.

use std::cell::Cell;
use std::panic::{catch_unwind, resume_unwind};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use memokit::memoize;
use memokit::testing::MockClock;

use crate::support::{Runs, until};

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

thread_local! {
    /// How many drops on this thread are left until one panics; none if it is 0.
    static FUSE: Cell<u64> = const { Cell::new(0) };
}

/// A key and a value.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Touchy(u64);

impl Drop for Touchy {
    fn drop(&mut self) {
        let left = FUSE.get();
        FUSE.set(left.saturating_sub(1));
        if left == 1 && !thread::panicking() {
            resume_unwind(Box::new("in `Drop`"));
        }
    }
}

static MADE: Runs = Runs::new();

#[memoize(ttl = "10s", refresh_ahead = 0.5, key = Touchy(n))]
fn touchy(n: u64) -> Touchy {
    let _ = n;
    Touchy(MADE.add() as u64)
}

#[test]
fn a_panic_in_drop_is_not_the_end_of_renewals() {
    let clock = MockClock::new();
    assert!(touchy::cache().set_clock(clock.clone()));
    let calls: [fn(); 2] = [|| drop(touchy(0)), || touchy::with(0, |_| ())];
    for call in calls {
        for drops in 1.. {
            assert!(drops < 50, "a call makes fewer");
            touchy::cache_clear();
            let first = touchy(0).0;
            drop(touchy(1));
            let is_removed = touchy::with(0, |_| touchy::invalidate(&1));
            assert!(is_removed, "no reader has stayed, so results are kept");
            clock.advance(Duration::from_secs(6));
            FUSE.set(drops);
            let has_failed = catch_unwind(call).is_err();
            if FUSE.replace(0) > 0 {
                break;
            }
            assert!(has_failed);
            clock.advance(Duration::from_secs(2));
            drop(touchy(0));
            until(|| touchy::peek(&0).is_some_and(|value| value.0 != first));
        }
    }
}

/// The value that panics where it is dropped; none if it is 0.
static LOADED: AtomicU64 = AtomicU64::new(0);

#[derive(Clone)]
struct Loaded {
    number: u64,
    run: usize,
}

impl Drop for Loaded {
    fn drop(&mut self) {
        let (number, order) = (self.number, Ordering::SeqCst);
        let is_it = number > 0 && LOADED.compare_exchange(number, 0, order, order).is_ok();
        if is_it && !thread::panicking() {
            resume_unwind(Box::new("in `Drop`"));
        }
    }
}

static LOADS: Runs = Runs::new();

/// Each size has a cache of its own.
#[memoize(ttl = "10s", refresh_ahead = 0.5)]
fn loaded<const SIZE: u64>(n: u64) -> Loaded {
    Loaded {
        number: 100 * SIZE + n,
        run: LOADS.add(),
    }
}

/// Whether a call has failed that begins a renewal. Where an index of this size is full, it grows by that, and
/// garbage is looked for.
fn fails_as_a_renewal_begins<const SIZE: u64>(clock: &MockClock) -> bool {
    let first = loaded::<SIZE>(0).run;
    (1..SIZE).for_each(|n| drop(loaded::<SIZE>(n)));
    // What a reader may see stays.
    let is_removed = loaded::with::<SIZE, _>(0, |_| loaded::invalidate::<SIZE>(&1));
    assert!(is_removed);
    drop(loaded::<SIZE>(SIZE));
    clock.advance(Duration::from_secs(6));
    LOADED.store(100 * SIZE + 1, Ordering::SeqCst);
    let has_failed = catch_unwind(|| drop(loaded::<SIZE>(0))).is_err();
    LOADED.store(0, Ordering::SeqCst);
    if has_failed {
        clock.advance(Duration::from_secs(2));
        drop(loaded::<SIZE>(0));
        until(|| loaded::peek::<SIZE>(&0).is_some_and(|value| value.run != first));
    }
    has_failed
}

#[test]
fn garbage_that_panics_is_not_the_end_of_renewals() {
    let clock = MockClock::new();
    assert!(loaded::cache().set_clock(clock.clone()));
    let failed = [
        fails_as_a_renewal_begins::<11>(&clock),
        fails_as_a_renewal_begins::<12>(&clock),
        fails_as_a_renewal_begins::<24>(&clock),
    ];
    assert_eq!(failed, [false, true, true], "an index of 12 or 24 is full");
}
