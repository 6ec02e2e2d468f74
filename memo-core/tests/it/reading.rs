//! What a long read does to the memory of what is removed meanwhile.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use memo_core::Cache;

use crate::support::{PATIENCE, within};

/// A value that is counted while it lives, and whose clone may take its time.
struct Value {
    living: Arc<AtomicUsize>,
    while_cloned: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl Value {
    fn new(living: &Arc<AtomicUsize>) -> Self {
        living.fetch_add(1, Ordering::SeqCst);
        Self {
            living: Arc::clone(living),
            while_cloned: None,
        }
    }
}

impl Clone for Value {
    fn clone(&self) -> Self {
        if let Some(run) = &self.while_cloned {
            run();
        }
        Self::new(&self.living)
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.living.fetch_sub(1, Ordering::SeqCst);
    }
}

#[test]
fn a_long_read_holds_up_garbage_and_no_more() {
    let living = Arc::new(AtomicUsize::new(0));
    let cache: Cache<u64, Value> = Cache::builder().maxsize(4).build();
    let most = Arc::new(AtomicUsize::new(0));
    let (inner, seen, counted) = (cache.clone(), Arc::clone(&most), Arc::clone(&living));
    let mut slow = Value::new(&living);
    slow.while_cloned = Some(Arc::new(move || {
        for key in 1..10_000 {
            inner.insert(key, Value::new(&counted));
        }
        seen.store(counted.load(Ordering::SeqCst), Ordering::SeqCst);
    }));
    cache.insert(0, slow);
    assert!(cache.get(&0).is_some(), "the read has its value");
    assert!(cache.stats().rejected > 0, "there is a limit to it");
    assert!(most.load(Ordering::SeqCst) < 2_000, "{most:?}");
    // The reader is gone: values are kept again, and the old ones freed.
    for key in 20_000..20_100 {
        cache.insert(key, Value::new(&living));
    }
    assert!(cache.contains(&20_099));
    assert!(living.load(Ordering::SeqCst) < 200, "{living:?}");
}

#[test]
fn misses_during_a_long_read_keep_no_more_either() {
    let living = Arc::new(AtomicUsize::new(0));
    let cache: Cache<u64, Value> = Cache::builder().maxsize(4).build();
    let most = Arc::new(AtomicUsize::new(0));
    let (inner, seen, counted) = (cache.clone(), Arc::clone(&most), Arc::clone(&living));
    let mut slow = Value::new(&living);
    slow.while_cloned = Some(Arc::new(move || {
        for key in 1..10_000 {
            drop(inner.get_or_insert_with(&key, || Value::new(&counted)));
        }
        seen.store(counted.load(Ordering::SeqCst), Ordering::SeqCst);
    }));
    cache.insert(0, slow);
    assert!(cache.get(&0).is_some(), "the read has its value");
    let info = cache.stats();
    assert!(info.rejected > 9_000 && info.misses == 9_999, "{info:?}");
    assert!(most.load(Ordering::SeqCst) < 2_000, "{most:?}");
    for key in 20_000..20_100 {
        cache.get_or_insert_with(&key, || Value::new(&living));
    }
    assert!(cache.contains(&20_099));
    assert!(living.load(Ordering::SeqCst) < 200, "{living:?}");
}

/// A value whose drop panics once, when it is told to.
#[derive(Clone)]
struct Mine(Arc<AtomicUsize>);

impl Drop for Mine {
    fn drop(&mut self) {
        let was = self
            .0
            .compare_exchange(1, 2, Ordering::SeqCst, Ordering::SeqCst);
        assert!(was.is_err(), "the drop that is to fail");
    }
}

/// A value that does something while it is cloned.
struct Slow(Arc<dyn Fn() + Send + Sync>, Mine);

impl Slow {
    fn plain() -> Self {
        Self(Arc::new(|| ()), Mine(Arc::default()))
    }
}

impl Clone for Slow {
    fn clone(&self) -> Self {
        (self.0)();
        Self(Arc::new(|| ()), self.1.clone())
    }
}

/// A claim may free what an earlier reader held up. If that panics, nobody leads the claimed key.
#[test]
fn a_drop_that_panics_leaves_no_key_without_a_leader() {
    // Where a thread of another test has read before and is alive, nothing is freed without a fence.
    // Caches that are still there keep such places from being used again.
    let mut others = Vec::new();
    for _ in 0..1_000 {
        let (cache, failed) = keys_whose_claim_panics();
        if let Some(key) = failed.first().copied() {
            assert_eq!(failed.len(), 1);
            return within(PATIENCE, move || {
                cache.get_or_insert_with(&key, Slow::plain);
            });
        }
        others.push(cache);
    }
    panic!("no claim has freed anything");
}

/// Lets a reader hold up a value whose drop fails, and claims keys until that is freed.
fn keys_whose_claim_panics() -> (Cache<u64, Slow>, Vec<u64>) {
    let armed = Arc::new(AtomicUsize::new(0));
    let cache: Cache<u64, Slow> = Cache::builder().maxsize(1_000).build();
    let (inner, mine) = (cache.clone(), Arc::clone(&armed));
    let replace = move || {
        inner.insert(1, Slow(Arc::new(|| ()), Mine(Arc::clone(&mine))));
        inner.insert(1, Slow::plain());
    };
    cache.insert(0, Slow(Arc::new(replace), Mine(Arc::default())));
    drop(cache.get(&0));
    armed.store(1, Ordering::SeqCst);
    let failed: Vec<u64> = (100..200)
        .filter(|key| {
            let call = || _ = cache.get_or_insert_with(key, Slow::plain);
            catch_unwind(AssertUnwindSafe(call)).is_err()
        })
        .collect();
    armed.store(0, Ordering::SeqCst);
    // The value that has the cache inside goes.
    cache.insert(0, Slow::plain());
    (cache, failed)
}
