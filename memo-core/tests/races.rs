//! Few steps of a few threads, whose accesses a tool watches that knows the memory model: Miri, with
//! many seeds (`.ci/run`, CONTRIBUTING.md). Natively they are repeated, as one run shows little.
#![cfg(not(shuttle))]

#[path = "support/canary.rs"]
mod canary;

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::thread;

use canary::{Canary, Census};
use memo_core::Cache;

const RUNS: usize = if cfg!(miri) { 1 } else { 200 };

#[derive(Clone, Debug)]
struct Key(u64, Canary);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.1.look();
        self.0 == other.0
    }
}

impl Eq for Key {}

/// A number that is read without an atomic, so that a race on it is one for the tools.
#[derive(Clone, Debug)]
struct Value(Box<u64>, Canary);

type Store = Cache<Key, Value>;

fn key(census: &Arc<Census>, number: u64) -> Key {
    Key(number, census.birth())
}

fn get(cache: &Store, census: &Arc<Census>, number: u64) {
    if let Some(value) = cache.get(&key(census, number)) {
        assert_eq!(*value.0, number * 10);
        value.1.look();
    }
}

fn call(cache: &Store, census: &Arc<Census>, number: u64) {
    let load = || Value(Box::new(number * 10), census.birth());
    let value = cache.get_or_insert_with(&key(census, number), load);
    assert_eq!(*value.0, number * 10);
}

/// Runs these at once on a cache of this size, and counts what is left.
fn at_once(maxsize: usize, threads: &[fn(&Store, &Arc<Census>)]) {
    for _ in 0..RUNS {
        let census = Census::new();
        let cache: Store = Cache::builder().maxsize(maxsize).build();
        call(&cache, &census, 1);
        thread::scope(|scope| {
            for run in threads {
                scope.spawn(|| run(&cache, &census));
            }
        });
        assert!(cache.len() <= maxsize);
        drop(cache);
        assert_eq!(census.living(), 0, "of {}", census.born());
    }
}

fn read(cache: &Store, census: &Arc<Census>) {
    for number in [1, 2, 1, 3, 1, 2] {
        get(cache, census, number);
    }
}

#[test]
fn readers_and_an_eviction() {
    at_once(
        1,
        &[
            read,
            |cache, census| (1..5).for_each(|number| call(cache, census, number)),
            |cache, census| {
                for number in [1, 2, 1] {
                    call(cache, census, number);
                }
            },
        ],
    );
}

#[test]
fn readers_and_a_clear() {
    at_once(
        8,
        &[read, read, |cache, census| {
            for number in 1..4 {
                cache.clear();
                call(cache, census, number);
            }
        }],
    );
}

#[test]
fn readers_and_growth() {
    at_once(
        100,
        &[
            read,
            |cache, census| (2..20).for_each(|number| call(cache, census, number)),
            |cache, census| {
                for number in 1..4 {
                    cache.remove(&key(census, number));
                    call(cache, census, number);
                }
            },
        ],
    );
}

/// Without anything to drop, nodes are used again under the lock.
#[test]
fn plain_values() {
    for _ in 0..RUNS {
        let cache: Cache<u64, u64> = Cache::builder().maxsize(1).build();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for number in [1, 2, 3, 1] {
                        assert!(cache.get(&number).is_none_or(|value| value == number * 10));
                    }
                });
            }
            for number in [1, 2, 3, 1, 2, 3, 1, 2, 3, 1] {
                cache.insert(number, number * 10);
            }
        });
    }
}

/// Whoever sees the mark that another thread's hit has left on an entry sees its value too.
#[test]
fn a_hit_after_the_hit_of_another_thread() {
    for _ in 0..RUNS {
        let cache: Cache<u64, u64> = Cache::builder().maxsize(4).build();
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..8 {
                        assert!(cache.get(&1).is_none_or(|value| value == 10));
                    }
                });
            }
            for _ in 0..3 {
                cache.insert(1, 10);
                cache.remove(&1);
            }
            cache.insert(1, 10);
        });
    }
}

/// Calls meet at flights, inside of others, while their keys are removed: whoever leads gives a
/// flight back that others may still hold.
#[test]
fn calls_inside_of_calls() {
    let call = |cache: &Store, census: &Arc<Census>| {
        for number in [1, 2, 1] {
            let outer = key(census, number);
            let value = cache.get_or_insert_with(&outer, || {
                call(cache, census, 9);
                Value(Box::new(number * 10), census.birth())
            });
            assert_eq!(*value.0, number * 10);
        }
    };
    for _ in 0..RUNS {
        let census = Census::new();
        let cache: Store = Cache::builder().maxsize(2).build();
        thread::scope(|scope| {
            scope.spawn(|| call(&cache, &census));
            scope.spawn(|| call(&cache, &census));
            for number in [9, 1, 2, 9] {
                cache.remove(&key(&census, number));
            }
        });
        drop(cache);
        assert_eq!(census.living(), 0, "of {}", census.born());
    }
}

/// Readers that stay inside while what they read is taken out, by others and by themselves.
#[test]
fn readers_in_place() {
    fn see(cache: &Store, census: &Arc<Census>) {
        for number in [1, 2, 1] {
            cache.with(&key(census, number), |value| {
                assert_eq!(*value.0, number * 10);
                cache.remove(&key(census, number));
                call(cache, census, number + 1);
                value.1.look();
                assert_eq!(*value.0, number * 10);
            });
        }
    }
    at_once(
        1,
        &[see, see, |cache, census| {
            (1..5).for_each(|number| call(cache, census, number));
        }],
    );
}
