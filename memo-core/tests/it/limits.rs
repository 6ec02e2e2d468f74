//! Limits beside the number of entries: bytes, depth and cost.

use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Cache, EvictionPolicy, RemovalCause};

use crate::support::{Random, assert_sound, fail_silently, panic_in};

const POLICIES: [EvictionPolicy; 7] = [
    EvictionPolicy::lru(),
    EvictionPolicy::fifo(),
    EvictionPolicy::sieve(),
    EvictionPolicy::s3_fifo(),
    EvictionPolicy::tiny_lfu(),
    EvictionPolicy::lfu(),
    EvictionPolicy::adaptive(),
];

#[test]
fn bytes_are_bounded_after_each_call() {
    for policy in POLICIES {
        let cache: Cache<u64, [u64; 8]> = Cache::builder()
            .maxsize(None)
            .max_bytes(20_000)
            .policy(policy)
            .build();
        let mut random = Random(7);
        for _ in 0..5_000 {
            let key = random.skewed(1_000);
            assert_eq!(cache.get_or_insert_with(&key, || [key; 8]), [key; 8]);
            assert!(cache.stats().bytes.unwrap() <= 20_000, "{policy:?}");
        }
        let info = cache.stats();
        assert!(cache.len() > 100, "{policy:?}: {info:?}");
        assert!(info.removals.of(RemovalCause::Memory) > 0);
        assert_eq!(info.removals.of(RemovalCause::Size), 0);
        assert_sound(&cache);
        cache.clear();
        assert_eq!(cache.stats().bytes, Some(0));
    }
}

#[test]
fn the_stricter_of_two_bounds_holds() {
    let cache: Cache<u64, u64> = Cache::builder().maxsize(5).max_bytes(1 << 20).build();
    (0..100).for_each(|n| cache.insert(n, n));
    assert_eq!(cache.len(), 5);
    let each = cache.stats().bytes.unwrap() / 5;
    let room = usize::try_from(3 * each).unwrap();
    let cache: Cache<u64, u64> = Cache::builder().maxsize(5).max_bytes(room).build();
    (0..100).for_each(|n| cache.insert(n, n));
    assert_eq!(cache.len(), 3);
}

#[test]
fn what_is_too_large_is_returned_and_not_stored() {
    for bound in [0, 1, 50] {
        let cache: Cache<u64, [u64; 8]> = Cache::builder().max_bytes(bound).build();
        assert_eq!(cache.get_or_insert_with(&1, || [3; 8]), [3; 8]);
        cache.insert(2, [4; 8]);
        let info = cache.stats();
        assert_eq!((cache.len(), info.rejected, info.misses), (0, 2, 1));
        assert_eq!(
            info.evictions(),
            0,
            "nothing leaves for what cannot be kept"
        );
    }
    let cache: Cache<u64, [u64; 8]> = Cache::builder().max_entry_bytes(100).build();
    cache.insert(1, [4; 8]);
    assert!(cache.is_empty());
}

#[test]
fn an_entry_counts_with_its_node() {
    let cache: Cache<u64, u64> = Cache::builder().max_entry_bytes(1_000).build();
    cache.insert(1, 1);
    let small = cache.entry_info(&1).unwrap().bytes.unwrap();
    assert!((64..=128).contains(&small), "{small} bytes for two numbers");
}

#[test]
fn computations_inside_of_others_are_stored_to_a_depth() {
    fn sum_to(cache: &Cache<u64, u64>, n: u64) -> u64 {
        cache.get_or_insert_with(&n, || if n == 0 { 0 } else { n + sum_to(cache, n - 1) })
    }
    let cache: Cache<u64, u64> = Cache::builder().max_depth(3).build();
    assert_eq!(sum_to(&cache, 10), 55);
    let mut kept: Vec<u64> = cache.iter().map(|(key, _)| key).collect();
    kept.sort_unstable();
    assert_eq!(kept, [8, 9, 10]);
    let info = cache.stats();
    assert_eq!((info.misses, info.rejected), (11, 8));
    // What is there is found at any depth.
    assert_eq!(sum_to(&cache, 11), 66);
    assert_eq!(cache.stats().hits, 1);
    // A panic leaves no depth behind.
    assert!(panic_in(|| cache.get_or_insert_with(&99, || fail_silently())).is_some());
    assert_eq!(sum_to(&cache, 0), 0);
    assert!(cache.contains(&0));
    let nothing: Cache<u64, u64> = Cache::builder().max_depth(0).build();
    assert_eq!(sum_to(&nothing, 3), 6);
    assert!(nothing.is_empty());
}

#[test]
fn what_is_cheap_is_not_stored() {
    let clock = MockClock::new();
    let cache: Cache<u64, u64> = Cache::builder()
        .min_cost(Duration::from_millis(5))
        .clock(clock.clone())
        .build();
    for millis in [0, 4, 5, 6, 1_000] {
        let load = || {
            clock.advance(Duration::from_millis(millis));
            millis
        };
        assert_eq!(cache.get_or_insert_with(&millis, load), millis);
        assert_eq!(cache.contains(&millis), millis >= 5, "{millis} ms");
    }
    assert_eq!(cache.stats().rejected, 2);
    // What is put in by hand was not computed here.
    cache.insert(0, 0);
    assert!(cache.contains(&0));
}

#[test]
fn a_cache_takes_other_settings_while_it_is_used() {
    let cache: Cache<u64, u64> = Cache::builder().build();
    (0..10).for_each(|n| cache.insert(n, n));
    assert!(cache.set_maxsize(2));
    assert_eq!((cache.len(), cache.parameters().maxsize), (2, Some(2)));
    assert!(cache.set_maxsize(None));
    (0..1_000).for_each(|n| cache.insert(n, n));
    assert_eq!(cache.len(), 1_000);

    let hour = Duration::from_secs(3_600);
    assert!(cache.set_ttl(hour));
    cache.insert(1, 1);
    let life = |key| cache.entry_info(&key).unwrap().expires_in;
    assert!(life(1).is_some_and(|left| left <= hour) && life(2).is_none());
    assert!(cache.set_ttl(None));
    cache.insert(3, 3);
    assert_eq!((life(3), cache.parameters().ttl), (None, None));

    let bare: Cache<u64, u64, _> = Cache::builder().bare().build();
    assert!(!bare.set_maxsize(2), "it has no bound");
    assert!(bare.set_ttl(hour));
    bare.insert(1, 1);
    assert!(bare.entry_info(&1).unwrap().expires_in.is_some());
}
