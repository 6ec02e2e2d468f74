//! Alarms are due at their time, once, and leave nothing behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::task::{Wake, Waker};
use std::time::Duration;

use super::{Timers, arm_by_system};
use crate::clock::system_now;

#[derive(Default)]
struct Woken(AtomicUsize);

impl Woken {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn waker() -> (Arc<Woken>, Waker) {
    let woken = Arc::new(Woken::default());
    (Arc::clone(&woken), Waker::from(woken))
}

#[test]
fn an_alarm_is_due_at_its_time_and_once() {
    let (timers, (woken, waker)) = (Timers::new(), waker());
    let alarm = timers.arm(100, &waker);
    timers.wake_due(99);
    assert_eq!((woken.count(), timers.len()), (0, 1));
    assert!(alarm.wakes(&waker));
    timers.wake_due(100);
    assert_eq!((woken.count(), timers.len()), (1, 0));
    assert!(!alarm.wakes(&waker), "it is over");
    timers.wake_due(u64::MAX);
    assert_eq!(woken.count(), 1);
}

#[test]
fn a_dropped_alarm_wakes_nobody_and_holds_no_waker() {
    let (timers, (woken, waker)) = (Timers::new(), waker());
    let (alarm, other) = (timers.arm(100, &waker), timers.arm(100, &waker));
    drop(alarm);
    assert_eq!(timers.len(), 1);
    timers.wake_due(100);
    drop(other);
    assert_eq!(woken.count(), 1);
    drop(waker);
    assert_eq!(Arc::strong_count(&woken), 1);
}

#[test]
fn the_last_waker_is_the_one_that_is_woken() {
    let timers = Timers::new();
    let ((first, first_waker), (last, last_waker)) = (waker(), waker());
    let alarm = timers.arm(5, &first_waker);
    assert!(alarm.wakes(&last_waker));
    drop(first_waker);
    assert_eq!(Arc::strong_count(&first), 1);
    timers.wake_due(5);
    assert_eq!((first.count(), last.count()), (0, 1));
}

#[test]
fn extremes_have_a_meaning() {
    let (timers, (woken, waker)) = (Timers::new(), waker());
    let (_first, _last) = (timers.arm(0, &waker), timers.arm(u64::MAX, &waker));
    timers.wake_due(0);
    assert_eq!(woken.count(), 1);
    timers.wake_due(u64::MAX - 1);
    assert_eq!(woken.count(), 1);
    timers.wake_due(u64::MAX);
    assert_eq!(woken.count(), 2);
}

/// Arms again when it is woken, as a task may: that must find no lock.
struct ArmsAgain(Timers);

impl Wake for ArmsAgain {
    fn wake(self: Arc<Self>) {
        let alarm = self.0.arm(1, &Waker::noop().clone());
        assert!(alarm.wakes(Waker::noop()));
        drop(alarm);
        panic!("a waker that panics keeps no other from being woken");
    }
}

#[test]
fn wakers_run_outside_of_the_lock_and_may_panic() {
    let (timers, (woken, waker)) = (Timers::new(), waker());
    let again = Waker::from(Arc::new(ArmsAgain(timers.clone())));
    let (_bad, _good) = (timers.arm(1, &again), timers.arm(2, &waker));
    timers.wake_due(2);
    assert_eq!((woken.count(), timers.len()), (1, 0));
}

struct Tells(mpsc::Sender<u64>);

impl Wake for Tells {
    fn wake(self: Arc<Self>) {
        // Nobody is there any more if the test has failed.
        let _ = self.0.send(system_now());
    }
}

/// Bounded by real time, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn the_systems_alarms_are_not_early_whatever_their_order() {
    let (sender, woken) = mpsc::channel();
    let waker = Waker::from(Arc::new(Tells(sender)));
    let start = system_now();
    let millis = |n: u64| start + n * 1_000_000;
    let far = arm_by_system(millis(1_000_000), &waker);
    let late = arm_by_system(millis(20), &waker);
    let soon = arm_by_system(millis(5), &waker);
    assert!(woken.recv_timeout(PATIENCE).expect("the first") >= millis(5));
    assert!(woken.recv_timeout(PATIENCE).expect("the second") >= millis(20));
    assert!(!soon.wakes(&waker) && !late.wakes(&waker));
    assert!(far.wakes(&waker));
    drop(far);
    // After the next one was dropped before its time, too.
    let again = arm_by_system(system_now(), &waker);
    woken.recv_timeout(PATIENCE).expect("one that was due");
    assert!(!again.wakes(&waker));
}
