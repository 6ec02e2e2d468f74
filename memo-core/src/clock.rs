//! Where time comes from: the system's monotonic clock, or one that a test moves by hand.

mod system;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
#[cfg(feature = "async")]
use std::task::Waker;
use std::time::Duration;

use crate::expiry::Deadline;
#[cfg(feature = "async")]
use crate::timer::{Alarm, Timers, arm_by_system};

/// A source of time for deadlines, ages and load times.
///
/// # Examples
/// ```
/// use std::{sync::Arc, time::Duration};
/// use memokit::{Cache, testing::MockClock};
///
/// let clock = MockClock::new();
/// let cache: Cache<u32, u32> = Cache::builder().ttl(Duration::from_secs(60)).clock(clock.clone()).build();
/// cache.insert(1, 10);
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(cache.get(&1), None);
/// ```
pub trait Clock: Send + Sync + 'static {
    /// The time since some fixed moment, in nanoseconds.
    ///
    /// A clock that goes back is tolerated: entries then live longer by as much.
    fn now(&self) -> u64;

    /// What waits for its times, if the clock wakes that when it moves: see [`Timers`](crate::Timers).
    /// Defaults to `None`: timeouts of async functions are then looked at when as much time has passed on the
    /// system's clock, and again as long as this one says that they are not over.
    #[cfg(feature = "async")]
    fn timers(&self) -> Option<&Timers> {
        None
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> u64 {
        (**self).now()
    }

    #[cfg(feature = "async")]
    fn timers(&self) -> Option<&Timers> {
        (**self).timers()
    }
}

/// A clock that stands still until it is told to move.
///
/// Clones share one time. What waits for it (`soft_timeout`, `hard_timeout`) is woken by the thread that moves
/// it, before [`Self::advance`] returns.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use memokit::{Clock, testing::MockClock};
///
/// let clock = MockClock::new();
/// let before = clock.now();
/// clock.advance(Duration::from_millis(5));
/// assert_eq!(clock.now() - before, 5_000_000);
/// ```
#[derive(Clone, Debug)]
pub struct MockClock {
    now: Arc<AtomicU64>,
    #[cfg(feature = "async")]
    timers: Timers,
}

impl MockClock {
    /// A clock that shows one hour, so that it can also be set back.
    pub fn new() -> Self {
        Self {
            now: Arc::new(AtomicU64::new(3_600_000_000_000)),
            #[cfg(feature = "async")]
            timers: Timers::new(),
        }
    }

    /// Moves the time forward; stops at the end of time (584 years).
    pub fn advance(&self, by: Duration) {
        self.update(|now| now.saturating_add(nanos(by)));
    }

    /// Moves the time back; stops at zero.
    pub fn rewind(&self, by: Duration) {
        self.update(|now| now.saturating_sub(nanos(by)));
    }

    fn update(&self, step: impl Fn(u64) -> u64) {
        // SeqCst: a test moves the clock in one thread and expects every other to see it.
        let moved = self
            .now
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| Some(step(now)));
        debug_assert!(moved.is_ok(), "each step has a result");
        #[cfg(feature = "async")]
        self.timers.wake_due(self.now());
    }
}

impl Default for MockClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for MockClock {
    fn now(&self) -> u64 {
        self.now.load(Ordering::SeqCst)
    }

    #[cfg(feature = "async")]
    fn timers(&self) -> Option<&Timers> {
        Some(&self.timers)
    }
}

/// A cache's clock: the system's until another is put in, which can happen once.
#[derive(Default)]
pub(crate) struct ClockSource(OnceLock<Box<dyn Clock>>);

impl ClockSource {
    #[inline]
    pub(crate) fn now(&self) -> u64 {
        match self.0.get() {
            None => system::now(),
            Some(clock) => clock.now(),
        }
    }

    /// A time that may lag behind by a few milliseconds, if that is cheaper.
    #[inline]
    pub(crate) fn roughly_now(&self) -> u64 {
        match self.0.get() {
            None => system::roughly_now(),
            Some(clock) => clock.now(),
        }
    }

    /// Whether it is that of the system.
    pub(crate) fn is_system(&self) -> bool {
        self.0.get().is_none()
    }

    /// Whether the exact time costs more than the rough one.
    pub(crate) fn is_rough(&self) -> bool {
        self.0.get().is_none()
    }

    /// The time for deciding about a deadline: exact where that makes a difference.
    #[inline]
    pub(crate) fn now_about(&self, deadline: Deadline) -> u64 {
        if let Some(clock) = self.0.get() {
            return clock.now();
        }
        let now = system::roughly_now();
        if deadline.is_near(now, system::LAG) {
            return exactly_now();
        }
        now
    }

    /// Lets a task be woken at this time, or near it: who is woken looks at the clock, and arms again if it is too
    /// early. So it does after arming, as the clock may have moved before.
    #[cfg(feature = "async")]
    pub(crate) fn arm(&self, at: u64, waker: &Waker) -> Alarm {
        /// A clock that stands still just before the time keeps nobody busy.
        const LEAST: u64 = 1_000_000;
        let Some(clock) = self.0.get() else {
            return arm_by_system(at, waker);
        };
        if let Some(timers) = clock.timers() {
            return timers.arm(at, waker);
        }
        let span = at.saturating_sub(clock.now()).max(LEAST);
        arm_by_system(system::now().saturating_add(span), waker)
    }

    /// Whether the clock was taken: only the first one is.
    pub(crate) fn replace(&self, clock: Box<dyn Clock>) -> bool {
        self.0.set(clock).is_ok()
    }
}

impl fmt::Debug for ClockSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.get().is_some() {
            "custom"
        } else {
            "system"
        })
    }
}

#[cold]
pub(crate) fn exactly_now() -> u64 {
    system::now()
}

/// The exact time of that clock, or its rough one.
#[inline]
pub(crate) fn system_now_as(is_exact: bool) -> u64 {
    system::now_as(is_exact)
}

/// The time of day: nanoseconds since 1970, for what outlives the process.
#[cfg(feature = "serde")]
pub(crate) fn wall_now() -> u64 {
    #[allow(clippy::disallowed_methods, reason = "here it is read, for all others")]
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).map_or(0, nanos)
}

/// The time of the clock that caches have unless they are given another.
pub(crate) fn system_now() -> u64 {
    system::now()
}

/// A duration in nanoseconds, at most `u64::MAX` (584 years).
pub(crate) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
