//! How scarce memory is, in four levels that do not flap.

use std::fmt;

/// Where `Medium`, `High` and `Critical` begin, in percent of the limit.
const MEDIUM: f64 = 60.0;
const HIGH: f64 = 80.0;
const CRITICAL: f64 = 95.0;

/// How many points below its beginning a level is left. Use that swings by less than this around a
/// threshold changes the level once.
const HYSTERESIS: f64 = 5.0;

/// How scarce memory is: the share of the limit that is used.
///
/// A level is entered as soon as use reaches its beginning, and left when use is five points below
/// it. Levels are ordered, the scarcest is the greatest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Pressure {
    /// Below 60 %: there is room.
    Low,
    /// From 60 % on.
    Medium,
    /// From 80 % on.
    High,
    /// From 95 % on.
    Critical,
}

impl Pressure {
    /// All levels, in their order.
    const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The level at this use, if nothing is known of the time before.
    #[cfg(test)]
    pub(crate) fn of(percent: f64) -> Self {
        Self::Low.next(percent)
    }

    /// The level that follows on this one at this use: up at once, down with hysteresis. What is
    /// not a number says nothing, so the level stays.
    #[must_use]
    pub(crate) fn next(self, percent: f64) -> Self {
        if percent.is_nan() {
            return self;
        }
        let holds = |level: &Self| {
            let margin = if *level <= self { HYSTERESIS } else { 0.0 };
            percent >= level.begins_at() - margin
        };
        // The beginnings are further apart than the hysteresis, so no level holds above one that
        // does not, and the last that holds is the one.
        Self::ALL.into_iter().rfind(holds).unwrap_or(Self::Low)
    }

    fn begins_at(self) -> f64 {
        match self {
            Self::Low => f64::NEG_INFINITY,
            Self::Medium => MEDIUM,
            Self::High => HIGH,
            Self::Critical => CRITICAL,
        }
    }
}

impl fmt::Display for Pressure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        })
    }
}

/// What share of `limit` is `used`, in percent. Of a limit of zero all is used, whatever that is.
#[allow(
    clippy::cast_precision_loss,
    reason = "of 2^53 bytes and more, the last ones make no difference to a percentage"
)]
pub(crate) fn percent(used: u64, limit: u64) -> f64 {
    if limit == 0 {
        return 100.0;
    }
    used as f64 / limit as f64 * 100.0
}

#[cfg(test)]
mod tests;
