//! `hard_timeout`: an error instead of waiting.

use memokit::Answer::{Coalesced, Miss};

use crate::support::{
    Answer, MILLI, SECOND, Task, alarms, begin, function, in_background, now, run_background,
};

function!(led, LED, hard_timeout = "2s");

#[test]
fn whoever_computes_gets_an_error_and_the_result_is_stored() {
    let clock = begin(led::cache());
    let mut task = Task::new(led("a"));
    assert!(task.waits());
    clock.advance(2 * SECOND - MILLI);
    assert!(!task.is_woken());
    clock.advance(MILLI);
    let error = task.end().unwrap_err();
    let crate::support::Failed::Slow(timed_out) = &error else {
        panic!("{error:?}");
    };
    assert_eq!(timed_out.limit, 2 * SECOND);
    let text = timed_out.to_string();
    assert!(text.contains("::led` had no result after its `hard_timeout` of 2s: try again later"));
    assert_eq!((in_background(), alarms(&clock)), (1, 0));
    // Others join it.
    let mut other = Task::new(led("a"));
    assert!(other.waits());
    LED.ok(7);
    assert_eq!(run_background(), 1);
    assert_eq!(other.end(), Ok(7));
    assert_eq!(now(led("a")), Ok(7));
    assert_eq!((LED.runs(), alarms(&clock)), (1, 0));
    let info = led::cache_info();
    assert_eq!((info.hits, info.misses, info.coalesced), (1, 1, 1));
    assert_eq!((info.timeouts, info.stale), (1, 0));
}

function!(awaited, AWAITED, hard_timeout = "2s");

#[test]
fn each_call_waits_for_its_own_time() {
    let clock = begin(awaited::cache());
    let mut leader = Task::new(awaited("a"));
    assert!(leader.waits());
    clock.advance(SECOND / 2);
    let mut second = Task::new(memokit::trace_async(awaited("a")));
    assert!(second.waits());
    clock.advance(SECOND / 2);
    let mut third = Task::new(awaited("a"));
    assert!(third.waits());
    assert_eq!(awaited::cache_info().waiting, 2);
    clock.advance(SECOND);
    assert!(leader.end().unwrap_err().is_slow());
    assert!(second.waits() && third.waits());
    clock.advance(SECOND / 2);
    let (result, trace) = second.end();
    assert!(result.unwrap_err().is_slow());
    assert_eq!(trace.calls.len(), 1);
    assert_eq!(trace.calls[0].answer, Coalesced);
    assert!(third.waits());
    assert_eq!(awaited::cache_info().waiting, 1);
    clock.advance(SECOND / 2 - MILLI);
    AWAITED.ok(3);
    assert_eq!(run_background(), 1);
    assert_eq!(third.end(), Ok(3));
    let info = awaited::cache_info();
    assert_eq!((info.misses, info.coalesced, info.timeouts), (1, 2, 2));
    assert_eq!((info.waiting, AWAITED.runs(), alarms(&clock)), (0, 1, 0));
}

function!(
    kept,
    KEPT,
    ttl = "10s",
    stale_if_error = "1h",
    hard_timeout = "2s"
);

#[test]
fn an_older_value_is_better_than_an_error() {
    let clock = begin(kept::cache());
    KEPT.ok(1);
    assert_eq!(now(kept("a")), Ok(1));
    clock.advance(11 * SECOND);
    let (mut leader, mut waiter) = (Task::new(kept("a")), Task::new(kept("a")));
    assert!(leader.waits() && waiter.waits());
    clock.advance(2 * SECOND);
    // The waiter first: the computation is not in the background yet.
    assert_eq!(waiter.end(), Ok(1));
    assert_eq!(in_background(), 0);
    assert_eq!(leader.end(), Ok(1));
    assert_eq!(in_background(), 1);
    // Nothing is put off by that: the next call waits for the same computation.
    let mut next = Task::new(kept("a"));
    assert!(next.waits());
    KEPT.ok(2);
    assert_eq!(run_background(), 1);
    assert_eq!(next.end(), Ok(2));
    let info = kept::cache_info();
    assert_eq!((info.misses, info.coalesced), (2, 2));
    assert_eq!((info.stale, info.timeouts, KEPT.runs()), (2, 2, 2));
}

function!(
    both,
    BOTH,
    ttl = "10s",
    stale_if_error = "1h",
    soft_timeout = "200ms",
    hard_timeout = "2s"
);

