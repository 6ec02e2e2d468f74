//! How long calls of async functions wait.

use std::time::Duration;

use super::{Config, const_nanos};

/// For one function, in nanoseconds; the largest number is for ever.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(
    not(feature = "async"),
    allow(dead_code, reason = "only tasks have timeouts")
)]
pub(crate) struct Timeouts {
    /// With an older value at hand.
    pub(crate) soft: u64,
    /// In any case.
    pub(crate) hard: u64,
}

impl Timeouts {
    pub(crate) const NONE: Self = Self {
        soft: u64::MAX,
        hard: u64::MAX,
    };

    /// # Panics
    /// When they are not in order.
    #[track_caller]
    const fn check(self) {
        assert!(
            self.soft < self.hard || self.soft == u64::MAX || self.hard == u64::MAX,
            "`soft_timeout` has to be less than `hard_timeout`: after that a call does not wait any more"
        );
    }
}

impl Config {
    /// `soft_timeout = "200ms"`, of an async function: a call that computes a result waits so long for it, if there
    /// is an older one; then it gets that, and the computation goes on. Defaults to waiting.
    ///
    /// # Panics
    /// When it is zero, or not less than `hard_timeout`.
    #[must_use]
    #[track_caller]
    pub const fn soft_timeout(mut self, span: Duration) -> Self {
        self.timeouts.soft = const_nanos(span);
        assert!(
            self.timeouts.soft > 0,
            "`soft_timeout` is a time to wait: more than zero"
        );
        self.timeouts.check();
        self
    }

    /// `hard_timeout = "2s"`, of an async function: no call waits longer for a result. It gets an older one
    /// that `stale_if_error` keeps, or the error `TimedOut`, and the computation goes on.
    /// Defaults to waiting.
    ///
    /// # Panics
    /// When it is zero, or not more than `soft_timeout`.
    #[must_use]
    #[track_caller]
    pub const fn hard_timeout(mut self, span: Duration) -> Self {
        self.timeouts.hard = const_nanos(span);
        assert!(
            self.timeouts.hard > 0,
            "`hard_timeout` is a time to wait: more than zero"
        );
        self.timeouts.check();
        self
    }
}
