//! Clocks that are moved by hand, back and ahead, and users' own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use memokit::{Clock, Timers};

use crate::support::{MILLI, SECOND, Task, alarms, begin, function, run_background, set_spawner};

function!(moved, MOVED, hard_timeout = "2s");

#[test]
fn a_clock_that_goes_back_lets_calls_wait_for_as_much_longer() {
    let clock = begin(moved::cache());
    let mut task = Task::new(moved("a"));
    assert!(task.waits());
    clock.rewind(10 * SECOND);
    assert!(task.waits());
    clock.advance(11 * SECOND);
    assert!(!task.is_woken());
    clock.advance(SECOND);
    // Back again before the task looks: it is too early once more.
    clock.rewind(SECOND);
    assert!(task.is_woken() && task.waits());
    assert_eq!(alarms(&clock), 1);
    clock.advance(Duration::MAX);
    assert!(task.end().is_err());
    MOVED.ok(1);
    assert_eq!((run_background(), alarms(&clock)), (1, 0));
}

function!(last, LAST, hard_timeout = "2s");

#[test]
fn at_the_end_of_time_there_is_no_end() {
    let clock = begin(last::cache());
    clock.advance(Duration::MAX);
    let mut task = Task::new(last("a"));
    assert!(task.waits());
    assert_eq!(alarms(&clock), 0);
    LAST.ok(1);
    assert_eq!(task.end(), Ok(1));
}

/// A user's clock, with timers or without.
#[derive(Clone, Default)]
struct Simulated(Arc<Inner>);

#[derive(Default)]
struct Inner {
    now: AtomicU64,
    timers: Option<Timers>,
}

impl Simulated {
    fn set(&self, now: Duration) {
        let now = u64::try_from(now.as_nanos()).unwrap();
        self.0.now.store(now, Ordering::SeqCst);
        if let Some(timers) = &self.0.timers {
            timers.wake_due(now);
        }
    }
}

impl Clock for Simulated {
    fn now(&self) -> u64 {
        self.0.now.load(Ordering::SeqCst)
    }

    fn timers(&self) -> Option<&Timers> {
        self.0.timers.as_ref()
    }
}

function!(simulated, SIMULATED, hard_timeout = "2s");

#[test]
fn a_users_clock_with_timers() {
    set_spawner();
    let timers = Timers::new();
    let clock = Simulated(Arc::new(Inner {
        now: AtomicU64::new(0),
        timers: Some(timers.clone()),
    }));
    assert!(simulated::cache().set_clock(clock.clone()));
    let mut task = Task::new(simulated("a"));
    assert!(task.waits());
    clock.set(2 * SECOND - MILLI);
    assert!(!task.is_woken());
    clock.set(2 * SECOND);
    assert!(task.end().is_err());
    assert!(timers.is_empty());
    SIMULATED.ok(1);
    assert_eq!(run_background(), 1);
}

struct Tells(mpsc::Sender<()>);

impl Wake for Tells {
    fn wake(self: Arc<Self>) {
        // Nobody is there any more if the test has failed.
        let _ = self.0.send(());
    }
}

function!(unaware, UNAWARE, hard_timeout = "2ms");

/// Bounded by real time, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn a_users_clock_without_timers_is_looked_at_now_and_then() {
    set_spawner();
    let clock = Simulated::default();
    assert!(unaware::cache().set_clock(clock.clone()));
    let (sender, woken) = mpsc::channel();
    let waker = Waker::from(Arc::new(Tells(sender)));
    let mut context = Context::from_waker(&waker);
    let mut call = Box::pin(unaware("a"));
    assert!(call.as_mut().poll(&mut context).is_pending());
    // As much real time has passed; that clock has not moved.
    woken.recv_timeout(PATIENCE).expect("a look");
    assert!(call.as_mut().poll(&mut context).is_pending());
    clock.set(2 * MILLI);
    woken.recv_timeout(PATIENCE).expect("another look");
    let Poll::Ready(result) = call.as_mut().poll(&mut context) else {
        panic!("its time is up");
    };
    assert!(result.unwrap_err().is_slow());
    UNAWARE.ok(1);
    assert_eq!(run_background(), 1);
}
