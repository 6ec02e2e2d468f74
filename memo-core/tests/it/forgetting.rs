//! Clearing by tag takes everything out of reach at once, and frees it later.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use memo_core::policy::Lfu;
use memo_core::{Bare, Cache, EvictionPolicy, Protection, RemovalCause, clear_tag};

use crate::canary::{Canary, Census};
use crate::support::{Held, PATIENCE, Random, assert_sound, within};

/// A cache with a tag that no other test has.
fn tagged<P: Protection>(
    tag: &str,
    build: impl FnOnce(memo_core::CacheBuilder<u64, Canary>) -> Cache<u64, Canary, P>,
) -> Cache<u64, Canary, P> {
    build(
        Cache::builder()
            .tag(format!("forgetting::{tag}"))
            .maxsize(None),
    )
}

fn clear<P: Protection>(cache: &Cache<u64, Canary, P>) -> usize {
    clear_tag(&cache.parameters().tags[0])
}

/// Waits until all have been dropped: by this thread, or by one that has begun to.
fn wait_for_drops<P: Protection>(cache: &Cache<u64, Canary, P>, census: &Census) {
    while census.living() > 0 {
        cache.evict_expired();
        thread::yield_now();
    }
}

fn is_dropped_once<P: Protection>(cache: Cache<u64, Canary, P>) {
    within(PATIENCE, move || {
        let census = Census::new();
        for round in 0..3 {
            (0..5_000).for_each(|n| cache.insert(n, census.birth()));
            assert_eq!(clear(&cache), 5_000);
            let info = cache.stats();
            assert_eq!((info.currsize, info.bytes), (0, Some(0)));
            assert_eq!(info.removals.explicit, 5_000 * (round + 1));
            assert!((0..5_000).all(|n| !cache.contains(&n)));
            assert_eq!(clear(&cache), 0);
        }
        wait_for_drops(&cache, &census);
        assert_eq!(census.born(), 15_000);
    });
}

#[test]
fn every_value_is_dropped_once() {
    is_dropped_once(tagged("protected", memo_core::CacheBuilder::build));
    is_dropped_once::<Bare>(tagged("bare", |builder| builder.bare().build()));
    is_dropped_once(tagged("lfu", |builder| {
        builder.policy(EvictionPolicy::own::<Lfu>()).build()
    }));
}

#[test]
fn with_the_cache_too() {
    within(PATIENCE, || {
        let census = Census::new();
        let cache = tagged("dropped", memo_core::CacheBuilder::build);
        (0..100).for_each(|n| cache.insert(n, census.birth()));
        assert_eq!(clear(&cache), 100);
        (0..10).for_each(|n| cache.insert(n, census.birth()));
        drop(cache);
        // The maintenance thread may hold it for a moment.
        while census.living() > 0 {
            thread::yield_now();
        }
    });
}

#[test]
fn a_reader_keeps_what_it_sees() {
    within(PATIENCE, || {
        let census = Census::new();
        let cache = tagged("read", memo_core::CacheBuilder::build);
        (0..100).for_each(|n| cache.insert(n, census.birth()));
        cache.with(&7, |canary| {
            assert_eq!(clear(&cache), 100);
            for n in 0..100 {
                cache.insert(n, census.birth());
            }
            cache.evict_expired();
            canary.look();
            assert_eq!(clear(&cache), 100);
            cache.evict_expired();
            canary.look();
            // Two pasts are held up by now: this one is taken out entry by entry.
            cache.insert(1, census.birth());
            assert_eq!(clear(&cache), 1);
            assert!(cache.is_empty());
            canary.look();
        });
        wait_for_drops(&cache, &census);
    });
}

#[test]
fn late_values_are_dropped_too() {
    within(PATIENCE, || {
        let census = Census::new();
        let cache = tagged("late", memo_core::CacheBuilder::build);
        let helds: Vec<Arc<Held>> = (0..3).map(|_| Arc::default()).collect();
        let mut leaders = Vec::new();
        for (round, held) in (0..).zip(&helds) {
            (10..200).for_each(|n| cache.insert(n, census.birth()));
            let (cache, held, census) = (cache.clone(), Arc::clone(held), Arc::clone(&census));
            let key = round;
            leaders.push(thread::spawn({
                let (cache, held) = (cache.clone(), Arc::clone(&held));
                move || drop(cache.get_or_insert_with(&key, || held.compute(census.birth())))
            }));
            held.wait_until_begun();
            assert_eq!(clear(&cache), 190);
            assert!(!cache.contains(&key));
        }
        cache.evict_expired();
        for held in &helds {
            held.release();
        }
        for leader in leaders {
            leader.join().unwrap();
        }
        assert!(cache.is_empty(), "a late value was stored");
        assert_eq!(cache.stats().rejected, 3);
        wait_for_drops(&cache, &census);
    });
}

#[test]
fn a_listener_is_told_of_each() {
    let told = Arc::new(AtomicUsize::new(0));
    let tell = Arc::clone(&told);
    let cache: Cache<u64, u64> = Cache::builder()
        .tag("forgetting::told")
        .on_removal(move |key, value, cause| {
            assert_eq!((key * 10, cause), (*value, RemovalCause::Explicit));
            tell.fetch_add(1, Ordering::Relaxed);
        })
        .build();
    (0..20).for_each(|n| cache.insert(n, n * 10));
    assert_eq!(clear_tag("forgetting::told"), 20);
    assert_eq!(told.load(Ordering::Relaxed), 20);
}

/// Entries come, go and give way, and now and then all of them go: what is there is right.
#[test]
fn among_other_changes() {
    for policy in [
        EvictionPolicy::lru(),
        EvictionPolicy::sieve(),
        EvictionPolicy::tiny_lfu(),
    ] {
        let tag = format!("forgetting::{policy:?}");
        let cache: Cache<u64, String> = Cache::builder()
            .tag(tag.clone())
            .maxsize(40)
            .policy(policy)
            .build();
        let mut random = Random(7);
        for _ in 0..20_000 {
            let key = random.skewed(100);
            match random.next() % 64 {
                0 => {
                    let held = cache.len();
                    assert_eq!(clear_tag(&tag), held);
                    assert!(cache.is_empty());
                }
                1 => assert!(cache.clear() <= 40),
                2..10 => drop(cache.remove(&key)),
                10..20 => cache.insert(key, key.to_string()),
                _ => assert_eq!(
                    cache.get_or_insert_with(&key, || key.to_string()),
                    key.to_string()
                ),
            }
        }
        assert_sound(&cache);
    }
}

/// A walk over the entries would take hundreds of times as long: the times are far enough apart for a
/// machine that is busy with other things.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "it is the real time that is bounded"
)]
fn it_takes_no_walk() {
    const ENTRIES: u64 = 1 << 17;
    let cache: Cache<u64, u64> = Cache::builder()
        .tag("forgetting::time")
        .maxsize(None)
        .build();
    let time = |clear: &dyn Fn() -> usize| {
        let times = (0..3).map(|_| {
            (0..ENTRIES).for_each(|n| cache.insert(n, n));
            let begin = Instant::now();
            let removed = clear();
            let time = begin.elapsed();
            assert_eq!((removed as u64, cache.len()), (ENTRIES, 0));
            // So that no round finds what the one before has left.
            cache.evict_expired();
            time
        });
        times.min().unwrap_or(Duration::MAX)
    };
    let walk = time(&|| cache.clear());
    let tag = time(&|| clear_tag("forgetting::time"));
    assert!(tag < walk / 20, "{tag:?}, where a walk takes {walk:?}");
}
