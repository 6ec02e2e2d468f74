//! Synchronisation primitives behind one door, so that interleaving tests can replace them.
//!
//! Built with `--cfg shuttle`, every lock and every parking is a point where `shuttle` chooses
//! which thread goes on, and where a model asks for it, every access to what is read without a lock.
//! Atomics that only count, and `OnceLock`s that never block, stay those of the standard library:
//! they are no points where a schedule could matter.
#![allow(
    clippy::disallowed_types,
    reason = "the one place where the standard mutex is wrapped"
)]

#[cfg(shuttle)]
mod checked;
#[cfg(not(shuttle))]
mod mutex;

use std::sync::PoisonError;

#[cfg(shuttle)]
use checked as threads;
#[cfg(not(shuttle))]
use std::thread as threads;

#[cfg(shuttle)]
pub(crate) use checked::{MutexGuard, spawn_job};
#[cfg(shuttle)]
pub use checked::{join_jobs, with_each_access};
#[cfg(not(shuttle))]
pub(crate) use mutex::Mutex;
#[cfg(shuttle)]
pub(crate) use shuttle::thread_local;
#[cfg(not(shuttle))]
pub(crate) use std::thread_local;
pub(crate) use threads::{Thread, current, park};

/// Atomics of what is read without a lock.
pub(crate) mod atomic {
    #[cfg(shuttle)]
    pub(crate) use super::checked::atomic::{AtomicBool, AtomicPtr, AtomicU64};
    #[cfg(not(shuttle))]
    pub(crate) use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64};
}

/// A mutex without poisoning: no user code runs while it is held, so a panic cannot leave the
/// data behind it half changed.
#[cfg(shuttle)]
pub struct Mutex<T>(checked::Mutex<T>);

#[cfg(shuttle)]
impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(checked::Mutex::new(value))
    }

    /// Attempts are one more point to switch at for each, and nothing else to the checker.
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A mutex that interleaving tests leave as it is: for what lives in a `static`, or is asked while
/// such a one is held. It is never held across a point where a schedule could switch.
pub(crate) struct StaticMutex<T>(std::sync::Mutex<T>);

impl<T> StaticMutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(std::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> std::sync::MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> std::fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mutex")
    }
}
