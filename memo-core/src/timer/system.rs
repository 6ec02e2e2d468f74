//! The timers of the system's clock: one thread for the program, started when something waits for the first
//! time. It sleeps until the next alarm; where there is none, for good.

use std::sync::LazyLock;
use std::task::Waker;
use std::thread::{self, Thread};
use std::time::Duration;

use super::{Alarm, Timers};
use crate::clock::system_now;
use crate::sync::StaticMutex;

static TIMERS: LazyLock<Timers> = LazyLock::new(Timers::new);

struct Sleeper {
    /// When it is going to look.
    wake_at: u64,
    thread: Option<Thread>,
}

const NEVER: u64 = u64::MAX;

static SLEEPER: StaticMutex<Sleeper> = StaticMutex::new(Sleeper {
    wake_at: NEVER,
    thread: None,
});

/// Lets `waker` be woken when the system's clock shows this time.
pub(crate) fn arm(at: u64, waker: &Waker) -> Alarm {
    let alarm = TIMERS.arm(at, waker);
    // After the alarm is there: a sleeper that looks meanwhile sees it, or learns of it here.
    expect(at);
    alarm
}

/// There is something to do at this time.
fn expect(at: u64) {
    let mut sleeper = SLEEPER.lock();
    // Mostly: timeouts are alike, so that a later one ends later. An alarm that is gone before its time is
    // not told; the sleeper looks, and finds the next.
    if at >= sleeper.wake_at {
        return;
    }
    sleeper.wake_at = at;
    match &sleeper.thread {
        Some(thread) => thread.unpark(),
        None => sleeper.start(),
    }
}

impl Sleeper {
    fn start(&mut self) {
        // Checkers have no time beside their own.
        if cfg!(shuttle) {
            return;
        }
        let thread = thread::Builder::new()
            .name("memokit-timeouts".to_owned())
            .spawn(work);
        match thread {
            Ok(thread) => self.thread = Some(thread.thread().clone()),
            // Whoever waits next tries again.
            Err(_) => self.wake_at = NEVER,
        }
    }
}

fn work() {
    loop {
        let wake_at = SLEEPER.lock().wake_at;
        if wake_at == NEVER {
            thread::park();
            continue;
        }
        let now = system_now();
        if now < wake_at {
            thread::park_timeout(Duration::from_nanos(wake_at - now));
            continue;
        }
        SLEEPER.lock().wake_at = NEVER;
        TIMERS.wake_due(now);
        if let Some(next) = TIMERS.next() {
            expect(next);
        }
    }
}
