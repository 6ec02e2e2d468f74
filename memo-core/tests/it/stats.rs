//! Every call is counted once, every removal under its cause.

use std::thread;
use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Cache, CacheInfo, RemovalCause};

use crate::support::{
    PATIENCE, Random, assert_calls, assert_sound, fail_silently, panic_in, within,
};

/// All but the bytes.
fn counts(cache: &Cache<u64, u64>) -> CacheInfo {
    let mut info = cache.stats();
    assert_eq!(info.bytes > Some(0), info.currsize > 0);
    info.bytes = None;
    info
}

#[test]
fn each_call_is_a_hit_a_miss_or_coalesced() {
    const THREADS: u64 = 8;
    const CALLS: u64 = 5_000;
    within(PATIENCE, || {
        let cache: Cache<u64, u64> = Cache::builder().maxsize(32).build();
        let failures: u64 = thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|seed| {
                    let cache = &cache;
                    scope.spawn(move || calls_with_failures(cache, seed, CALLS))
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        let info = cache.stats();
        assert_calls(&info, THREADS * CALLS);
        assert!(info.hits > 0 && info.misses > 32);
        assert_eq!(info.load_failures, failures);
        // A `get` that finds nothing is a miss without a computation.
        assert!(info.load_successes + info.load_failures < info.misses);
        // What was stored has left, by some cause, or is there; some values were late.
        let stored = info.load_successes - info.rejected;
        assert_eq!(
            stored,
            info.removals.size + info.removals.explicit + cache.len() as u64
        );
        assert_sound(&cache);
    });
}

/// Calls of all kinds; the number of computations that failed.
fn calls_with_failures(cache: &Cache<u64, u64>, seed: u64, calls: u64) -> u64 {
    let mut random = Random(seed);
    let mut failures = 0;
    for _ in 0..calls {
        let key = random.skewed(300);
        match random.next() % 10 {
            0 => drop(cache.get(&key)),
            1 => {
                let call = || cache.get_or_insert_with(&key, || fail_silently());
                failures += u64::from(panic_in(call).is_some());
            }
            choice => {
                assert_eq!(cache.get_or_insert_with(&key, || key), key);
                if choice == 2 {
                    cache.remove(&key);
                }
            }
        }
    }
    failures
}

#[test]
fn removals_by_cause() {
    let clock = MockClock::new();
    let cache: Cache<u64, u64> = Cache::builder()
        .maxsize(3)
        .ttl(Duration::from_secs(1))
        .clock(clock.clone())
        .build();
    for key in 0..5 {
        cache.insert(key, key);
    }
    cache.insert(4, 40);
    cache.remove(&4);
    cache.remove(&4);
    clock.advance(Duration::from_secs(1));
    assert_eq!(cache.evict_expired(), 2);
    cache.insert(9, 9);
    cache.handle().set_maxsize(0);
    let info = cache.stats();
    let removals = RemovalCause::ALL.map(|cause| (cause.to_string(), info.removals.of(cause)));
    let expected = [
        ("size", 3),
        ("expired", 2),
        ("memory", 0),
        ("explicit", 1),
        ("replaced", 1),
        ("collected", 0),
    ];
    assert_eq!(
        removals,
        expected.map(|(cause, count)| (cause.to_owned(), count))
    );
    assert_eq!((info.evictions(), info.expirations()), (3, 2));
}

#[test]
fn a_clear_zeroes_and_a_tag_does_not() {
    let cache: Cache<u64, u64> = Cache::builder().tag("stats::zero").build();
    let call = |key: u64| cache.get_or_insert_with(&key, || key);
    assert_eq!([1, 1].map(call), [1, 1]);
    assert_eq!(memo_core::clear_tag("stats::zero"), 1);
    let info = cache.stats();
    assert_eq!((info.hits, info.misses, info.removals.explicit), (1, 1, 1));
    call(1);
    assert_eq!(cache.clear(), 1);
    assert_eq!(counts(&cache), counted(0, 0, Some(128), 0));
    assert_eq!([1, 2, 2].map(call), [1, 2, 2]);
    let info = cache.stats();
    assert_eq!((info.hits, info.misses, info.currsize), (1, 2, 2));
    assert_eq!(cache.handle().clear(), 2);
    assert_eq!(cache.stats().calls(), 0);
}

#[test]
fn looking_is_not_calling() {
    let cache: Cache<u64, u64> = Cache::builder().build();
    cache.insert(1, 10);
    assert_eq!((cache.peek(&1), cache.peek(&2)), (Some(10), None));
    assert!(cache.contains(&1) && cache.entry_info(&1).is_some());
    assert_eq!(
        (cache.iter().count(), cache.len(), cache.remove(&3)),
        (1, 1, None)
    );
    assert_eq!(counts(&cache), counted(0, 0, Some(128), 1));
}

#[test]
fn counting_can_be_switched_off() {
    let cache: Cache<u64, u64> = Cache::builder().stats(false).maxsize(1).build();
    for key in [1, 1, 2] {
        assert_eq!(cache.get_or_insert_with(&key, || key), key);
    }
    assert_eq!(counts(&cache), counted(0, 0, Some(1), 1));
}

#[test]
fn load_time_is_the_time_in_computations() {
    let clock = MockClock::new();
    let cache: Cache<u64, u64> = Cache::builder().clock(clock.clone()).build();
    let load = |seconds| {
        clock.advance(Duration::from_secs(seconds));
        seconds
    };
    cache.get_or_insert_with(&1, || load(3));
    let failing = || {
        cache.get_or_insert_with(&2, || {
            load(4);
            fail_silently()
        })
    };
    assert!(panic_in(failing).is_some());
    clock.advance(Duration::from_secs(100));
    cache.get_or_insert_with(&1, || load(1));
    let info = cache.stats();
    assert_eq!(info.load_time, Duration::from_secs(7));
    assert_eq!((info.load_successes, info.load_failures), (1, 1));
}

#[test]
fn snapshots_are_added_and_subtracted() {
    let cache: Cache<u64, u64> = Cache::builder().maxsize(2).build();
    for key in [1, 2, 2] {
        cache.get_or_insert_with(&key, || key);
    }
    let before = cache.stats();
    for key in [2, 3, 3, 3] {
        cache.get_or_insert_with(&key, || key);
    }
    let since = cache.stats().minus(&before);
    assert_eq!((since.hits, since.misses, since.removals.size), (3, 1, 1));
    assert_eq!(
        (since.maxsize, since.currsize),
        (Some(2), 2),
        "sizes are those of now"
    );
    assert_eq!(before.minus(&cache.stats()).hits, 0, "never below zero");
    let sum = before.plus(&since);
    let now = cache.stats();
    assert_eq!(
        (sum.hits, sum.misses, sum.calls()),
        (now.hits, now.misses, now.calls())
    );
    assert_eq!(sum.removals, now.removals);
    assert_eq!(
        (sum.maxsize, sum.currsize),
        (Some(4), 4),
        "two caches' sizes"
    );
    assert_eq!(sum.plus(&counted(1, 1, None, 1)).maxsize, None);
    assert!((now.hit_rate() - 4.0 / 7.0).abs() < f64::EPSILON);
    assert!(CacheInfo::default().hit_rate().abs() < f64::EPSILON);
}

#[test]
fn shown_as_functools_does() {
    let cache: Cache<u64, u64> = Cache::builder().maxsize(1_024).build();
    for n in 0..5_000 {
        cache.get_or_insert_with(&(n % 10), || n);
    }
    let shown = "CacheInfo(hits=4990, misses=10, maxsize=1024, currsize=10)";
    assert_eq!(cache.stats().to_string(), shown);
    let unbounded: Cache<u64, u64> = Cache::builder().maxsize(None).build();
    let shown = "CacheInfo(hits=0, misses=0, maxsize=None, currsize=0)";
    assert_eq!(unbounded.stats().to_string(), shown);
    let bare = Cache::<u64, u64>::builder().bare().build();
    assert_eq!(bare.stats().to_string(), shown);
}

/// A snapshot in which nothing else was counted.
fn counted(hits: u64, misses: u64, maxsize: Option<usize>, currsize: usize) -> CacheInfo {
    let mut info = CacheInfo::default();
    (info.hits, info.misses, info.maxsize, info.currsize) = (hits, misses, maxsize, currsize);
    info
}

/// Sums end at the largest number, and what is computed of them does.
#[test]
fn figures_do_not_overflow() {
    let mut most = CacheInfo::default();
    (most.hits, most.misses, most.coalesced) = (u64::MAX, 1, 1);
    (most.removals.size, most.removals.memory) = (u64::MAX, 1);
    let sum = most.plus(&most);
    assert_eq!((sum.calls(), sum.evictions()), (u64::MAX, u64::MAX));
    assert!((0.0..=1.0).contains(&sum.hit_rate()));
}
