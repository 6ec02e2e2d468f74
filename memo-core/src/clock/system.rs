//! The system's monotonic clock, and its cheap one.
//!
//! Linux keeps a copy of the time that it renews at each tick of its timer, 1 to 10 ms apart.
//! Reading that costs a few nanoseconds, the exact time several times as much. Both count from the
//! same moment, and the copy is never ahead.
#![allow(
    clippy::disallowed_methods,
    reason = "the one place that asks the system for the time"
)]

pub(super) use imp::{now, roughly_now};

/// How far the rough time may be behind, in nanoseconds: two of the longest ticks. As long as the
/// system runs its timer, that is.
pub(super) const LAG: u64 = 20_000_000;

#[cfg(all(target_os = "linux", not(miri)))]
#[allow(unsafe_code, reason = "a system call")]
mod imp {
    fn read(clock: libc::clockid_t) -> Option<u64> {
        let mut time = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: the call writes the time to where it is told to, which is ours.
        let failed = unsafe { libc::clock_gettime(clock, &raw mut time) } != 0;
        let seconds = u64::try_from(time.tv_sec).ok()?;
        let nanos = u64::try_from(time.tv_nsec).ok()?;
        (!failed).then(|| seconds.saturating_mul(1_000_000_000).saturating_add(nanos))
    }

    pub(in crate::clock) fn now() -> u64 {
        // Linux has had this clock since 2.6.
        read(libc::CLOCK_MONOTONIC).unwrap_or(0)
    }

    #[inline]
    pub(in crate::clock) fn roughly_now() -> u64 {
        read(libc::CLOCK_MONOTONIC_COARSE).unwrap_or_else(now)
    }
}

#[cfg(not(all(target_os = "linux", not(miri))))]
mod imp {
    use std::sync::LazyLock;
    use std::time::Instant;

    pub(in crate::clock) fn now() -> u64 {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        super::super::nanos(START.elapsed())
    }

    pub(in crate::clock) fn roughly_now() -> u64 {
        now()
    }
}
