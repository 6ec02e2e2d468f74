//! Synchronisation primitives behind one door, so that interleaving tests can replace them.
//!
//! Built with `--cfg shuttle`, every lock and every parking is a point where `shuttle` chooses
//! which thread goes on. Atomics that only count, and `OnceLock`s that never block, stay those of
//! the standard library: they are no points where a schedule could matter.
#![allow(
    clippy::disallowed_types,
    reason = "the one place where the standard mutex is wrapped"
)]

use std::sync::PoisonError;

#[cfg(shuttle)]
use checked::{self as imp, self as threads};
#[cfg(not(shuttle))]
use std::{sync as imp, thread as threads};

pub(crate) use imp::MutexGuard;
#[cfg(shuttle)]
pub(crate) use shuttle::thread_local;
#[cfg(not(shuttle))]
pub(crate) use std::thread_local;
pub(crate) use threads::{Thread, current, park};

/// Atomics of what is read without a lock.
pub(crate) mod atomic {
    pub(crate) use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64};
}

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

/// The primitives under the model checker, which cannot switch while a thread unwinds. But a
/// leader that panics takes locks on its way out, to give its key free.
///
/// So a lock is a point to switch before it is taken, except in a thread that unwinds. No section
/// under a lock holds such a point, so a lock is free whenever another thread runs. What follows a
/// lock, up to the next point, belongs to its section: one point for each lock keeps the orders of
/// small models few enough to try all. A thread that unwinds delivers its wake-ups at its next lock.
#[cfg(shuttle)]
mod checked {
    use std::cell::RefCell;
    pub(crate) use std::sync::MutexGuard;
    use std::sync::{LockResult, TryLockError};
    use std::thread::panicking;

    use shuttle::sync::atomic::{AtomicBool, Ordering};
    pub(crate) use shuttle::thread::park;

    pub(super) struct Mutex<T> {
        value: std::sync::Mutex<T>,
        turn: AtomicBool,
    }

    fn switch(turn: &AtomicBool) {
        if !panicking() {
            for thread in OWED.with(RefCell::take) {
                thread.unpark();
            }
            turn.load(Ordering::SeqCst);
        }
    }

    impl<T> Mutex<T> {
        pub(super) fn new(value: T) -> Self {
            Self {
                value: std::sync::Mutex::new(value),
                turn: AtomicBool::new(false),
            }
        }

        pub(super) fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
            switch(&self.turn);
            match self.value.try_lock() {
                Ok(value) => Ok(value),
                Err(TryLockError::Poisoned(poisoned)) => Err(poisoned),
                Err(TryLockError::WouldBlock) => {
                    panic!("a lock is held at a point where threads switch")
                }
            }
        }
    }

    shuttle::thread_local! {
        /// Threads to wake when this one does not unwind any more.
        static OWED: RefCell<Vec<shuttle::thread::Thread>> = RefCell::default();
    }

    #[derive(Debug)]
    pub(crate) struct Thread(shuttle::thread::Thread);

    pub(crate) fn current() -> Thread {
        Thread(shuttle::thread::current())
    }

    impl Thread {
        pub(crate) fn unpark(&self) {
            if panicking() {
                OWED.with(|owed| owed.borrow_mut().push(self.0.clone()));
            } else {
                self.0.unpark();
            }
        }
    }
}
