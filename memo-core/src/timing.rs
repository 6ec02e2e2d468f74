//! How long computations take, at a price that cheap ones can bear.
//!
//! The exact time costs as much as a hit, so a computation that takes less than a microsecond is
//! timed exactly once in sixteen times. Otherwise the rough clock is read before and after. It
//! shows no difference for most, and a whole tick for the few that it ticks in: added up over many
//! calls that is right, for a single one it says nothing. With a clock of the user's every time is
//! exact.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use crate::clock;
use crate::common::Common;
use crate::pin::Local;

/// Computations that take less than this are timed exactly once in a while only.
const CHEAP: u64 = 1_000;
/// Once in so many times.
const SAMPLE: u32 = 16;

/// What the last exact time was. Relaxed: a figure by itself.
#[derive(Debug)]
pub(crate) struct Typical {
    nanos: AtomicU64,
}

impl Default for Typical {
    fn default() -> Self {
        Self {
            nanos: AtomicU64::new(u64::MAX),
        }
    }
}

/// Tells one thread which of its computations to time exactly, in one cache. No other thread writes it.
#[derive(Debug, Default)]
pub(crate) struct Turn(AtomicU32);

impl Turn {
    #[inline]
    fn has_come(&self) -> bool {
        let turn = self.0.load(Ordering::Relaxed).wrapping_add(1);
        self.0.store(turn, Ordering::Relaxed);
        turn.is_multiple_of(SAMPLE)
    }
}

impl Typical {
    /// How long the computation took that was timed exactly the last time.
    pub(crate) fn last(&self) -> Option<Duration> {
        let nanos = self.nanos.load(Ordering::Relaxed);
        (nanos != u64::MAX).then(|| Duration::from_nanos(nanos))
    }

    #[inline]
    fn is_cheap(&self) -> bool {
        self.nanos.load(Ordering::Relaxed) < CHEAP
    }
}

/// When a computation began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Started {
    at: u64,
    is_exact: bool,
}

impl Started {
    /// Of what has not begun.
    pub(crate) const NEVER: Self = Self {
        at: 0,
        is_exact: false,
    };

    /// The time, if it is exact.
    pub(crate) fn exact(self) -> Option<u64> {
        self.is_exact.then_some(self.at)
    }
}

/// When it ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    /// The time now; rough if nothing depends on it.
    pub(crate) now: u64,
    /// Nanoseconds for the sum over all computations.
    pub(crate) spent: u64,
    /// Nanoseconds that this one has probably taken.
    pub(crate) cost: u64,
}

