//! Keys whose hashes are all equal: the whole key is compared, always.

use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use memo_core::Cache;

use crate::support::{PATIENCE, Random, assert_calls, assert_sound, within};

/// Every key has the same hash, whatever the hasher.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Colliding(u64);

impl Hash for Colliding {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

#[test]
fn a_thousand_keys_keep_their_values() {
    const KEYS: u64 = 1_000;
    within(PATIENCE, || {
        let cache: Cache<Colliding, u64> = Cache::builder().maxsize(1_000).build();
        for key in 0..KEYS {
            assert_eq!(
                cache.get_or_insert_with(&Colliding(key), || key * 3),
                key * 3
            );
        }
        for key in 0..KEYS {
            assert_eq!(cache.get(&Colliding(key)), Some(key * 3));
            assert!(!cache.contains(&Colliding(key + KEYS)));
        }
        assert_eq!(cache.stats().hits, KEYS);
        for key in (0..KEYS).step_by(50) {
            assert_eq!(cache.remove(&Colliding(key)), Some(key * 3));
            assert_eq!(cache.remove(&Colliding(key)), None);
        }
        assert_eq!(cache.len() as u64, KEYS - 20);
        let entries: Vec<u64> = cache.iter().map(|(key, _)| key.0).collect();
        assert!(entries.is_sorted() && entries.iter().all(|key| key % 50 != 0));
    });
}

#[test]
fn eviction_stays_exact() {
    within(PATIENCE, || {
        let cache: Cache<Colliding, u64> = Cache::builder().maxsize(8).build();
        let mut random = Random(3);
        // Least recently used first.
        let mut model: Vec<u64> = Vec::new();
        for step in 0..20_000 {
            let key = random.skewed(24);
            let mut has_run = false;
            let value = cache.get_or_insert_with(&Colliding(key), || {
                has_run = true;
                key + 100
            });
            assert_eq!(value, key + 100);
            let place = model.iter().position(|old| *old == key);
            assert_eq!(has_run, place.is_none(), "step {step}");
            match place {
                Some(place) => drop(model.remove(place)),
                None if model.len() == 8 => drop(model.remove(0)),
                None => {}
            }
            model.push(key);
        }
        let order: Vec<u64> = cache.iter().map(|(key, _)| key.0).collect();
        assert_eq!(order, model);
        assert_sound(&cache);
    });
}

#[test]
fn threads_do_not_get_each_others_values() {
    const THREADS: u64 = 4;
    const CALLS: u64 = 5_000;
    within(PATIENCE, || {
        let cache: Cache<Colliding, u64> = Cache::builder().maxsize(16).build();
        let runs = AtomicU64::new(0);
        thread::scope(|scope| {
            for seed in 0..THREADS {
                let (cache, runs) = (&cache, &runs);
                scope.spawn(move || {
                    let mut random = Random(seed);
                    for _ in 0..CALLS {
                        let key = random.skewed(48);
                        let value = cache.get_or_insert_with(&Colliding(key), || {
                            runs.fetch_add(1, Ordering::Relaxed);
                            key
                        });
                        assert_eq!(value, key);
                        if random.next().is_multiple_of(16) {
                            assert!(cache.remove(&Colliding(key)).is_none_or(|old| old == key));
                        }
                    }
                });
            }
        });
        assert_calls(&cache.stats(), THREADS * CALLS);
        assert_eq!(cache.stats().misses, runs.load(Ordering::Relaxed));
        assert_sound(&cache);
    });
}

#[test]
fn single_flight_holds_among_colliding_keys() {
    within(PATIENCE, || {
        let cache: Cache<Colliding, u64> = Cache::builder().maxsize(None).build();
        let runs = AtomicU64::new(0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for key in 0..64 {
                        let value = cache.get_or_insert_with(&Colliding(key), || {
                            runs.fetch_add(1, Ordering::Relaxed);
                            thread::yield_now();
                            key
                        });
                        assert_eq!(value, key);
                    }
                });
            }
        });
        assert_eq!(runs.load(Ordering::Relaxed), 64);
        assert_sound(&cache);
    });
}
