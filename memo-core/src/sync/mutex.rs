//! A mutex for short sections: taking it costs one atomic exchange, giving it back a plain store.
//!
//! Who gives a mutex back has to see those that sleep, and who falls asleep has to see that it was
//! given back. That takes a full fence on both sides: between the store that frees and the look for
//! sleepers here, between the note of a sleeper and its last attempt there. Sleepers are rare, so
//! that they issue both, as the writers of [`pin`](crate::pin) do for its readers. Where the system
//! has no such fence, each who gives back has one.
//!
//! No user code runs while it is held, and a panic leaves nothing half changed: it is not poisoned.
#![allow(
    unsafe_code,
    reason = "what it guards is reached through a shared reference"
)]

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Condvar, Mutex as Gate, PoisonError};
use std::time::Duration;

use crate::pin::Asymmetric;

/// How often a thread tries again before it sleeps: for some thirty microseconds in all.
const ATTEMPTS: u32 = 12;
/// Pauses before the first attempt, each of some ten nanoseconds; twice as many before each further one.
/// Longer than a table is locked for: who comes back at once takes the table's cache lines from its holder,
/// one miss after the other. Who leaves it a few turns gets a whole run of them in its place: two threads that
/// only miss take a fifth less time than where the first pause is 8 and the longest 64.
const FEWEST: u32 = 128;
const MOST: u32 = 256;
/// How long a thread sleeps at most that may have been overlooked.
const NAP: Duration = Duration::from_millis(1);

/// See the module.
pub struct Mutex<T> {
    is_held: AtomicBool,
    fence: Asymmetric,
    sleepers: AtomicU32,
    /// Held by a sleeper from its last attempt on until it sleeps.
    gate: Gate<()>,
    wake: Condvar,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached by one thread at a time, who has `is_held`; it moves between threads.
unsafe impl<T: Send> Send for Mutex<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Mutex<T> {}

// As that of the standard library: what is behind it is whole whenever it can be reached.
impl<T> UnwindSafe for Mutex<T> {}
impl<T> RefUnwindSafe for Mutex<T> {}

/// Gives the mutex back when it is dropped.
#[must_use]
pub(crate) struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
}

// SAFETY: a reference to the value, which may be shared where that may.
unsafe impl<T: Sync> Sync for MutexGuard<'_, T> {}

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            is_held: AtomicBool::new(false),
            fence: Asymmetric::new(),
            sleepers: AtomicU32::new(0),
            gate: Gate::new(()),
            wake: Condvar::new(),
            value: UnsafeCell::new(value),
        }
    }

    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        if !self.take() {
            self.take_contended();
        }
        MutexGuard { mutex: self }
    }

    #[inline]
    fn take(&self) -> bool {
        // Acquire, with the Release in `give_back`: what the holder before has written.
        self.is_held
            .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    /// Tries for a while before it sleeps: a table is locked for less time than it takes to fall
    /// asleep and be woken. Two threads that only miss take half of the time by that.
    #[cold]
    fn take_contended(&self) {
        for attempt in 0..ATTEMPTS {
            for _ in 0..(FEWEST << attempt).min(MOST) {
                std::hint::spin_loop();
            }
            // Relaxed: a guess, which does not take the cache line from the holder.
            if !self.is_held.load(Ordering::Relaxed) && self.take() {
                return;
            }
        }
        self.sleep();
    }

    #[cold]
    fn sleep(&self) {
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        // Relaxed: the fence orders it before the attempts.
        self.sleepers.fetch_add(1, Ordering::Relaxed);
        let is_fenced = self.fence.heavy();
        while !self.take() {
            // Whoever has it now gives it back after the fence, and sees that somebody sleeps.
            gate = if is_fenced {
                self.wake.wait(gate).unwrap_or_else(PoisonError::into_inner)
            } else {
                let slept = self.wake.wait_timeout(gate, NAP);
                slept.unwrap_or_else(PoisonError::into_inner).0
            };
        }
        // Relaxed: who sees too many of them only wakes in vain.
        self.sleepers.fetch_sub(1, Ordering::Relaxed);
    }

    #[inline]
    fn give_back(&self) {
        // Release, with the Acquire in `take`: what was written while it was held.
        self.is_held.store(false, Ordering::Release);
        self.fence.light();
        // Relaxed: the fence orders it after the store.
        if self.sleepers.load(Ordering::Relaxed) > 0 {
            self.wake_one();
        }
    }

    #[cold]
    fn wake_one(&self) {
        // A sleeper that has tried in vain sleeps when the gate is free.
        drop(self.gate.lock());
        self.wake.notify_one();
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: nobody else has the mutex while this guard lives.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`; the guard is borrowed by one caller.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.mutex.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::thread;

    #[test]
    fn one_thread_at_a_time() {
        let (threads, rounds) = (4, if cfg!(miri) { 20 } else { 20_000 });
        let count = Arc::new(Mutex::new((0_u64, 0_u64)));
        let run = |count: Arc<Mutex<(u64, u64)>>| {
            for _ in 0..rounds {
                let mut both = count.lock();
                both.0 += 1;
                both.1 += 1;
                assert_eq!(both.0, both.1);
            }
        };
        thread::scope(|scope| {
            for _ in 0..threads {
                let count = Arc::clone(&count);
                scope.spawn(move || run(count));
            }
        });
        assert_eq!(*count.lock(), (threads * rounds, threads * rounds));
    }

    /// Who has the mutex mostly keeps it until somebody sleeps: one that is not woken would sleep for ever.
    #[test]
    fn sleepers_are_woken() {
        let (threads, rounds) = (3, if cfg!(miri) { 3 } else { 300 });
        let (turns, slept) = (Mutex::new(0_u32), AtomicU32::new(0));
        let has_sleepers = || turns.sleepers.load(Ordering::Relaxed) > 0;
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    for _ in 0..rounds {
                        let mut turn = turns.lock();
                        *turn += 1;
                        let sleeps = (0..1_000).any(|_| {
                            thread::yield_now();
                            has_sleepers()
                        });
                        slept.fetch_add(u32::from(sleeps), Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(*turns.lock(), threads * rounds);
        assert!(!has_sleepers());
        assert!(cfg!(miri) || slept.into_inner() > rounds);
    }

    #[test]
    fn a_panic_gives_it_back() {
        let mutex = Mutex::new(1);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _held = mutex.lock();
            panic!("on purpose");
        }));
        assert!(panicked.is_err());
        assert_eq!(*mutex.lock(), 1);
    }
}