#[test]
fn the_soft_one_first() {
    let clock = begin(both::cache());
    let mut task = Task::new(both("a"));
    assert!(task.waits());
    clock.advance(200 * MILLI);
    assert!(task.is_woken() && task.waits(), "there is nothing older");
    assert_eq!(alarms(&clock), 1);
    clock.advance(1_800 * MILLI);
    assert!(task.end().unwrap_err().is_slow());
    BOTH.ok(1);
    assert_eq!(run_background(), 1);
    clock.advance(11 * SECOND);
    let mut task = Task::new(both("a"));
    assert!(task.waits());
    // A clock that jumps over both.
    clock.advance(5 * SECOND);
    assert_eq!(task.end(), Ok(1));
    let info = both::cache_info();
    assert_eq!((info.timeouts, info.stale), (2, 1));
    assert_eq!(alarms(&clock), 0);
}

function!(
    anew,
    ANEW,
    ttl = "10s",
    stale_if_error = "1h",
    soft_timeout = "1s",
    hard_timeout = "2s"
);

#[test]
fn a_refresh_waits_for_the_new_value_so_long() {
    let clock = begin(anew::cache());
    ANEW.ok(1);
    assert_eq!(now(anew("a")), Ok(1));
    let mut task = Task::new(anew::refresh("a"));
    assert!(task.waits());
    clock.advance(SECOND);
    assert!(!task.is_woken(), "an older value is not what it is for");
    clock.advance(SECOND);
    assert_eq!(task.end(), Ok(1), "as for an error");
    assert_eq!(now(anew("a")), Ok(1), "it is good still");
    ANEW.ok(2);
    assert_eq!(run_background(), 1);
    assert_eq!(now(anew("a")), Ok(2));
    let info = anew::cache_info();
    assert_eq!((info.timeouts, info.stale), (1, 0));
}

function!(strict, STRICT, ttl = "10s", hard_timeout = "2s");

#[test]
fn a_refresh_without_stale_if_error_fails() {
    let clock = begin(strict::cache());
    STRICT.ok(1);
    assert_eq!(now(strict("a")), Ok(1));
    let mut task = Task::new(strict::refresh("a"));
    assert!(task.waits());
    clock.advance(2 * SECOND);
    assert!(task.end().unwrap_err().is_slow());
    STRICT.ok(2);
    assert_eq!((run_background(), now(strict("a"))), (1, Ok(2)));
    // `uncached` is the function itself.
    let mut task = Task::new(strict::uncached("a"));
    assert!(task.waits());
    clock.advance(20 * SECOND);
    assert!(!task.is_woken() && alarms(&clock) == 0);
    STRICT.ok(3);
    assert_eq!(task.end(), Ok(3));
}

function!(scoped, SCOPED, hard_timeout = "2s");

#[test]
fn without_the_cache_too() {
    let clock = begin(scoped::cache());
    let mut bypassed = Task::new(memokit::bypass_async(scoped("a")));
    let mut read_only = Task::new(memokit::trace_async(memokit::read_only_async(scoped("a"))));
    assert!(bypassed.waits() && read_only.waits());
    assert_eq!(SCOPED.running(), 2);
    clock.advance(2 * SECOND);
    assert!(bypassed.end().unwrap_err().is_slow());
    let (result, trace) = read_only.end();
    assert!(result.unwrap_err().is_slow());
    assert_eq!(trace.calls[0].answer, Miss);
    // Nobody would get what they compute.
    assert_eq!((in_background(), SCOPED.running()), (0, 0));
    let info = scoped::cache_info();
    assert_eq!((info.bypassed, info.misses, info.timeouts), (1, 1, 2));
}

function!(unstored, UNSTORED, maxsize = 0, hard_timeout = "2s");

#[test]
fn a_result_that_is_not_kept_is_handed_over() {
    let clock = begin(unstored::cache());
    let mut leader = Task::new(unstored("a"));
    assert!(leader.waits());
    clock.advance(SECOND);
    let mut waiter = Task::new(unstored("a"));
    assert!(waiter.waits());
    clock.advance(SECOND);
    assert!(leader.end().unwrap_err().is_slow());
    UNSTORED.give(Answer::Is(Err(crate::support::Failed::Down)));
    assert_eq!(run_background(), 1);
    assert_eq!(waiter.end(), Err(crate::support::Failed::Down));
    assert_eq!(unstored::cache_info().timeouts, 1);
}
