//! Callers of one missing key meet: one computes, the others get its value.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use memo_core::Cache;

use crate::support::{
    Held, PATIENCE, assert_calls, assert_sound, wait_for_waiters, within, within_each,
};

#[test]
fn a_thousand_keys_in_sixty_four_threads() {
    const THREADS: u64 = 64;
    const KEYS: u64 = 1_000;
    const ROUNDS: u64 = 20;
    within(4 * PATIENCE, || {
        let cache: Cache<u64, u64> = Cache::builder().maxsize(None).build();
        let runs = AtomicU64::new(0);
        let barrier = Barrier::new(usize::try_from(THREADS).unwrap());
        thread::scope(|scope| {
            for thread in 0..THREADS {
                let (cache, runs, barrier) = (&cache, &runs, &barrier);
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        barrier.wait();
                        for step in 0..KEYS {
                            // Half of the threads start elsewhere, so that keys are met in the
                            // middle of computations and long after.
                            let key = (step + thread % 2 * 500) % KEYS;
                            let value = cache.get_or_insert_with(&key, || {
                                runs.fetch_add(1, Ordering::Relaxed);
                                key + 1_000_000 * round
                            });
                            assert_eq!(value, key + 1_000_000 * round);
                        }
                        if barrier.wait().is_leader() {
                            // Nobody calls between the two barriers.
                            assert_eq!(runs.swap(0, Ordering::Relaxed), KEYS, "round {round}");
                            assert_calls(&cache.stats(), THREADS * KEYS);
                            assert_eq!(cache.stats().misses, KEYS);
                            assert_eq!(cache.clear() as u64, KEYS);
                        }
                    }
                });
            }
        });
    });
}

#[test]
fn a_slow_computation_runs_once() {
    const THREADS: usize = 16;
    within(PATIENCE, || {
        let cache: Cache<String, usize> = Cache::builder().build();
        let (held, runs) = (Held::default(), AtomicUsize::new(0));
        thread::scope(|scope| {
            let call = || {
                cache.get_or_insert_with("key", || {
                    runs.fetch_add(1, Ordering::Relaxed);
                    held.compute(7)
                })
            };
            let first = scope.spawn(call);
            held.wait_until_begun();
            let others: Vec<_> = (1..THREADS).map(|_| scope.spawn(call)).collect();
            // Being computed is not being there.
            assert_eq!(
                (cache.len(), cache.peek("key"), cache.contains("key")),
                (0, None, false)
            );
            wait_for_waiters(&cache, THREADS - 1);
            held.release();
            assert_eq!(first.join().unwrap(), 7);
            for other in others {
                assert_eq!(other.join().unwrap(), 7);
            }
        });
        assert_eq!(runs.load(Ordering::Relaxed), 1);
        let info = cache.stats();
        let calls = (info.misses, info.hits, info.coalesced, info.waiting);
        assert_eq!(calls, (1, 0, THREADS as u64 - 1, 0));
        assert_sound(&cache);
    });
}

#[test]
fn other_keys_go_on_while_one_is_computed() {
    within(PATIENCE, || {
        let cache: Cache<u32, u32> = Cache::builder().build();
        let held = Held::default();
        thread::scope(|scope| {
            let slow = scope.spawn(|| cache.get_or_insert_with(&1, || held.compute(10)));
            held.wait_until_begun();
            // With a lock held over the computation none of these would return.
            assert_eq!(cache.get_or_insert_with(&2, || 20), 20);
            cache.insert(3, 30);
            assert_eq!((cache.get(&3), cache.remove(&3)), (Some(30), Some(30)));
            assert_eq!(cache.len(), 1);
            assert_eq!((cache.stats().hits, cache.evict_expired()), (1, 0));
            held.release();
            assert_eq!(slow.join().unwrap(), 10);
        });
        assert_sound(&cache);
    });
}

#[test]
fn waiters_get_the_value_when_nothing_can_be_stored() {
    const THREADS: usize = 8;
    within(PATIENCE, || {
        // In a cache of no entries a value exists only for those who meet at its computation.
        let cache: Cache<u32, usize> = Cache::builder().maxsize(0).build();
        let (held, runs) = (Held::default(), AtomicUsize::new(0));
        thread::scope(|scope| {
            let call = || {
                cache.get_or_insert_with(&1, || held.compute(runs.fetch_add(1, Ordering::Relaxed)))
            };
            let first = scope.spawn(call);
            held.wait_until_begun();
            let others: Vec<_> = (1..THREADS).map(|_| scope.spawn(call)).collect();
            wait_for_waiters(&cache, THREADS - 1);
            held.release();
            assert_eq!(first.join().unwrap(), 0);
            for other in others {
                assert_eq!(other.join().unwrap(), 0);
            }
        });
        let info = cache.stats();
        assert_eq!((info.misses, info.coalesced), (1, THREADS as u64 - 1));
        assert_eq!((info.rejected, cache.len()), (1, 0));
    });
}

#[test]
fn a_bare_cache_computes_once_too() {
    const THREADS: usize = 32;
    within(PATIENCE, || {
        let cache = Arc::new(Cache::<u64, u64>::builder().bare().build());
        let (runs, barrier) = (AtomicUsize::new(0), Barrier::new(THREADS));
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    barrier.wait();
                    for key in 0..500 {
                        let value = cache.get_or_insert_with(&key, || {
                            runs.fetch_add(1, Ordering::Relaxed);
                            key
                        });
                        assert_eq!(value, key);
                    }
                });
            }
        });
        assert_eq!(runs.load(Ordering::Relaxed), 500);
        assert_calls(&cache.stats(), THREADS as u64 * 500);
        assert_sound(&cache);
    });
}

#[test]
fn the_bound_holds_while_many_threads_insert() {
    const THREADS: u64 = 20;
    const EACH: u64 = 5_000;
    for maxsize in [1, 2, 64] {
        within_each(PATIENCE, move |steps| {
            let cache: Cache<u64, u64> = Cache::builder().maxsize(maxsize).build();
            thread::scope(|scope| {
                for thread in 0..THREADS {
                    let cache = &cache;
                    scope.spawn(move || {
                        for n in 0..EACH {
                            // One key in ten is used again, by all threads.
                            let key = if n % 10 == 0 { n } else { thread * EACH + n };
                            if n % 2 == 0 {
                                cache.insert(key, n);
                            } else {
                                cache.get_or_insert_with(&key, || n);
                            }
                            let len = cache.len();
                            assert!(len <= maxsize, "{len} entries of {maxsize}");
                            if n % 64 == 0 {
                                steps.fetch_add(1, Ordering::Relaxed);
                            }
                        }
                    });
                }
            });
            assert_eq!(cache.len(), maxsize);
            assert_sound(&cache);
        });
    }
}

#[test]
fn room_is_not_taken_before_it_is_needed() {
    let cache: Cache<u64, u64> = Cache::builder().maxsize(usize::MAX).build();
    for key in 0..1_000 {
        cache.insert(key, key);
    }
    assert_eq!(cache.len(), 1_000);
    assert_eq!(cache.parameters().maxsize, Some(usize::MAX));
    assert_sound(&cache);
}
