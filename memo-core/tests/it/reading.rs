//! What a long read does to the memory of what is removed meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use memo_core::Cache;

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
