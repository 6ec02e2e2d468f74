//! Wakes tasks at a time that a clock is going to show.
//!
//! A task that waits for a time leaves its waker with the timers of its clock, as an [`Alarm`], and takes
//! it back when it does not wait any more: what is kept is as much as waits. Whoever moves the clock
//! wakes what is due; of the system's clock that is one thread ([`system`]).

mod system;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::task::Waker;

use crate::sync::StaticMutex;
use crate::waiter::Waiter;

pub(crate) use system::arm as arm_by_system;

/// What waits for times of a clock that is moved by hand, for [`Clock::timers`](crate::Clock::timers).
///
/// Clones are the same. [`MockClock`](crate::testing::MockClock) has such timers.
///
/// # Examples
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use memokit::{Clock, Timers};
///
/// /// Shows the time of a simulation.
/// #[derive(Default)]
/// struct Simulated {
///     now: AtomicU64,
///     timers: Timers,
/// }
///
/// impl Simulated {
///     fn go_on_until(&self, now: u64) {
///         self.now.store(now, Ordering::SeqCst);
///         self.timers.wake_due(now);
///     }
/// }
///
/// impl Clock for Simulated {
///     fn now(&self) -> u64 {
///         self.now.load(Ordering::SeqCst)
///     }
///
///     fn timers(&self) -> Option<&Timers> {
///         Some(&self.timers)
///     }
/// }
///
/// let clock = Simulated::default();
/// clock.go_on_until(1_000);
/// assert!(clock.timers.is_empty());
/// ```
#[derive(Clone)]
pub struct Timers(Arc<StaticMutex<Alarms>>);

/// The wakers by time; of those with the same time, in the order in which they came.
struct Alarms {
    wakers: BTreeMap<Moment, Waker>,
    next: u64,
}

/// A time, and a number that no other one has.
type Moment = (u64, u64);

impl Timers {
    /// Those of a clock that nothing waits for.
    pub fn new() -> Self {
        Self(Arc::new(StaticMutex::new(Alarms {
            wakers: BTreeMap::new(),
            next: 0,
        })))
    }

    /// Wakes all that waits for a time up to `now`. To be called when the clock shows that time already:
    /// who is woken looks at it.
    ///
    /// Wakers are code of executors: they run on the calling thread, and what panics there is caught.
    ///
    /// ```
    /// memokit::Timers::new().wake_due(1_000);
    /// ```
    pub fn wake_due(&self, now: u64) {
        let due = {
            let mut alarms = self.0.lock();
            let later = match now.checked_add(1) {
                Some(after) => alarms.wakers.split_off(&(after, 0)),
                None => BTreeMap::new(),
            };
            std::mem::replace(&mut alarms.wakers, later)
        };
        for waker in due.into_values() {
            Waiter::Task(waker).wake();
        }
    }

    /// How many calls wait at this moment.
    ///
    /// ```
    /// use memokit::{Clock, testing::MockClock};
    ///
    /// let clock = MockClock::new();
    /// assert_eq!(clock.timers().map(memokit::Timers::len), Some(0));
    /// ```
    pub fn len(&self) -> usize {
        self.0.lock().wakers.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The next time that something waits for.
    fn next(&self) -> Option<u64> {
        let alarms = self.0.lock();
        let (&(at, _), _) = alarms.wakers.first_key_value()?;
        Some(at)
    }

    /// Lets `waker` be woken at this time. One that has passed already is that of the next call of
    /// [`Self::wake_due`]: who arms looks at the clock afterwards.
    pub(crate) fn arm(&self, at: u64, waker: &Waker) -> Alarm {
        // The executor's code: outside of the lock.
        let waker = waker.clone();
        let mut alarms = self.0.lock();
        let number = alarms.next;
        alarms.next += 1;
        alarms.wakers.insert((at, number), waker);
        drop(alarms);
        Alarm {
            timers: self.clone(),
            moment: (at, number),
        }
    }
}

impl Default for Timers {
    fn default() -> Self {
        Self::new()
    }
}

/// That a task is woken at some time. Dropped, it is not.
#[derive(Debug)]
pub(crate) struct Alarm {
    timers: Timers,
    moment: Moment,
}

impl Alarm {
    /// From now on this waker is the one that is woken. `false` if one was woken already.
    pub(crate) fn wakes(&self, waker: &Waker) -> bool {
        match self.timers.0.lock().wakers.get(&self.moment) {
            None => return false,
            Some(own) if own.will_wake(waker) => return true,
            Some(_) => {}
        }
        // The executor's code, before the lock and after it.
        let waker = waker.clone();
        let mut alarms = self.timers.0.lock();
        let Some(own) = alarms.wakers.get_mut(&self.moment) else {
            drop(alarms);
            return false;
        };
        let before = std::mem::replace(own, waker);
        drop(alarms);
        drop(before);
        true
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        let waker = self.timers.0.lock().wakers.remove(&self.moment);
        // The executor's code: outside of the lock.
        drop(waker);
    }
}

impl fmt::Debug for Timers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timers").field("len", &self.len()).finish()
    }
}
