//! The processor as one thread sees it: its time, its place, and how often it was taken away.

use std::time::Duration;

pub use system::{Places, preemptions, thread_time};

/// Which two processors the threads run on.
#[derive(Clone, Copy)]
pub enum Place {
    First,
    Second,
}

#[cfg(target_os = "linux")]
mod system {
    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::time::{ClockId, clock_gettime};
    use nix::unistd::Pid;

    use super::{Duration, Place};

    /// Means the thread that asks.
    const MYSELF: Pid = Pid::from_raw(0);

    /// CPU time of this thread: work of others on the machine does not count.
    pub fn thread_time() -> Duration {
        let clock = ClockId::CLOCK_THREAD_CPUTIME_ID;
        clock_gettime(clock)
            .expect("Linux has this clock since 2.6.12")
            .into()
    }

    /// How often this thread lost its processor without having asked to wait.
    pub fn preemptions() -> i64 {
        getrusage(UsageWho::RUSAGE_THREAD)
            .expect("only a wrong address could fail")
            .involuntary_context_switches()
    }

    /// The processors that this program may use.
    pub struct Places {
        all: CpuSet,
        allowed: Vec<usize>,
    }

    impl Places {
        pub fn find() -> Result<Self, String> {
            let all = sched_getaffinity(MYSELF)
                .map_err(|error| format!("allowed processors: {error}"))?;
            let allowed = (0..CpuSet::count())
                .filter(|cpu| all.is_set(*cpu) == Ok(true))
                .collect();
            Ok(Self { all, allowed })
        }

        pub fn count(&self) -> usize {
            self.allowed.len()
        }

        /// Keeps this thread on one processor until it is dropped.
        pub fn hold(&self, place: Place) -> Held<'_> {
            let mut one = CpuSet::new();
            let cpu = match place {
                Place::First => self.allowed.first(),
                Place::Second => self.allowed.get(1),
            };
            if let Some(cpu) = cpu
                && one.set(*cpu).is_ok()
            {
                // A thread that may not be held still gives figures, only noisier ones.
                let _ = sched_setaffinity(MYSELF, &one);
            }
            Held(self)
        }
    }

    /// This thread stays where it is.
    pub struct Held<'a>(&'a Places);

    impl Drop for Held<'_> {
        fn drop(&mut self) {
            let _ = sched_setaffinity(MYSELF, &self.0.all);
        }
    }
}

/// Elsewhere time is what a clock says, and threads run where they are put.
#[cfg(not(target_os = "linux"))]
mod system {
    use std::sync::LazyLock;
    use std::time::Instant;

    use super::{Duration, Place};

    static START: LazyLock<Instant> = LazyLock::new(Instant::now);

    pub fn thread_time() -> Duration {
        START.elapsed()
    }

    pub fn preemptions() -> i64 {
        0
    }

    pub struct Places(usize);

    impl Places {
        pub fn find() -> Result<Self, String> {
            let count = std::thread::available_parallelism().map_or(1, usize::from);
            Ok(Self(count))
        }

        pub fn count(&self) -> usize {
            self.0
        }

        pub fn hold(&self, _place: Place) -> Held<'_> {
            Held(self)
        }
    }

    pub struct Held<'a>(
        #[expect(dead_code, reason = "the same lifetime as where threads can be held")] &'a Places,
    );
}
