//! The bound on the number of entries.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::sync::Mutex;

/// A bound that can be changed while the cache is used.
pub(super) struct Maxsize {
    /// Whether the cache follows a bound at all.
    supported: bool,
    bounded: AtomicBool,
    limit: AtomicUsize,
    wanted: Mutex<Wanted>,
}

/// What a bound is made of.
#[derive(Clone, Copy)]
struct Wanted {
    maxsize: Option<usize>,
    /// Otherwise the bound is 0, whatever is wanted.
    stores: bool,
}

impl Maxsize {
    pub(super) fn new(supported: bool, maxsize: Option<usize>) -> Self {
        Self {
            supported,
            bounded: AtomicBool::new(supported && maxsize.is_some()),
            limit: AtomicUsize::new(maxsize.unwrap_or(usize::MAX)),
            wanted: Mutex::new(Wanted {
                maxsize,
                stores: true,
            }),
        }
    }

    /// The same for an isolation.
    pub(super) fn fresh(&self) -> Self {
        let wanted = *self.wanted.lock();
        let fresh = Self::new(self.supported, wanted.maxsize);
        fresh.set_stores(wanted.stores);
        fresh
    }

    pub(super) fn is_supported(&self) -> bool {
        self.supported
    }

    pub(super) fn get(&self) -> Option<usize> {
        // Acquire, with the Release in `set`: the limit belongs to the flag.
        self.bounded
            .load(Ordering::Acquire)
            .then(|| self.limit.load(Ordering::Relaxed))
    }

    pub(super) fn set(&self, maxsize: Option<usize>) -> bool {
        self.change(|wanted| wanted.maxsize = maxsize)
    }

    pub(super) fn set_stores(&self, stores: bool) -> bool {
        self.change(|wanted| wanted.stores = stores)
    }

    /// Takes over what was changed elsewhere.
    pub(super) fn follow(&self, other: &Self) {
        let wanted = *other.wanted.lock();
        self.change(|own| *own = wanted);
    }

    fn change(&self, change: impl FnOnce(&mut Wanted)) -> bool {
        if !self.supported {
            return false;
        }
        // Under the lock, so that of two changes at once both hold.
        let mut wanted = self.wanted.lock();
        change(&mut wanted);
        let maxsize = if wanted.stores {
            wanted.maxsize
        } else {
            Some(0)
        };
        self.limit
            .store(maxsize.unwrap_or(usize::MAX), Ordering::Relaxed);
        self.bounded.store(maxsize.is_some(), Ordering::Release);
        true
    }
}
