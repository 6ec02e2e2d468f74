//! The table while it is read without a lock: every access to it is a point to switch.
//!
//! Keys and values notice that they are read after their drop, and every one that was made has to
//! be dropped. Domains and the records of threads live on from one schedule to the next, as they
//! do from one cache to the next, so the number of a schedule alone does not bring it back.

use std::hash::{Hash, Hasher};

use memo_core::testing::with_each_access;
use memo_core::{Bare, Protection};

use crate::canary::{Canary, Census};
use crate::*;

const ORDERS: usize = 15_000;

fn explore_accesses(schedules: usize, model: impl Fn() + Send + Sync + Clone + 'static) {
    with_each_access(|| {
        shuttle::check_random(model.clone(), schedules);
        shuttle::check_pct(model, schedules, 3);
    });
}

#[derive(Clone)]
struct Key {
    number: u64,
    canary: Canary,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.canary.look();
        thread::yield_now();
        self.canary.look();
        self.number == other.number
    }
}

impl Eq for Key {}

struct Value {
    number: u64,
    canary: Canary,
}

impl Clone for Value {
    /// Takes its time, inside of the reader's pin.
    fn clone(&self) -> Self {
        for _ in 0..3 {
            self.canary.look();
            thread::yield_now();
        }
        Self {
            number: self.number,
            canary: self.canary.clone(),
        }
    }
}

/// A cache, and the account of what was put into it.
struct Store<P: Protection> {
    cache: Cache<Key, Value, P>,
    census: Arc<Census>,
}

impl<P: Protection> Clone for Store<P> {
    fn clone(&self) -> Self {
        Self {
            cache: self.cache.clone(),
            census: Arc::clone(&self.census),
        }
    }
}

impl Store<memo_core::Protected> {
    fn new(maxsize: impl Into<Option<usize>>) -> Self {
        Self {
            cache: Cache::builder().maxsize(maxsize).build(),
            census: Census::new(),
        }
    }
}

impl<P: Protection> Store<P> {
    fn key(&self, number: u64) -> Key {
        let canary = self.census.birth();
        Key { number, canary }
    }

    fn value(&self, number: u64) -> Value {
        let canary = self.census.birth();
        Value {
            number: number * 10,
            canary,
        }
    }

    fn insert(&self, number: u64) {
        self.cache.insert(self.key(number), self.value(number));
    }

    /// Whether the key was there; if so, with its own value.
    fn get(&self, number: u64) -> bool {
        let value = self.cache.get(&self.key(number));
        value.is_some_and(|value| {
            check(number, &value);
            true
        })
    }

    fn call(&self, number: u64) {
        let key = self.key(number);
        check(
            number,
            &self.cache.get_or_insert_with(&key, || self.value(number)),
        );
    }

    fn remove(&self, number: u64) {
        if let Some(value) = self.cache.remove(&self.key(number)) {
            check(number, &value);
        }
    }

    fn forget(&self) {
        memo_core::__private::by_value::forget(self.cache.handle());
    }

    fn look_at_all(&self) {
        for (key, value) in self.cache.iter() {
            key.canary.look();
            check(key.number, &value);
        }
    }

    fn spawn(&self, run: impl FnOnce(&Self) + Send + 'static) -> thread::JoinHandle<()> {
        let store = self.clone();
        thread::spawn(move || run(&store))
    }

    /// Everything was dropped, and once.
    fn end(self, others: impl IntoIterator<Item = thread::JoinHandle<()>>) {
        for other in others {
            other.join().unwrap();
        }
        let entries: Vec<(Key, Value)> = self.cache.iter().collect();
        assert_eq!(entries.len(), self.cache.len());
        for (key, value) in entries {
            check(key.number, &value);
            assert!(self.get(key.number), "listed, but not found");
        }
        let Self { cache, census } = self;
        drop(cache);
        assert_eq!(census.living(), 0, "of {}", census.born());
    }
}

fn check(number: u64, value: &Value) {
    value.canary.look();
    assert_eq!(value.number, number * 10, "another key's value");
}

/// A reader at a key whose node others evict and use again.
#[test]
fn evicted_and_used_again() {
    for maxsize in [1, 2] {
        explore_accesses(ORDERS, move || {
            let store = Store::new(maxsize);
            store.insert(1);
            let reader = store.spawn(|store| {
                store.get(1);
                store.get(2);
            });
            let writer = store.spawn(|store| {
                store.insert(2);
                store.call(3);
            });
            store.call(4);
            store.call(1);
            store.end([reader, writer]);
        });
    }
}

