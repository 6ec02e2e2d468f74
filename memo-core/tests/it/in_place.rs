//! Values that are read where they are stored: `Cache::with`.

use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use memo_core::{Bare, Cache, Protected, Protection};

use crate::canary::{Canary, Census};
use crate::support::{PATIENCE, within};

struct Value {
    number: u64,
    canary: Canary,
}

/// Never called by `with`, which would need no value to be `Clone`.
impl Clone for Value {
    fn clone(&self) -> Self {
        unreachable!("nothing is cloned")
    }
}

/// Readers stay for a while, in a read inside of a read, and find what they read as it was.
fn stays_while_it_is_read<P: Protection>(
    cache: &Cache<u64, Value, P>,
    census: &std::sync::Arc<Census>,
) {
    const ROUNDS: u64 = 3_000;
    const KEYS: u64 = 16;
    let writing = AtomicU64::new(1);
    thread::scope(|scope| {
        for reader in 0..2 {
            let writing = &writing;
            scope.spawn(move || {
                let mut key = reader;
                while writing.load(Ordering::Relaxed) == 1 {
                    key = (key + 7) % KEYS;
                    cache.with(&key, |value| {
                        value.canary.look();
                        thread::yield_now();
                        cache.with(&((key + 1) % KEYS), |inner| inner.canary.look());
                        value.canary.look();
                        assert_eq!(value.number % KEYS, key);
                    });
                }
            });
        }
        for round in 0..ROUNDS {
            let key = round % KEYS;
            let value = Value {
                number: round / KEYS * KEYS + key,
                canary: census.birth(),
            };
            cache.insert(key, value);
            match round % 50 {
                20 => _ = cache.remove_if(|key, _, _| key % 2 == 0),
                40 => _ = cache.clear(),
                _ => {}
            }
        }
        writing.store(0, Ordering::Relaxed);
    });
    // The readers are gone: what they held up does not keep new values out for long.
    for number in 100..300 {
        let canary = census.birth();
        cache.insert(number, Value { number, canary });
    }
    assert_eq!(cache.with(&299, |value| value.number), Some(299));
}

#[test]
fn what_is_read_is_not_freed_by_other_threads() {
    within(PATIENCE, || {
        let census = Census::new();
        let protected: Cache<u64, Value> = Cache::builder().maxsize(8).build();
        stays_while_it_is_read::<Protected>(&protected, &census);
        let bare: Cache<u64, Value, Bare> = Cache::builder().bare().build();
        stays_while_it_is_read::<Bare>(&bare, &census);
        drop((protected, bare));
        assert_eq!(census.living(), 0, "and everything is freed in the end");
    });
}

/// Every key has the same hash: entries are not in the first place where they may be.
#[derive(Clone, PartialEq, Eq)]
struct Colliding(u64);

impl Hash for Colliding {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

#[test]
fn wherever_it_is() {
    let cache: Cache<Colliding, String> = Cache::builder().build();
    for key in 0..100 {
        cache.insert(Colliding(key), key.to_string());
    }
    for key in 0..100 {
        let is_it = |text: &String| *text == key.to_string();
        assert_eq!(cache.with(&Colliding(key), is_it), Some(true));
        assert_eq!(cache.with(&Colliding(key + 100), is_it), None);
    }
    assert_eq!((cache.stats().hits, cache.stats().misses), (100, 100));
}

#[test]
fn a_long_read_holds_up_garbage_and_no_more() {
    let census = Census::new();
    let cache: Cache<u64, Value> = Cache::builder().maxsize(4).build();
    let put = |key| {
        let canary = census.birth();
        cache.insert(
            key,
            Value {
                number: key,
                canary,
            },
        );
    };
    put(0);
    let read = cache.with(&0, |value| {
        (1..10_000).for_each(put);
        value.canary.look();
        assert!(cache.stats().rejected > 0, "there is a limit to it");
        assert!(census.living() < 2_000, "of {}", census.living());
        value.number
    });
    assert_eq!(read, Some(0));
    // The reader is gone: values are kept again, and the old ones freed.
    (1..100).for_each(put);
    assert!(cache.contains(&99));
    assert!(census.living() < 200, "of {}", census.living());
}

#[test]
fn a_panic_ends_the_read() {
    let census = Census::new();
    let cache: Cache<u64, Value> = Cache::builder().maxsize(4).build();
    let put = |key| {
        let canary = census.birth();
        cache.insert(
            key,
            Value {
                number: key,
                canary,
            },
        );
    };
    put(1);
    for _ in 0..10 {
        let read = AssertUnwindSafe(|| cache.with(&1, |_| panic!("in the reader")));
        catch_unwind(read)
            .map(drop)
            .expect_err("it goes on to the caller");
    }
    assert_eq!((cache.stats().hits, cache.stats().misses), (10, 0));
    (2..10_000).for_each(put);
    assert!(cache.contains(&9_999));
    assert_eq!(cache.stats().rejected, 0, "nothing is held up");
    assert!(census.living() < 2_000, "of {}", census.living());
}
