//! Balanced caches: all limits, and each entry counts as its node and its share of the index.

use std::sync::Barrier;
use std::thread;

use memo_core::{Balanced, Cache, CacheBuilder, EvictionPolicy, RemovalCause};

use crate::support::{Random, assert_calls, assert_sound};

const POLICIES: [EvictionPolicy; 7] = [
    EvictionPolicy::lru(),
    EvictionPolicy::fifo(),
    EvictionPolicy::sieve(),
    EvictionPolicy::s3_fifo(),
    EvictionPolicy::tiny_lfu(),
    EvictionPolicy::lfu(),
    EvictionPolicy::adaptive(),
];

type Builder = CacheBuilder<u64, String, Balanced>;
type Texts = Cache<u64, String, Balanced>;

fn builder() -> Builder {
    Cache::builder().balanced()
}

/// A value whose size on the heap is not that of another key.
fn value_of(key: u64) -> String {
    "v".repeat(usize::try_from(key * 7 % 3_000).unwrap())
}

fn bytes_of(cache: &Texts, key: u64) -> usize {
    let info = cache.entry_info(&key);
    info.and_then(|info| info.bytes).unwrap()
}

#[test]
fn every_entry_counts_the_same() {
    let cache = builder().build();
    assert_eq!(cache.parameters().protection, "balanced");
    for key in 0..100 {
        cache.get_or_insert_with(&key, || value_of(key));
        cache.insert(key + 1_000, value_of(key));
    }
    let each = bytes_of(&cache, 99);
    assert!((64..=160).contains(&each), "{each} bytes for a node");
    assert_eq!(cache.stats().bytes, Some(128 * each as u64));
    assert_sound(&cache);
}

#[test]
fn the_bound_in_bytes_holds_for_the_estimate() {
    for policy in POLICIES {
        let cache = builder()
            .maxsize(None)
            .max_bytes(20_000)
            .policy(policy)
            .build();
        assert_eq!(cache.parameters().policy, policy_name(policy));
        let mut random = Random(11);
        for _ in 0..5_000 {
            let key = random.skewed(1_000);
            assert_eq!(
                cache.get_or_insert_with(&key, || value_of(key)),
                value_of(key)
            );
            assert!(cache.stats().bytes.unwrap() <= 20_000, "{policy:?}");
        }
        let info = cache.stats();
        assert!(cache.len() > 100, "{policy:?}: {info:?}");
        assert!(info.removals.of(RemovalCause::Memory) > 0);
        assert_calls(&info, 5_000);
        assert_sound(&cache);
        cache.clear();
        assert_eq!(cache.stats().bytes, Some(0));
    }
}

fn policy_name(policy: EvictionPolicy) -> &'static str {
    let cache: Cache<u64, u64> = Cache::builder().policy(policy).build();
    cache.parameters().policy
}

#[test]
fn the_bound_of_an_entry_is_that_of_its_node() {
    let cache = builder().max_entry_bytes(500).build();
    cache.insert(1, "v".repeat(100_000));
    assert!(cache.contains(&1));
    let each = bytes_of(&cache, 1);
    let cache = builder().max_entry_bytes(each - 1).build();
    cache.get_or_insert_with(&1, String::new);
    assert_eq!((cache.len(), cache.stats().rejected), (0, 1));
    let cache = builder().max_bytes(3 * each).build();
    (0..10).for_each(|key| cache.insert(key, value_of(key)));
    assert_eq!(cache.len(), 3);
}

#[test]
fn the_bound_holds_with_many_writers() {
    const THREADS: u64 = 8;
    let cache = builder().maxsize(40).max_bytes(1 << 20).build();
    let barrier = Barrier::new(usize::try_from(THREADS).unwrap());
    thread::scope(|scope| {
        for seed in 0..THREADS {
            let (cache, barrier) = (&cache, &barrier);
            scope.spawn(move || {
                barrier.wait();
                let mut random = Random(seed);
                for _ in 0..2_000 {
                    let key = random.skewed(300);
                    let value = cache.get_or_insert_with(&key, || value_of(key));
                    assert_eq!(value, value_of(key));
                    assert!(cache.len() <= 40);
                }
            });
        }
    });
    assert_eq!(cache.len(), 40);
    assert_calls(&cache.stats(), 2_000 * THREADS);
    assert_sound(&cache);
}
