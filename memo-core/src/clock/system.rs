//! The system's monotonic clock, and its cheap one.
//!
//! Linux keeps a copy of the time that it renews at each tick of its timer, 1 to 10 ms apart.
//! Reading that costs a few nanoseconds, the exact time several times as much. Both count from the
//! same moment, and the copy is never ahead.
#![allow(
    clippy::disallowed_methods,
    reason = "the one place that asks the system for the time"
)]

pub(super) use imp::{now, now_as, roughly_now};

/// How far the rough time may be behind, in nanoseconds: two of the longest ticks. As long as the
/// system runs its timer, that is.
pub(super) const LAG: u64 = 20_000_000;

#[cfg(all(target_os = "linux", not(miri)))]
#[allow(unsafe_code, reason = "a system call")]
mod imp {
    /// Both clocks have been in Linux since 2.6.32, so reading them does not fail; it would read as
    /// zero, the moment when the system started.
    #[inline]
    #[allow(
        clippy::cast_sign_loss,
        reason = "a monotonic clock counts up from the start of the system"
    )]
    fn read(clock: libc::clockid_t) -> u64 {
        let mut time = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: the call writes the time to where it is told to, which is ours.
        unsafe { libc::clock_gettime(clock, &raw mut time) };
        (time.tv_sec as u64)
            .wrapping_mul(1_000_000_000)
            .wrapping_add(time.tv_nsec as u64)
    }

    pub(in crate::clock) fn now() -> u64 {
        read(libc::CLOCK_MONOTONIC)
    }

    #[inline]
    pub(in crate::clock) fn roughly_now() -> u64 {
        read(libc::CLOCK_MONOTONIC_COARSE)
    }

    /// One of the two, without a branch.
    #[inline]
    pub(in crate::clock) fn now_as(is_exact: bool) -> u64 {
        read(if is_exact {
            libc::CLOCK_MONOTONIC
        } else {
            libc::CLOCK_MONOTONIC_COARSE
        })
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

    pub(in crate::clock) fn now_as(_: bool) -> u64 {
        now()
    }
}