/// The index grows while it is read: what is there is always found.
#[test]
fn growth() {
    explore_accesses(ORDERS, || {
        let store = Store::new(None);
        (0..15).for_each(|number| store.insert(number));
        let reader = store.spawn(|store| {
            for number in [0, 7, 14] {
                assert!(store.get(number), "{number} is not found");
            }
        });
        let writer = store.spawn(|store| {
            store.insert(20);
            store.call(21);
        });
        store.insert(22);
        store.remove(22);
        assert!(store.get(3));
        store.end([reader, writer]);
    });
}

/// Whoever looks for a key while its value is replaced finds the older one or the newer one.
#[test]
fn replaced_while_it_is_looked_for() {
    explore_accesses(ORDERS, || {
        let store = Store::new(None);
        (0..3).for_each(|number| store.insert(number));
        let reader = store.spawn(|store| {
            assert!(store.get(1), "not there for a moment");
            assert!(store.cache.contains(&store.key(1)), "nor here");
        });
        let writer = store.spawn(|store| {
            store.insert(1);
            // Another one, in the place that the first one had.
            store.insert(3);
        });
        store.insert(1);
        store.end([reader, writer]);
    });
}

/// The same where the newer value was computed.
#[test]
fn computed_anew_while_it_is_looked_for() {
    #[memokit::memoize(maxsize = 4)]
    fn double(n: u64) -> u64 {
        thread::yield_now();
        2 * n
    }
    explore_accesses(ORDERS, || {
        double(1);
        let reader = thread::spawn(|| {
            assert!(double::contains(&1), "not there for a moment");
            assert_eq!(double::peek(&1), Some(2));
        });
        let other = thread::spawn(|| double::refresh(1));
        double::refresh(1);
        for thread in [reader.join(), other.join().map(drop)] {
            thread.unwrap();
        }
    });
}

/// A clear gives all memory back, under readers and between the steps of an iteration.
#[test]
fn clear_among_readers() {
    explore_accesses(ORDERS, || {
        let store = Store::new(8);
        store.insert(1);
        store.insert(2);
        let reader = store.spawn(|store| {
            store.get(1);
            store.get(2);
        });
        let visitor = store.spawn(Store::look_at_all);
        store.cache.clear();
        store.insert(2);
        store.cache.clear();
        store.call(3);
        store.end([reader, visitor]);
    });
}

/// Everything is taken out in one step, under readers, leaders, and those who drop.
#[test]
fn forget_among_readers() {
    explore_accesses(ORDERS, || {
        let store = Store::new(2);
        store.insert(1);
        store.insert(2);
        let reader = store.spawn(|store| {
            store.get(1);
            store.call(3);
        });
        let writer = store.spawn(|store| {
            store.call(4);
            store.insert(1);
            store.insert(5);
        });
        store.forget();
        store.call(1);
        store.forget();
        store.insert(2);
        store.cache.evict_expired();
        store.end([reader, writer]);
    });
}

/// The same with more pasts than are kept.
#[test]
fn forget_again_and_again() {
    explore_accesses(ORDERS, || {
        let store = Store::new(2);
        store.insert(1);
        let reader = store.spawn(|store| {
            store.get(1);
        });
        let other = store.spawn(|store| {
            store.call(1);
            store.forget();
        });
        for number in 1..4 {
            store.insert(number);
            store.forget();
        }
        store.insert(2);
        store.end([reader, other]);
    });
}

/// The tag of an entry was cleared: whoever reads it then, or finds it while it leaves, gets nothing.
#[test]
fn a_cleared_entry_that_leaves() {
    const TAG: &str = "interleave::leaving";
    explore_accesses(50_000, || {
        let hour = std::time::Duration::from_secs(3_600);
        // With more to note of an entry than its deadline, and without.
        let builders = [
            Cache::builder().tti(hour),
            Cache::builder().ttl(hour),
            Cache::builder().entry_stats(),
        ];
        for builder in builders {
            let cache: Cache<u64, u64> = builder.build();
            cache.insert_tagged(1, 10, [TAG]);
            memo_core::testing::clear_entries(TAG);
            let reader = {
                let cache = cache.clone();
                thread::spawn(move || assert_eq!(cache.get(&1), None, "it was cleared before"))
            };
            cache.evict_expired();
            reader.join().unwrap();
        }
    });
}

