//! Looking into a cache: what was used least and most, and how often each entry was hit.

use std::fmt;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Cache, EvictionPolicy, Protection};
use proptest::prelude::*;

fn coldest<P: Protection>(cache: &Cache<u64, u64, P>, count: usize) -> Vec<u64> {
    let keys = cache.coldest(count).into_iter();
    keys.map(|(key, _)| key.parse().unwrap()).collect()
}

fn hottest<P: Protection>(cache: &Cache<u64, u64, P>, count: usize) -> Vec<u64> {
    let keys = cache.hottest(count).into_iter();
    keys.map(|(key, _)| key.parse().unwrap()).collect()
}

proptest! {
    #[test]
    fn both_ends_are_those_of_the_order_of_use(
        uses in proptest::collection::vec(0_u64..300, 0..600),
        count in 0_usize..400,
    ) {
        let cache: Cache<u64, u64> = Cache::builder().maxsize(None).build();
        let mut order: Vec<u64> = Vec::new();
        for key in uses {
            if cache.get(&key).is_none() {
                cache.insert(key, key);
            }
            order.retain(|other| *other != key);
            order.push(key);
        }
        let before = cache.stats();
        let least: Vec<u64> = order.iter().copied().take(count).collect();
        prop_assert_eq!(coldest(&cache, count), least.clone());
        let most: Vec<u64> = order.iter().rev().copied().take(count).collect();
        prop_assert_eq!(hottest(&cache, count), most);
        // It was no use of them.
        prop_assert_eq!(coldest(&cache, count), least);
        prop_assert_eq!(cache.stats(), before);
    }
}

#[test]
fn a_policy_that_counts_ranks_by_counts() {
    let cache: Cache<u64, u64> = Cache::builder().policy(EvictionPolicy::lfu()).build();
    (0..4).for_each(|key| cache.insert(key, key));
    for (key, hits) in [(0, 3), (2, 5), (3, 1)] {
        (0..hits).for_each(|_| assert_eq!(cache.get(&key), Some(key)));
    }
    assert_eq!(coldest(&cache, 9), [1, 3, 0, 2]);
    assert_eq!(hottest(&cache, 2), [2, 0]);
}

#[test]
fn a_cache_without_order_ranks_by_age() {
    let clock = MockClock::new();
    let builder = Cache::<u64, u64>::builder().clock(clock.clone());
    let cache = builder.bare().build();
    for key in [7, 3, 5] {
        cache.insert(key, key);
        clock.advance(Duration::from_secs(1));
    }
    assert_eq!(coldest(&cache, 2), [7, 3]);
    assert_eq!(hottest(&cache, 2), [5, 3]);
}

#[test]
fn what_has_expired_is_left_out() {
    let clock = MockClock::new();
    let builder = Cache::<u64, u64>::builder().clock(clock.clone());
    let cache = builder.ttl(Duration::from_secs(10)).build();
    cache.insert(1, 1);
    clock.advance(Duration::from_secs(5));
    cache.insert(2, 2);
    clock.advance(Duration::from_secs(5));
    let left = cache.coldest(1);
    assert_eq!(left[0].0, "2");
    assert_eq!(left[0].1.expires_in, Some(Duration::from_secs(5)));
    assert_eq!(coldest(&cache, 0), [0; 0]);
}

#[test]
fn keys_are_shown_without_a_lock() {
    let outer: Cache<Arc<Nested>, u64> = Cache::builder().build();
    outer.insert(Arc::new(Nested(outer.clone())), 1);
    assert_eq!(outer.hottest(1)[0].0, "a key of 1");
    // It holds on to the cache that holds it.
    assert_eq!(outer.clear(), 1);
}

/// A key that asks the cache that it is in.
struct Nested(Cache<Arc<Nested>, u64>);

impl PartialEq for Nested {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Nested {}

impl std::hash::Hash for Nested {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        1_u8.hash(state);
    }
}

impl fmt::Debug for Nested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a key of {}", self.0.len())
    }
}

#[test]
fn hits_are_counted_on_each_entry() {
    let cache: Cache<u64, u64> = Cache::builder().entry_stats().build();
    let hits = |key: u64| cache.entry_info(&key).and_then(|info| info.hits);
    cache.get_or_insert_with(&1, || 10);
    assert_eq!(hits(1), Some(0), "it was computed");
    assert_eq!(cache.get_or_insert_with(&1, || unreachable!()), 10);
    assert_eq!(cache.get(&1), Some(10));
    assert_eq!(cache.with(&1, |value| *value), Some(10));
    assert_eq!(hits(1), Some(3));
    // No uses of it.
    assert_eq!(cache.peek(&1), Some(10));
    assert!(cache.contains(&1));
    assert_eq!(cache.coldest(1)[0].1.hits, Some(3));
    assert_eq!(hits(1), Some(3));
    cache.insert(1, 11);
    assert_eq!(hits(1), Some(0), "another value");
    let plain: Cache<u64, u64> = Cache::builder().build();
    plain.insert(1, 10);
    assert_eq!(plain.entry_info(&1).unwrap().hits, None);
}

#[test]
fn counted_entries_expire_to_the_nanosecond() {
    let clock = MockClock::new();
    let builder = Cache::<u64, u64>::builder()
        .clock(clock.clone())
        .entry_stats();
    let cache = builder.ttl(Duration::from_micros(1)).build();
    cache.insert(1, 10);
    clock.advance(Duration::from_nanos(999));
    assert_eq!(cache.get(&1), Some(10));
    let info = cache.entry_info(&1).unwrap();
    assert_eq!(
        (info.hits, info.expires_in),
        (Some(1), Some(Duration::from_nanos(1)))
    );
    assert_eq!(info.idle, Some(Duration::ZERO));
    clock.advance(Duration::from_nanos(1));
    assert_eq!(cache.get(&1), None);
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.stale), (1, 1, 0));
}

#[test]
fn counted_entries_without_an_end_stay() {
    let clock = MockClock::new();
    let builder = Cache::<u64, u64>::builder().clock(clock.clone());
    let cache = builder.entry_stats().build();
    cache.insert(1, 10);
    clock.advance(Duration::from_secs(1 << 32));
    assert_eq!(cache.get(&1), Some(10));
    assert_eq!(cache.entry_info(&1).unwrap().expires_in, None);
    assert_eq!(cache.evict_expired(), 0);
}

#[test]
fn no_hit_is_lost_between_threads() {
    const HITS: u64 = 50_000;
    for bare in [false, true] {
        let builder = Cache::<u64, u64>::builder().entry_stats();
        if bare {
            hit_by_two(&builder.bare().build(), HITS);
        } else {
            hit_by_two(&builder.build(), HITS);
        }
    }
}

fn hit_by_two<P: Protection>(cache: &Cache<u64, u64, P>, hits: u64) {
    cache.insert(1, 10);
    let start = Barrier::new(2);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                start.wait();
                for _ in 0..hits {
                    assert_eq!(cache.get(&1), Some(10));
                }
            });
        }
    });
    assert_eq!(cache.entry_info(&1).unwrap().hits, Some(2 * hits));
    assert_eq!(cache.stats().hits, 2 * hits);
}
