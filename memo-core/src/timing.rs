//! How long computations take, at a price that cheap ones can bear.
//!
//! The exact time costs as much as a hit, so a computation that takes less than a microsecond is
//! timed exactly once in sixteen times. Otherwise the rough clock is read before and after. It
//! shows no difference for most, and a whole tick for the few that it ticks in: added up over many
//! calls that is right, for a single one it says nothing. With a clock of the user's every time is
//! exact.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use crate::common::Common;

/// Computations that take less than this are timed exactly once in a while only.
const CHEAP: u64 = 1_000;
/// Once in so many times.
const SAMPLE: u32 = 16;

/// What the last exact time was. All relaxed: figures by themselves.
#[derive(Debug)]
pub(crate) struct Typical {
    nanos: AtomicU64,
    turn: AtomicU32,
}

impl Default for Typical {
    fn default() -> Self {
        Self {
            nanos: AtomicU64::new(u64::MAX),
            turn: AtomicU32::new(0),
        }
    }
}

impl Typical {
    /// How long the computation took that was timed exactly the last time.
    pub(crate) fn last(&self) -> Option<Duration> {
        let nanos = self.nanos.load(Ordering::Relaxed);
        (nanos != u64::MAX).then(|| Duration::from_nanos(nanos))
    }

    fn is_worth_exactness(&self) -> bool {
        if self.nanos.load(Ordering::Relaxed) >= CHEAP {
            return true;
        }
        // A turn that two threads take at once is lost for one of them.
        let turn = self.turn.load(Ordering::Relaxed).wrapping_add(1);
        self.turn.store(turn, Ordering::Relaxed);
        turn.is_multiple_of(SAMPLE)
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
    #[inline]
    pub(crate) fn start(&self) -> Started {
        let settings = self.settings();
        let clock = &settings.clock;
        let is_asked_for = settings.limits.min_cost > 0 || settings.freshness.asks_for_costs();
        let is_exact = !clock.is_rough() || is_asked_for || self.typical.is_worth_exactness();
        let at = if is_exact {
            clock.now()
        } else {
            clock.roughly_now()
        };
        Started { at, is_exact }
    }

    /// The end of a computation for so many keys, each of which has its share.
    ///
    /// `now` is exact if it is asked for, as it is for deadlines.
    #[inline]
    pub(crate) fn end(&self, started: Started, keys: u32, exact: bool) -> Ended {
        let clock = &self.settings().clock;
        // A division takes as long as all the rest.
        let share = |nanos: u64| {
            if keys == 1 {
                nanos
            } else {
                nanos / u64::from(keys)
            }
        };
        if started.is_exact {
            let now = clock.now();
            let spent = share(now.saturating_sub(started.at));
            self.typical.nanos.store(spent, Ordering::Relaxed);
            return Ended {
                now,
                spent,
                cost: spent,
            };
        }
        let rough = clock.roughly_now();
        Ended {
            now: if exact { clock.now() } else { rough },
            spent: share(rough.saturating_sub(started.at)),
            cost: self.typical.nanos.load(Ordering::Relaxed),
        }
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
