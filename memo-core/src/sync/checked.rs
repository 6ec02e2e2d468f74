//! The primitives under the model checker, which cannot switch while a thread unwinds. But a leader
//! that panics takes locks on its way out, to give its key free.
//!
//! So a lock is a point to switch before it is taken, except in a thread that unwinds. By default no
//! section under a lock holds such a point, so a lock is free whenever another thread runs. What
//! follows a lock, up to the next point, belongs to its section: one point for each lock keeps the
//! orders of small models few enough to try all. A thread that unwinds delivers its wake-ups at its
//! next lock.
//!
//! Models of what is read without a lock ask [`with_each_access`] for more: then atomics are points
//! too, also under a lock, and a lock that is held is waited for. Threads in such a model do not
//! panic.

pub(crate) mod atomic;

use std::cell::{Cell, RefCell};
pub(crate) use std::sync::MutexGuard;
use std::sync::{LockResult, TryLockError};
use std::thread::panicking;

use shuttle::sync::atomic::{AtomicBool, Ordering};
pub(crate) use shuttle::thread::park;

std::thread_local! {
    /// Whether each access is a point to switch. All threads of a model are one for the system, so
    /// that models beside it are not disturbed.
    static EACH_ACCESS: Cell<bool> = const { Cell::new(false) };
}

/// Runs models in which each access to an atomic of the store is a point to switch.
pub fn with_each_access(models: impl FnOnce()) {
    struct Reset;
    impl Drop for Reset {
        fn drop(&mut self) {
            EACH_ACCESS.set(false);
        }
    }
    let _reset = Reset;
    EACH_ACCESS.set(true);
    models();
}

std::thread_local! {
    /// The threads of jobs that no caller waits for. Of one model, for the same reason.
    static JOBS: RefCell<Vec<shuttle::thread::JoinHandle<()>>> = const { RefCell::new(Vec::new()) };
}

pub(crate) fn spawn_job(job: Box<dyn FnOnce() + Send>) {
    let thread = shuttle::thread::spawn(job);
    JOBS.with_borrow_mut(|jobs| jobs.push(thread));
}

/// Waits until no job of the model is left.
///
/// # Panics
/// When one of them has panicked.
pub fn join_jobs() {
    while let Some(job) = JOBS.with_borrow_mut(Vec::pop) {
        assert!(job.join().is_ok(), "a job has panicked");
    }
}

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
        loop {
            match self.value.try_lock() {
                Ok(value) => return Ok(value),
                Err(TryLockError::Poisoned(poisoned)) => return Err(poisoned),
                Err(TryLockError::WouldBlock) if EACH_ACCESS.get() && !panicking() => {
                    shuttle::thread::yield_now();
                }
                Err(TryLockError::WouldBlock) => {
                    panic!("a lock is held at a point where threads switch")
                }
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
