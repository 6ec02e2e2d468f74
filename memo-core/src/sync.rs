//! Synchronisation primitives behind one door, so that interleaving tests can replace them.
//!
//! Built with `--cfg shuttle`, the mutex and thread parking come from `shuttle`, which then
//! chooses every interleaving. Atomics that only count, and `OnceLock`s that never block, stay
//! those of the standard library: they are no points where a schedule could matter.
#![allow(
    clippy::disallowed_types,
    reason = "the one place where the standard mutex is wrapped"
)]

use std::sync::PoisonError;

#[cfg(shuttle)]
use shuttle::{sync as imp, thread as threads};
#[cfg(not(shuttle))]
use std::{sync as imp, thread as threads};

pub(crate) use imp::MutexGuard;
pub(crate) use threads::{Thread, current, park};

/// A mutex without poisoning: no user code runs while it is held, so a panic cannot leave the
/// data behind it half changed.
pub struct Mutex<T>(imp::Mutex<T>);

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(imp::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A mutex for state that is never held across a point where a schedule could switch, and that
/// has to live in a `static`; interleaving tests keep the standard one.
pub(crate) struct StaticMutex<T>(std::sync::Mutex<T>);

impl<T> StaticMutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(std::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> std::sync::MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Identifies a thread for as long as the process lives; never reused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ThreadId(u64);

#[cfg(not(shuttle))]
impl ThreadId {
    /// The calling thread's.
    #[inline]
    pub(crate) fn current() -> Self {
        use std::sync::atomic::{AtomicU64, Ordering};
        // Relaxed: only uniqueness matters, and a read-modify-write gives it in any order.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        thread_local! {
            static ID: u64 = NEXT.fetch_add(1, Ordering::Relaxed);
        }
        // While the thread is being torn down its own number may be gone; a fresh one differs
        // from every other, which at worst turns a detected recursion into an undetected one.
        Self(
            ID.try_with(|id| *id)
                .unwrap_or_else(|_| NEXT.fetch_add(1, Ordering::Relaxed)),
        )
    }

    /// A small number that spreads threads over stripes.
    #[inline]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "only the low bits choose a stripe"
    )]
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

#[cfg(shuttle)]
impl ThreadId {
    pub(crate) fn current() -> Self {
        Self(usize::from(shuttle::thread::current().id()) as u64)
    }

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl<T> std::fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mutex")
    }
}