impl Common {
    /// A computation begins on the thread with this record; `None` at a depth at which nothing is stored.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn begin(&self, local: Option<&Local>) -> Option<Started> {
        if self.settings().is_timed_plainly() {
            return Some(self.start_plainly(local));
        }
        let Started { at, is_exact } = self.begin_as_asked()?;
        Some(Started { at, is_exact })
    }

    /// What [`Self::begin`] comes to where more is asked than the time of the system.
    #[inline(never)]
    fn begin_as_asked(&self) -> Option<Started> {
        (!self.is_too_deep()).then(|| self.start())
    }

    /// A computation begins.
    pub(crate) fn start(&self) -> Started {
        let settings = self.settings();
        let is_asked_for = settings.limits.min_cost > 0 || settings.freshness.asks_for_costs();
        if is_asked_for || !settings.clock.is_rough() {
            return Started {
                at: settings.clock.now(),
                is_exact: true,
            };
        }
        self.start_plainly(self.domain().local())
    }

    #[inline]
    fn start_plainly(&self, local: Option<&Local>) -> Started {
        // A thread that is about to end has no turns.
        let is_exact = !self.typical.is_cheap() || local.is_none_or(|local| local.turn.has_come());
        let at = clock::system_now_as(is_exact);
        Started { at, is_exact }
    }

    /// The end of a computation for so many keys, each of which has its share.
    ///
    /// `now` is exact if it is asked for, as it is for deadlines.
    #[inline]
    pub(crate) fn end(&self, started: Started, keys: u32, exact: bool) -> Ended {
        let knows_now = started.is_exact || !exact;
        let (at, now) = if knows_now && self.settings().is_timed_plainly() {
            let now = clock::system_now_as(started.is_exact);
            (now, now)
        } else {
            self.times_as_asked(started, knows_now)
        };
        let nanos = at.saturating_sub(started.at);
        // A division takes as long as all the rest.
        let spent = if keys == 1 {
            nanos
        } else {
            nanos / u64::from(keys)
        };
        let cost = if started.is_exact {
            self.typical.nanos.store(spent, Ordering::Relaxed);
            spent
        } else {
            self.typical.nanos.load(Ordering::Relaxed)
        };
        Ended { now, spent, cost }
    }

    /// The time that is to be compared with that of the beginning, and the time now.
    #[inline(never)]
    fn times_as_asked(&self, started: Started, knows_now: bool) -> (u64, u64) {
        let clock = &self.settings().clock;
        let at = if started.is_exact {
            clock.now()
        } else {
            clock.roughly_now()
        };
        (at, if knows_now { at } else { clock.now() })
    }

    /// The same when the clock cannot be asked.
    pub(crate) fn end_unknown(started: Started) -> Ended {
        Ended {
            now: started.at,
            spent: 0,
            cost: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::MockClock;
    use crate::config::Config;
    use crate::protection::Protected;
    use crate::settings::{Scope, Settings};

    fn common(config: &Config) -> Common {
        let settings = Settings::new::<Protected>(config, Scope::Global);
        let common = Common::new("timed".into(), Arc::new(settings), None);
        common.typical.nanos.store(CHEAP - 1, Ordering::Relaxed);
        common
    }

    fn exact_of(common: &Common, count: u32) -> usize {
        let local = common.domain().enroll();
        let begun = (0..count).filter_map(|_| common.begin(local));
        begun.filter(|started| started.is_exact).count()
    }

    #[test]
    fn each_thread_times_cheap_computations_once_in_sixteen_times() {
        let common = common(&Config::new("timed", "", 0));
        let own = exact_of(&common, 3 * SAMPLE);
        let other = std::thread::scope(|scope| scope.spawn(|| exact_of(&common, SAMPLE)).join());
        assert_eq!((own, other.ok()), (3, Some(1)));
        common.typical.nanos.store(CHEAP, Ordering::Relaxed);
        assert_eq!(exact_of(&common, 5), 5, "others are worth it each time");
    }

    #[test]
    fn a_thread_without_a_record_has_no_turns() {
        let common = common(&Config::new("timed", "", 0));
        let started = common.begin(None);
        assert!(started.is_some_and(|started| started.is_exact));
    }

    #[test]
    fn what_is_asked_for_is_timed_exactly() {
        let min_cost = common(&Config::new("timed", "", 0).min_cost(Duration::from_nanos(1)));
        assert_eq!(exact_of(&min_cost, 3), 3);
        let depth = common(&Config::new("timed", "", 0).max_depth(9));
        assert_eq!(exact_of(&depth, SAMPLE), 1, "a depth asks for no time");
    }

    #[test]
    fn a_clock_that_is_put_in_is_asked_from_then_on() {
        let common = common(&Config::new("timed", "", 0));
        let clock = MockClock::new();
        assert!(common.settings().set_clock(Box::new(clock.clone())));
        assert!(!common.settings().set_clock(Box::new(MockClock::new())));
        let started = common.start();
        clock.advance(Duration::from_secs(2));
        let ended = common.end(started, 2, false);
        assert_eq!(ended.spent, 1_000_000_000, "the share of one of two keys");
        assert_eq!(
            (ended.now, ended.cost),
            (started.at + 2_000_000_000, ended.spent)
        );
    }
}
