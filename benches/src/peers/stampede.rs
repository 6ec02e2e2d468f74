//! Many callers of one missing key at the same moment: how often does the body run?
//!
//! Here rivals do the best that they offer for this: the call that computes under a lock or makes
//! others wait, where there is one.

use std::hint::black_box;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::results::Row;
use super::rivals::{
    DashFold, Fixed, LockedLru, MiniMoka, Moka, Papaya, Quick, fixed, locked_lru, memoized,
};
use crate::allocations;
use crate::harness::samples::Samples;

pub const NAME: &str = "stampede";
pub const ABOUT: &str = "64 threads call for one missing key at once; the body takes its time";
pub const CALLERS: usize = 64;

/// Callers that are about to call, and bodies that have begun.
static ARRIVED: AtomicUsize = AtomicUsize::new(0);
static BODIES: AtomicUsize = AtomicUsize::new(0);

/// Ends some while after the last caller has arrived, so that nobody comes too late.
fn body(key: &u64) -> u64 {
    BODIES.fetch_add(1, Ordering::Relaxed);
    while ARRIVED.load(Ordering::Relaxed) < CALLERS {
        std::thread::yield_now();
    }
    // Every turn lets all others run that can.
    for _ in 0..200 {
        std::thread::yield_now();
    }
    *key
}

type Call = fn(u64) -> u64;

const CONTENDERS: &[(&str, Call)] = &[
    ("memokit", |key| {
        #[memokit::memoize]
        fn inner(key: u64) -> u64 {
            body(&key)
        }
        inner(key)
    }),
    ("cached_max_size", |key| {
        #[cached::macros::cached(max_size = 128)]
        fn inner(key: u64) -> u64 {
            body(&key)
        }
        inner(key)
    }),
    ("cached_by_key", |key| {
        #[cached::macros::cached(max_size = 128, sync_writes = "by_key")]
        fn inner(key: u64) -> u64 {
            body(&key)
        }
        inner(key)
    }),
    ("cached_concurrent", |key| {
        #[cached::macros::concurrent_cached(max_size = 128)]
        fn inner(key: u64) -> u64 {
            body(&key)
        }
        inner(key)
    }),
    ("memoize", |key| {
        #[memoize::memoize(SharedCache, Capacity: 128)]
        fn inner(key: u64) -> u64 {
            body(&key)
        }
        inner(key)
    }),
    ("quick_cache", |key| {
        static CACHE: LazyLock<Quick<u64, u64>> = LazyLock::new(|| Quick::new(128));
        let value: Result<u64, ()> = CACHE.get_or_insert_with(&key, || Ok(body(&key)));
        value.expect("the body has no errors")
    }),
    ("moka", |key| {
        static CACHE: LazyLock<Moka<u64, u64>> = LazyLock::new(|| Moka::new(128));
        CACHE.get_with(key, || body(&key))
    }),
    ("mini-moka", |key| {
        static CACHE: LazyLock<MiniMoka<u64, u64>> = LazyLock::new(|| MiniMoka::new(128));
        memoized(&*CACHE, &key, body)
    }),
    ("fixed-cache", |key| {
        static CACHE: LazyLock<Fixed<u64, u64>> = LazyLock::new(|| fixed(128));
        CACHE.get_or_insert_with(key, body)
    }),
    ("lru", |key| {
        static CACHE: LazyLock<LockedLru<u64, u64>> = LazyLock::new(|| locked_lru(128));
        memoized(&*CACHE, &key, body)
    }),
    ("dashmap_foldhash", |key| {
        static CACHE: LazyLock<DashFold<u64, u64>> = LazyLock::new(DashFold::default);
        *CACHE.entry(key).or_insert_with(|| body(&key))
    }),
    ("papaya", |key| {
        static CACHE: LazyLock<Papaya<u64, u64>> = LazyLock::new(Papaya::default);
        *CACHE.pin().get_or_insert_with(key, || body(&key))
    }),
];

pub fn measure() -> Vec<Row> {
    CONTENDERS
        .iter()
        .map(|(peer, call)| row(peer, *call))
        .collect()
}

fn row(peer: &'static str, call: Call) -> Row {
    ARRIVED.store(0, Ordering::Relaxed);
    BODIES.store(0, Ordering::Relaxed);
    let start = Instant::now();
    let allocated: u64 = std::thread::scope(|scope| {
        let caller = || {
            ARRIVED.fetch_add(1, Ordering::Relaxed);
            let (value, allocated) = allocations::count(|| call(black_box(7)));
            assert_eq!(value, 7);
            allocated.count
        };
        let callers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(caller)).collect();
        let counts = callers.into_iter().map(|caller| caller.join());
        counts
            .map(|count| count.expect("the body does not panic"))
            .sum()
    });
    let mut samples = Samples::default();
    samples.push(Some(start.elapsed().as_secs_f64() * 1e9 / CALLERS as f64));
    let bodies = BODIES.load(Ordering::Relaxed) as f64;
    Row {
        case: NAME,
        threads: CALLERS,
        peer,
        samples,
        allocations: Some(allocated as f64 / CALLERS as f64),
        hit_ratio: Some(1.0 - bodies / CALLERS as f64),
        extra: Some(("bodies", bodies)),
    }
}
