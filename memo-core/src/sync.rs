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

use std::sync::PoisonError;
#[cfg(not(shuttle))]
use std::sync::TryLockError;

#[cfg(shuttle)]
use checked::{self as imp, self as threads};
#[cfg(not(shuttle))]
use std::{sync as imp, thread as threads};

#[cfg(shuttle)]
pub use checked::with_each_access;
pub(crate) use imp::MutexGuard;
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
pub struct Mutex<T>(imp::Mutex<T>);

/// How often a thread tries again before it sleeps: for some ten microseconds in all.
#[cfg(not(shuttle))]
const ATTEMPTS: u32 = 24;
/// Pauses before the first attempt, each of some ten nanoseconds; twice as many before each further one.
/// Who comes back too soon takes the lock's cache line from its holder.
#[cfg(not(shuttle))]
const FEWEST: u32 = 8;
#[cfg(not(shuttle))]
const MOST: u32 = 64;

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(imp::Mutex::new(value))
    }

    #[cfg(not(shuttle))]
    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        match self.0.try_lock() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => self.lock_contended(),
        }
    }

    /// Tries for a while before it sleeps: a table is locked for less time than it takes to fall
    /// asleep and be woken. Two threads that only miss take half of the time by that.
    #[cfg(not(shuttle))]
    #[cold]
    fn lock_contended(&self) -> MutexGuard<'_, T> {
        for attempt in 0..ATTEMPTS {
            for _ in 0..(FEWEST << attempt).min(MOST) {
                std::hint::spin_loop();
            }
            match self.0.try_lock() {
                Ok(guard) => return guard,
                Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Attempts are one more point to switch at for each, and nothing else to the checker.
    #[cfg(shuttle)]
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
