//! What becomes of a computation that its caller has left.

use crate::support::{
    Answer, MILLI, SECOND, Task, alarms, begin, drop_background, function, in_background, now,
    run_background,
};

function!(invalidated, INVALIDATED, hard_timeout = "2s");

#[test]
fn an_invalidation_wins() {
    let clock = begin(invalidated::cache());
    let mut task = Task::new(invalidated("a"));
    assert!(task.waits());
    clock.advance(2 * SECOND);
    assert!(task.end().unwrap_err().is_slow());
    invalidated::invalidate("a");
    INVALIDATED.ok(1);
    assert_eq!(run_background(), 1);
    assert_eq!(invalidated::peek("a"), None);
    assert_eq!(invalidated::cache_info().rejected, 1);
    // So does a clear, and whoever comes after it computes.
    let mut task = Task::new(invalidated("a"));
    assert!(task.waits());
    clock.advance(2 * SECOND);
    assert!(task.end().unwrap_err().is_slow());
    invalidated::cache_clear();
    let mut next = Task::new(invalidated("a"));
    assert!(next.waits());
    assert_eq!(INVALIDATED.running(), 2);
    INVALIDATED.ok(2);
    assert_eq!(run_background(), 1);
    assert!(next.poll().is_none());
    INVALIDATED.ok(3);
    assert_eq!(next.end(), Ok(3));
    assert_eq!(now(invalidated("a")), Ok(3));
    assert_eq!(alarms(&clock), 0);
}

function!(overtaken, OVERTAKEN, hard_timeout = "2s");

#[test]
fn a_newer_value_wins() {
    let clock = begin(overtaken::cache());
    let mut task = Task::new(overtaken("a"));
    assert!(task.waits());
    clock.advance(2 * SECOND);
    assert!(task.end().unwrap_err().is_slow());
    overtaken::prime("a", Ok(10));
    assert_eq!(now(overtaken("a")), Ok(10));
    OVERTAKEN.ok(1);
    assert_eq!(run_background(), 1);
    assert_eq!(now(overtaken("a")), Ok(10));
}

function!(panicking, PANICKING, hard_timeout = "2s");

#[test]
fn a_panic_passes_the_duty_on() {
    let clock = begin(panicking::cache());
    let mut leader = Task::new(panicking("a"));
    assert!(leader.waits());
    clock.advance(SECOND);
    let mut waiter = Task::new(panicking("a"));
    assert!(waiter.waits());
    clock.advance(SECOND);
    assert!(leader.end().unwrap_err().is_slow());
    PANICKING.give(Answer::Panics);
    assert_eq!(run_background(), 1);
    assert!(waiter.is_woken());
    assert!(waiter.waits(), "it computes now");
    assert_eq!(PANICKING.runs(), 2);
    // For what is left of its own time.
    clock.advance(SECOND - MILLI);
    assert!(!waiter.is_woken());
    clock.advance(MILLI);
    assert!(waiter.end().unwrap_err().is_slow());
    PANICKING.ok(5);
    assert_eq!(run_background(), 1);
    assert_eq!(now(panicking("a")), Ok(5));
    let info = panicking::cache_info();
    assert_eq!((info.load_failures, info.load_successes), (1, 1));
    assert_eq!((info.misses, info.coalesced, info.timeouts), (2, 0, 2));
}

function!(forgotten, FORGOTTEN, hard_timeout = "2s");

#[test]
fn an_executor_that_drops_it_passes_the_duty_on() {
    let clock = begin(forgotten::cache());
    let mut leader = Task::new(forgotten("a"));
    assert!(leader.waits());
    clock.advance(SECOND);
    let mut waiter = Task::new(forgotten("a"));
    assert!(waiter.waits());
    clock.advance(SECOND);
    assert!(leader.end().unwrap_err().is_slow());
    drop_background();
    assert_eq!(FORGOTTEN.running(), 0);
    assert!(waiter.is_woken() && waiter.waits());
    FORGOTTEN.ok(1);
    assert_eq!(waiter.end(), Ok(1));
    assert_eq!(alarms(&clock), 0);
}

function!(
    given_up,
    GIVEN_UP,
    ttl = "10s",
    stale_if_error = "1h",
    soft_timeout = "1s",
    hard_timeout = "2s"
);

#[test]
fn a_caller_that_is_dropped_takes_its_alarm_along() {
    let clock = begin(given_up::cache());
    let (mut leader, mut waiter) = (Task::new(given_up("a")), Task::new(given_up("a")));
    let mut third = Task::new(given_up("a"));
    assert!(leader.waits() && waiter.waits() && third.waits());
    assert_eq!(alarms(&clock), 3);
    drop(third);
    assert_eq!(alarms(&clock), 2);
    drop(leader);
    assert_eq!((GIVEN_UP.running(), in_background()), (0, 0));
    assert!(waiter.is_woken());
    assert!(waiter.waits(), "it leads");
    assert_eq!(alarms(&clock), 1);
    GIVEN_UP.ok(4);
    assert_eq!(waiter.end(), Ok(4));
    assert_eq!((alarms(&clock), GIVEN_UP.runs()), (0, 2));
    let info = given_up::cache_info();
    assert_eq!((info.misses, info.coalesced, info.timeouts), (2, 1, 0));
}

function!(at_once, AT_ONCE, hard_timeout = "2s");

#[test]
fn a_panic_in_front_of_the_caller_is_the_callers() {
    let clock = begin(at_once::cache());
    let mut task = Task::new(at_once("a"));
    assert!(task.waits());
    AT_ONCE.give(Answer::Panics);
    let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| task.poll()));
    assert!(polled.is_err());
    drop(task);
    assert_eq!((alarms(&clock), in_background()), (0, 0));
    AT_ONCE.ok(1);
    assert_eq!(now(at_once("a")), Ok(1));
}
