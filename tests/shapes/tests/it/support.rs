//! What the tests have in common.

use std::sync::atomic::{AtomicUsize, Ordering};

use memokit::CacheHandle;

/// Counts the runs of a function's body.
#[derive(Debug, Default)]
pub(crate) struct Runs(AtomicUsize);

impl Runs {
    pub(crate) const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    /// One more; the number of runs before.
    pub(crate) fn add(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst)
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// A panic that prints nothing.
pub(crate) fn fail_silently() -> ! {
    std::panic::resume_unwind(Box::new("on purpose"))
}

/// The caches whose names begin so.
pub(crate) fn caches_of(prefix: &str) -> Vec<CacheHandle> {
    let mut caches = memokit::caches();
    caches.retain(|cache| cache.name().starts_with(prefix));
    caches
}

/// The names of the caches whose names begin so, in order.
pub(crate) fn names_of(prefix: &str) -> Vec<String> {
    let mut names: Vec<_> = caches_of(prefix).iter().map(CacheHandle::name).collect();
    names.sort();
    names
}
