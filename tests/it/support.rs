//! Helpers for tests that need threads to meet at a certain point.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// Long enough for anything that is not a hang.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// Counts runs of a body.
#[derive(Debug)]
pub(crate) struct Runs(AtomicUsize);

impl Runs {
    pub(crate) const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    /// One more; the number of runs before.
    pub(crate) fn add(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst)
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// Runs `f` in a thread of its own and fails if it has not ended soon: a hang fails the test
/// instead of hanging it.
pub(crate) fn within_time<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> R {
    let (done, result): (Sender<R>, Receiver<R>) = channel();
    let thread = std::thread::spawn(move || {
        let _ = done.send(f());
    });
    match result.recv_timeout(SOON) {
        Ok(result) => {
            thread.join().expect("it has sent its result");
            result
        }
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Err(panic) => std::panic::resume_unwind(panic),
            Ok(()) => unreachable!("it ended without a result"),
        },
        Err(RecvTimeoutError::Timeout) => panic!("no end within {SOON:?}"),
    }
}

/// Spins until the condition holds; fails if it does not hold soon.
pub(crate) fn until(condition: impl Fn() -> bool) {
    for _ in 0..200_000_000_u64 {
        if condition() {
            return;
        }
        std::thread::yield_now();
    }
    panic!("the condition never held");
}

/// The message of a panic.
pub(crate) fn message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()))
        .unwrap_or_default()
}