/// Entries are condemned one by one, while the table is emptied and filled with others.
#[test]
fn clear_among_removals() {
    explore_accesses(ORDERS, || {
        let store = Store::new(8);
        store.insert(1);
        store.insert(2);
        let remover = store.spawn(|store| {
            store.cache.remove_if(|key, value, _| {
                check(key.number, value);
                key.number < 3
            });
        });
        store.cache.clear();
        store.insert(3);
        store.insert(4);
        assert!(store.get(3) && store.get(4), "not condemned, but gone");
        remover.join().unwrap();
        assert!(store.get(3) && store.get(4), "not condemned, but gone");
        store.end([]);
    });
}

/// A reader stays inside while more is retired than makes a batch.
#[test]
fn a_reader_that_stays() {
    explore_accesses(ORDERS / 3, || {
        let store = Store::new(2);
        store.insert(1);
        let reader = store.spawn(|store| {
            store.get(1);
        });
        let writer = store.spawn(|store| {
            for number in 2..12 {
                store.insert(number);
                store.remove(number);
            }
        });
        store.insert(1);
        store.end([reader, writer]);
    });
}

/// A key without a `Drop`, whose comparison takes its time: its nodes are used again without ever
/// leaving the lock, in batches of 64.
#[derive(Clone, Copy, Hash)]
struct Quiet(u64);

impl PartialEq for Quiet {
    fn eq(&self, other: &Self) -> bool {
        let [this, other] = [&self.0, &other.0].map(|word| {
            let before = std::hint::black_box(*word);
            thread::yield_now();
            let after = std::hint::black_box(*word);
            assert_eq!(before, after, "a key has changed under its reader");
            after
        });
        this == other
    }
}

impl Eq for Quiet {}

#[test]
fn nothing_to_drop() {
    explore_accesses(ORDERS / 10, || {
        let cache: Cache<Quiet, u64> = Cache::builder().maxsize(2).build();
        cache.insert(Quiet(1), 10);
        let reader = {
            let cache = cache.clone();
            thread::spawn(move || {
                for number in [1, 2, 1] {
                    let value = cache.get(&Quiet(number));
                    assert!(value.is_none_or(|value| value == number * 10));
                }
            })
        };
        for number in 2..70 {
            cache.insert(Quiet(number), number * 10);
        }
        cache.insert(Quiet(1), 10);
        reader.join().unwrap();
        assert_eq!(cache.get(&Quiet(1)), Some(10));
    });
}

/// Two threads put the same key in, and others.
#[test]
fn two_writers() {
    explore_accesses(ORDERS, || {
        let store = Store::new(8);
        let writers = [2, 3].map(|own| {
            store.spawn(move |store| {
                store.call(1);
                store.insert(own);
                assert!(store.get(own) && store.get(1));
            })
        });
        for writer in writers {
            writer.join().unwrap();
        }
        assert_eq!((store.cache.len(), store.cache.stats().misses), (3, 1));
        store.end([]);
    });
}

#[test]
fn bare() {
    explore_accesses(ORDERS, || {
        let cache: Cache<Key, Value, Bare> = Cache::<Key, Value>::builder().bare().build();
        let census = Census::new();
        let store = Store { cache, census };
        store.insert(1);
        let reader = store.spawn(|store| {
            store.get(1);
            store.call(2);
        });
        let writer = store.spawn(|store| {
            store.remove(1);
            store.call(1);
        });
        store.cache.clear();
        store.insert(3);
        store.end([reader, writer]);
    });
}

/// Threads end, and others go on with their records.
#[test]
fn threads_come_and_go() {
    explore_accesses(ORDERS, || {
        let store = Store::new(1);
        store.insert(1);
        let first = store.spawn(|store| {
            store.get(1);
        });
        let second = store.spawn(|store| {
            let third = store.spawn(|store| {
                store.get(1);
                store.get(2);
            });
            third.join().unwrap();
            store.get(1);
        });
        store.insert(2);
        store.insert(1);
        store.end([first, second]);
    });
}

/// A cache ends, and the next one has its domain, with the records of its readers.
#[test]
fn the_domain_of_another_cache() {
    explore_accesses(ORDERS, || {
        let store = Store::new(1);
        store.insert(1);
        let owners = [(); 2].map(|()| {
            store.spawn(|shared| {
                for _ in 0..2 {
                    let own = Store::new(1);
                    own.insert(1);
                    assert!(own.get(1));
                    shared.get(1);
                    own.insert(2);
                    own.end([]);
                }
            })
        });
        store.insert(2);
        store.insert(1);
        store.end(owners);
    });
}
