//! User code may use the cache that calls it: from `Drop`, `Clone`, `Eq`, `Hash`, from a listener
//! and from the function that computes.

use std::cell::{Cell, RefCell};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock, Weak};
use std::thread;

use memo_core::Cache;

use crate::support::{PATIENCE, Random, assert_sound, within};

thread_local! {
    /// How deep user code has called itself over the cache; at some depth it stops.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static CALLBACKS: Cell<u64> = const { Cell::new(0) };
    static RANDOM: RefCell<Random> = const { RefCell::new(Random(0)) };
}

/// The cache as its own keys and values see it: they do not keep it alive.
#[derive(Debug, Default)]
struct Home(OnceLock<Weak<Cache<Key, Value>>>);

impl Home {
    /// Uses the cache in every way there is.
    fn use_cache(self: &Arc<Self>, n: u64) {
        let Some(cache) = self.0.get().and_then(Weak::upgrade) else {
            return;
        };
        let depth = DEPTH.get();
        if depth >= 2 {
            return;
        }
        DEPTH.set(depth + 1);
        CALLBACKS.set(CALLBACKS.get() + 1);
        // At random: an `Eq` that changed what it compares each time would never get done.
        self.use_once(&cache, RANDOM.with_borrow_mut(Random::next), n);
        DEPTH.set(depth);
    }

    fn use_once(self: &Arc<Self>, cache: &Cache<Key, Value>, random: u64, n: u64) {
        // Other keys than the tests use: a key inside its own computation is a recursion.
        let key = Key(1_000 + random / 8 % 5, Arc::clone(self));
        match random % 8 {
            0 => drop(cache.get(&key)),
            1 => cache.insert(key, Value(n, Arc::clone(self))),
            2 => drop(cache.remove(&key)),
            3 => drop(cache.iter().count()),
            4 => drop(cache.remove_if(|key, _, _| key.0 % 7 == 0)),
            5 => drop(cache.evict_expired()),
            6 => drop(cache.stats()),
            _ => drop(cache.entry_info(&key)),
        }
    }
}

#[derive(Debug)]
struct Key(u64, Arc<Home>);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.1.use_cache(self.0);
        // Few buckets, so that `Eq` is asked often.
        (self.0 % 16).hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.1.use_cache(self.0);
        self.0 == other.0
    }
}

impl Eq for Key {}

impl Clone for Key {
    fn clone(&self) -> Self {
        self.1.use_cache(self.0);
        Self(self.0, Arc::clone(&self.1))
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.1.use_cache(self.0);
    }
}

#[derive(Debug)]
struct Value(u64, Arc<Home>);

impl Clone for Value {
    fn clone(&self) -> Self {
        self.1.use_cache(self.0);
        Self(self.0, Arc::clone(&self.1))
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.1.use_cache(self.0);
    }
}

fn build(maxsize: usize) -> (Arc<Cache<Key, Value>>, Arc<Home>) {
    let home = Arc::new(Home::default());
    let heard = Arc::clone(&home);
    let cache = Cache::builder()
        .maxsize(maxsize)
        .on_removal(move |key: &Key, _: &Value, _| heard.use_cache(key.0))
        .build();
    let cache = Arc::new(cache);
    home.0.set(Arc::downgrade(&cache)).expect("set once");
    (cache, home)
}

/// Random work; every value that comes out has to be the one of its key.
fn work(cache: &Cache<Key, Value>, home: &Arc<Home>, seed: u64, operations: u64) {
    let mut random = Random(seed);
    for _ in 0..operations {
        let n = random.next() % 40;
        let key = Key(n, Arc::clone(home));
        match random.next() % 20 {
            0 => drop(cache.clear()),
            1 => drop(cache.remove(&key)),
            2..7 => cache.insert(key, Value(n, Arc::clone(home))),
            7..10 => assert!(cache.get(&key).is_none_or(|value| value.0 == n)),
            _ => {
                let value = cache.get_or_insert_with(&key, || {
                    home.use_cache(n);
                    Value(n, Arc::clone(home))
                });
                assert_eq!(value.0, n);
            }
        }
    }
}

#[test]
fn from_everywhere_in_one_thread() {
    within(PATIENCE, || {
        let (cache, home) = build(12);
        work(&cache, &home, 1, 10_000);
        assert!(
            CALLBACKS.get() > 10_000,
            "user code was called {} times",
            CALLBACKS.get()
        );
        DEPTH.set(u32::MAX);
        assert_sound(&cache);
    });
}

#[test]
fn from_everywhere_in_four_threads() {
    within(PATIENCE, || {
        let (cache, home) = build(12);
        thread::scope(|scope| {
            for seed in 0..4 {
                let (cache, home) = (&cache, &home);
                scope.spawn(move || work(cache, home, seed, 2_500));
            }
        });
        DEPTH.set(u32::MAX);
        assert_sound(&cache);
    });
}

#[test]
fn a_clear_in_drop() {
    #[derive(Clone)]
    struct Sweeper(#[allow(dead_code, reason = "only dropped")] Arc<Sweep>);
    struct Sweep(Weak<Cache<u64, Sweeper>>);
    impl Drop for Sweep {
        fn drop(&mut self) {
            if let Some(cache) = self.0.upgrade() {
                cache.clear();
            }
        }
    }
    within(PATIENCE, || {
        let cache: Arc<Cache<u64, Sweeper>> = Arc::new(Cache::builder().maxsize(3).build());
        let sweeper = || Sweeper(Arc::new(Sweep(Arc::downgrade(&cache))));
        for key in 0..3 {
            cache.insert(key, sweeper());
        }
        assert_eq!(cache.len(), 3);
        // The evicted value clears the cache, and each value of that clear does so again.
        cache.insert(3, sweeper());
        assert_eq!(cache.len(), 0);
        cache.insert(4, sweeper());
        assert!(cache.contains(&4));
        assert_sound(&cache);
    });
}

#[test]
fn the_function_may_change_its_cache() {
    within(PATIENCE, || {
        let cache: Cache<u64, u64> = Cache::builder().maxsize(2).build();
        let value = cache.get_or_insert_with(&1, || {
            for key in 10..20 {
                cache.insert(key, key);
            }
            assert_eq!(cache.len(), 2);
            cache.handle().set_maxsize(1);
            10
        });
        assert_eq!((value, cache.len(), cache.peek(&1)), (10, 1, Some(10)));
        // It may even clear it: then its value is late.
        cache.get_or_insert_with(&2, || {
            cache.clear();
            20
        });
        assert_eq!((cache.len(), cache.stats().rejected), (0, 1));
        // Or store what it computes itself: then that is newer.
        let value = cache.get_or_insert_with(&3, || {
            cache.insert(3, 31);
            30
        });
        assert_eq!((value, cache.peek(&3)), (30, Some(31)));
        assert_sound(&cache);
    });
}

#[test]
fn a_predicate_may_use_the_cache() {
    within(PATIENCE, || {
        let cache: Cache<u64, u64> = Cache::builder().build();
        (0..10).for_each(|key| cache.insert(key, key));
        let removed = cache.remove_if(|key, _, _| {
            cache.insert(100 + key, 0);
            cache.remove(&(key + 1));
            cache.get(key).is_some()
        });
        assert!(removed > 0);
        assert!((100..110).any(|key| cache.contains(&key)));
        assert!((0..10).all(|key| !cache.contains(&key)));
        assert_sound(&cache);
    });
}
