//! What a clear by a tag costs, when the memory of what it has cleared comes back, and what a pattern
//! costs. A program of its own, with one test: it is the real time that is measured.

#![allow(
    clippy::disallowed_methods,
    reason = "it is the real time that is bounded"
)]

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use memo_core::{Cache, clear_tag, run_maintenance, set_maintenance_thread};

/// Fewer where each step takes long.
const ENTRIES: u64 = if cfg!(debug_assertions) {
    100_000
} else {
    1_000_000
};
const FEW: u64 = 1_000;
const ROUNDS: usize = 5;
/// From one sweep to the next it takes so long at least.
const TICK: Duration = Duration::from_secs(1);

fn timed<T>(act: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = act();
    (result, start.elapsed())
}

/// The median of several rounds.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Caches with something to clear, all of it or what has a tag.
struct Cleared {
    tag: &'static str,
    cache: Cache<u64, Arc<()>>,
    put: fn(&Cache<u64, Arc<()>>, u64, Arc<()>),
}

impl Cleared {
    fn whole(tag: &'static str) -> Self {
        let cache = Cache::builder().maxsize(None).tag(tag).build();
        let put = |cache: &Cache<_, _>, n, value| cache.insert(n, value);
        Self { tag, cache, put }
    }

    fn single() -> Self {
        let cache = Cache::builder().maxsize(None).build();
        Self {
            tag: "clearing::single",
            cache,
            put: |cache, n, value| cache.insert_tagged(n, value, ["clearing::single"]),
        }
    }

    /// How long it takes to clear so many entries that were put in just before; `before` it, something else.
    fn clear(&self, entries: u64, before: impl Fn()) -> Duration {
        let value = Arc::new(());
        let rounds = (0..ROUNDS).map(|_| {
            (0..entries).for_each(|n| (self.put)(&self.cache, n, Arc::clone(&value)));
            before();
            let (removed, time) = timed(|| clear_tag(self.tag));
            assert_eq!(removed as u64, entries);
            assert!(!self.cache.contains(&0) && !self.cache.contains(&(entries - 1)));
            run_maintenance();
            assert_eq!(self.cache.len(), 0);
            time
        });
        median(rounds.collect())
    }
}

fn a_clear_takes_the_same_time_for_all() {
    for cleared in [Cleared::whole("clearing::whole"), Cleared::single()] {
        // A million insertions leave nothing in the processor's caches that a clear needs. What it runs is
        // there again after that of a cache which has nothing to do with it.
        let other = Cleared::whole("clearing::other");
        let run_it = || {
            run_maintenance();
            other.cache.insert(1, Arc::new(()));
            assert_eq!(clear_tag(other.tag), 1);
        };
        let few = cleared.clear(FEW, run_it);
        let (many, cold) = (
            cleared.clear(ENTRIES, run_it),
            cleared.clear(ENTRIES, || ()),
        );
        println!(
            "{}: {few:?} for {FEW} entries, {many:?} for {ENTRIES}; {cold:?} right after they came",
            cleared.tag
        );
        // One by one it takes a hundred times as long.
        assert!(many < Duration::from_micros(200), "{many:?}");
    }
}

fn what_was_cleared_is_freed() {
    let value = Arc::new(());
    let cache: Cache<u64, Arc<()>> = Cache::builder()
        .maxsize(None)
        .tag("clearing::freed")
        .build();
    let fill = || (0..ENTRIES).for_each(|n| cache.insert(n, Arc::clone(&value)));
    fill();
    let (_, at_once) = timed(|| cache.clear());
    fill();
    clear_tag("clearing::freed");
    assert!(Arc::strong_count(&value) as u64 > ENTRIES, "later");
    let (_, maintained) = timed(run_maintenance);
    assert_eq!(Arc::strong_count(&value), 1);
    println!(
        "{ENTRIES} entries: freed by maintenance in {maintained:?}, by a usual clear in {at_once:?}"
    );

    set_maintenance_thread(true);
    fill();
    clear_tag("clearing::freed");
    let cleared = Instant::now();
    while Arc::strong_count(&value) > 1 {
        assert!(
            cleared.elapsed() < 3 * TICK,
            "{} are left, and nobody comes",
            Arc::strong_count(&value) - 1
        );
        thread::yield_now();
    }
    println!("freed without traffic after {:?}", cleared.elapsed());
}

fn a_pattern_takes_linear_time() {
    let cache: Cache<String, u64> = Cache::builder().build();
    let text = |length: usize| "a".repeat(length);
    let of_length = |length: usize| {
        let rounds = (0..ROUNDS).map(|_| {
            cache.clear();
            cache.insert(text(length), 1);
            let pattern = "a*a*a*b".repeat(length / 7);
            let (removed, time) = timed(|| cache.invalidate_matching(&pattern));
            assert_eq!(removed, 0);
            time
        });
        median(rounds.collect())
    };
    let [short, medium, long] = [1 << 12, 1 << 14, 1 << 16].map(of_length);
    println!("pattern and key of 4, 16 and 64 KiB: {short:?}, {medium:?}, {long:?}");
    assert!(long < Duration::from_millis(10));
    // Four times as long each time; the square would be sixteen times.
    let most = |shorter: Duration| 8 * shorter + Duration::from_micros(50);
    assert!(medium < most(short) && long < most(medium));
}

#[test]
fn clearing() {
    // Waking a thread takes longer than a clear, and is done once a second at most.
    set_maintenance_thread(false);
    a_clear_takes_the_same_time_for_all();
    a_pattern_takes_linear_time();
    what_was_cleared_is_freed();
}
