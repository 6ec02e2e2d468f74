//! What the feature `tracing` tells: levels of pressure as they change, and once a second for each cache
//! how many entries have left, by cause, how many listeners have panicked, and how many calls a timeout has ended.
//!
//! Names and counts, never keys or values. A subscriber is user code: no lock is held, and a panic there is
//! caught. Without the feature there is nothing here.

#[cfg(all(test, feature = "async", feature = "tracing"))]
mod tests;

#[cfg(feature = "tracing")]
pub(crate) use on::{Telemetry, pressure};

#[cfg(not(feature = "tracing"))]
pub(crate) use off::{Telemetry, pressure};

#[cfg(feature = "tracing")]
mod on {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicBool, Ordering};

    use tracing::{Level, debug, enabled, info, warn};

    use crate::common::{Common, drop_quietly};
    use crate::event::RemovalCause;
    use crate::memory::Pressure;
    use crate::stats::CacheInfo;
    use crate::sync::Mutex;

    const TARGET: &str = "memokit";
    /// From one report of a cache to its next, in nanoseconds.
    const PAUSE: u64 = 1_000_000_000;

    /// What is known of the reports of one cache.
    #[derive(Debug)]
    pub(crate) struct Telemetry {
        has_news: AtomicBool,
        last: Mutex<Last>,
    }

    #[derive(Debug, Default)]
    struct Last {
        told: CacheInfo,
        /// Before then nothing is told.
        next_at: u64,
    }

    impl Telemetry {
        pub(crate) fn new() -> Self {
            Self {
                has_news: AtomicBool::new(false),
                last: Mutex::new(Last::default()),
            }
        }

        /// What the counters show at first is not the cache's.
        pub(crate) fn begin(&self, info: impl FnOnce() -> CacheInfo) {
            self.last.lock().told = info();
        }

        /// There is something to tell.
        #[inline]
        pub(crate) fn note(&self) {
            // Relaxed: what is told is what the counters show then, and what comes later is noted again.
            self.has_news.store(true, Ordering::Relaxed);
        }

        /// Tells what has happened, if it is time for that. No lock is held.
        #[inline]
        pub(crate) fn report(&self, common: &Common) {
            if self.has_news.load(Ordering::Relaxed) {
                quietly(|| self.report_news(common));
            }
        }

        #[cold]
        fn report_news(&self, common: &Common) {
            if !enabled!(target: TARGET, Level::WARN) {
                return;
            }
            let now = common.settings().clock.roughly_now();
            let news = {
                let mut last = self.last.lock();
                if now < last.next_at {
                    return;
                }
                self.has_news.store(false, Ordering::Relaxed);
                let info = common.counters.raw();
                let news = info.minus(&last.told);
                *last = Last {
                    told: info,
                    next_at: now.saturating_add(PAUSE),
                };
                news
            };
            let cache = common.name();
            for cause in RemovalCause::ALL {
                let count = news.removals.of(cause);
                if count > 0 {
                    debug!(target: TARGET, cache, %cause, count, "entries removed");
                }
            }
            let panics = news.listener_panics;
            if panics > 0 {
                warn!(target: TARGET, cache, count = panics, "listeners panicked");
            }
            let timeouts = news.timeouts;
            if timeouts > 0 {
                warn!(target: TARGET, cache, count = timeouts, "calls timed out");
            }
        }
    }

    /// The level of pressure has changed.
    pub(crate) fn pressure(level: Pressure, used: u64, limit: u64) {
        quietly(|| {
            if level >= Pressure::High {
                warn!(target: TARGET, %level, used, limit, "memory is scarce");
            } else {
                info!(target: TARGET, %level, used, limit, "memory pressure changed");
            }
        });
    }

    fn quietly(tell: impl FnOnce()) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(tell)) {
            drop_quietly(panic);
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod off {
    use crate::common::Common;
    use crate::memory::Pressure;
    use crate::stats::CacheInfo;

    #[derive(Debug)]
    pub(crate) struct Telemetry;

    #[allow(clippy::unused_self, reason = "as with the feature")]
    impl Telemetry {
        #[inline]
        pub(crate) fn new() -> Self {
            Self
        }

        #[inline]
        pub(crate) fn begin(&self, _: impl FnOnce() -> CacheInfo) {}

        #[inline]
        pub(crate) fn note(&self) {}

        #[inline]
        pub(crate) fn report(&self, _: &Common) {}
    }

    #[inline]
    pub(crate) fn pressure(_: Pressure, _: u64, _: u64) {}
}
