//! `soft_timeout`: an older value instead of waiting.

use crate::support::{
    Answer, Failed, MILLI, SECOND, Task, alarms, begin, function, in_background, now,
    run_background,
};

function!(
    late,
    LATE,
    ttl = "10s",
    stale_if_error = "1h",
    soft_timeout = "200ms"
);

#[test]
fn the_older_value_comes_and_the_new_one_is_stored() {
    let clock = begin(late::cache());
    LATE.ok(1);
    assert_eq!(now(late("a")), Ok(1));
    assert_eq!(alarms(&clock), 0, "it did not wait");
    clock.advance(11 * SECOND);
    let mut task = Task::new(late("a"));
    assert!(task.waits());
    assert_eq!(alarms(&clock), 1);
    clock.advance(199 * MILLI);
    assert!(!task.is_woken());
    assert!(task.waits(), "polled for another reason");
    clock.advance(MILLI);
    assert_eq!(task.end(), Ok(1));
    assert_eq!((alarms(&clock), in_background()), (0, 1));
    let info = late::cache_info();
    assert_eq!((info.misses, info.stale, info.timeouts), (2, 1, 1));
    // What nobody waits for goes on.
    assert_eq!(run_background(), 0);
    assert!(!late::contains("a"));
    LATE.ok(2);
    assert_eq!(run_background(), 1);
    assert_eq!(late::peek("a"), Some(Ok(2)));
    assert_eq!(now(late("a")), Ok(2));
    assert_eq!((LATE.runs(), LATE.running()), (2, 0));
    let info = late::cache_info();
    assert_eq!((info.hits, info.load_successes, info.timeouts), (1, 2, 1));
}

function!(
    first,
    FIRST,
    ttl = "10s",
    stale_if_error = "1m",
    soft_timeout = "200ms"
);

#[test]
fn without_an_older_value_the_call_waits() {
    let clock = begin(first::cache());
    let mut task = Task::new(first("a"));
    assert!(task.waits());
    clock.advance(200 * MILLI);
    assert!(task.is_woken() && task.waits());
    assert_eq!(alarms(&clock), 0, "there is nothing left to wait for");
    clock.advance(3_600 * SECOND);
    assert!(!task.is_woken());
    FIRST.ok(1);
    assert_eq!(task.end(), Ok(1));
    // One whose window has ended is none.
    clock.advance(70 * SECOND);
    let mut task = Task::new(first("a"));
    assert!(task.waits());
    clock.advance(200 * MILLI);
    assert!(task.is_woken() && task.waits());
    // Nor is one that was invalidated.
    FIRST.ok(2);
    assert_eq!(task.end(), Ok(2));
    clock.advance(11 * SECOND);
    let mut task = Task::new(first("a"));
    assert!(task.waits());
    assert!(first::invalidate("a") || !first::contains("a"));
    clock.advance(200 * MILLI);
    assert!(task.is_woken() && task.waits());
    FIRST.ok(3);
    assert_eq!(task.end(), Ok(3));
    let info = first::cache_info();
    assert_eq!((info.stale, info.timeouts, in_background()), (0, 0, 0));
}

function!(
    prolonged,
    PROLONGED,
    ttl = "10s",
    stale_if_error = "1m",
    soft_timeout = "200ms"
);

#[test]
fn what_hangs_prolongs_no_life() {
    let clock = begin(prolonged::cache());
    PROLONGED.ok(1);
    assert_eq!(now(prolonged("a")), Ok(1));
    clock.advance(11 * SECOND);
    let served = |expected: u64| {
        let mut task = Task::new(prolonged("a"));
        assert!(task.waits(), "each call waits for itself");
        clock.advance(200 * MILLI);
        assert_eq!(task.end(), Ok(expected));
    };
    served(1);
    served(1);
    assert_eq!((PROLONGED.runs(), in_background()), (2, 1));
    // One minute after its end the older value is gone, whoever still computes.
    clock.advance(59 * SECOND);
    let mut task = Task::new(prolonged("a"));
    assert!(task.waits());
    clock.advance(SECOND);
    assert!(task.waits() || !task.is_woken());
    assert_eq!((PROLONGED.runs(), alarms(&clock)), (2, 0));
    PROLONGED.ok(2);
    assert_eq!(run_background(), 1);
    assert_eq!(task.end(), Ok(2));
    let info = prolonged::cache_info();
    assert_eq!((info.misses, info.coalesced), (2, 2));
    assert_eq!((info.stale, info.timeouts), (2, 2));
}

function!(
    down,
    DOWN,
    ttl = "10s",
    stale_if_error = "1h",
    soft_timeout = "200ms"
);

#[test]
fn a_failure_in_the_background_is_one_like_others() {
    let clock = begin(down::cache());
    DOWN.ok(1);
    assert_eq!(now(down("a")), Ok(1));
    clock.advance(11 * SECOND);
    let mut task = Task::new(down("a"));
    assert!(task.waits());
    clock.advance(200 * MILLI);
    assert_eq!(task.end(), Ok(1));
    DOWN.give(Answer::Is(Err(Failed::Down)));
    assert_eq!(run_background(), 1);
    // It puts off the next attempt, and is no call that was answered.
    assert_eq!(now(down("a")), Ok(1));
    let info = down::cache_info();
    assert_eq!((info.load_failures, info.timeouts, info.stale), (1, 1, 2));
    assert_eq!(DOWN.runs(), 2);
}

function!(
    renewed,
    RENEWED,
    ttl = "10s",
    refresh_ahead = 0.5,
    stale_while_revalidate = "5s",
    stale_if_error = "1h",
    soft_timeout = "200ms",
    hard_timeout = "2s"
);

#[test]
fn beside_renewal_in_the_background() {
    let clock = begin(renewed::cache());
    RENEWED.ok(1);
    assert_eq!(now(renewed("a")), Ok(1));
    clock.advance(12 * SECOND);
    // In the window of `stale_while_revalidate` no call waits.
    assert_eq!(now(renewed("a")), Ok(1));
    assert_eq!((alarms(&clock), in_background()), (0, 1));
    RENEWED.ok(2);
    assert_eq!(run_background(), 1);
    assert_eq!(now(renewed("a")), Ok(2));
    // After it the call computes.
    clock.advance(20 * SECOND);
    let mut task = Task::new(renewed("a"));
    assert!(task.waits());
    clock.advance(200 * MILLI);
    assert_eq!(task.end(), Ok(2));
    RENEWED.ok(3);
    assert_eq!(run_background(), 1);
    assert_eq!(now(renewed("a")), Ok(3));
    let info = renewed::cache_info();
    assert_eq!((info.stale, info.timeouts), (2, 1));
}

function!(
    swr,
    SWR,
    ttl = "10s",
    stale_while_revalidate = "5s",
    soft_timeout = "200ms"
);

#[test]
fn what_stale_while_revalidate_keeps_is_handed_out_at_once() {
    let clock = begin(swr::cache());
    SWR.ok(1);
    assert_eq!(now(swr("a")), Ok(1));
    clock.advance(11 * SECOND);
    assert_eq!(now(swr("a")), Ok(1));
    clock.advance(5 * SECOND);
    let mut task = Task::new(swr("a"));
    assert!(task.waits());
    // A clock that goes back shows a time at which it is served.
    clock.rewind(3 * SECOND);
    clock.advance(3 * SECOND + 199 * MILLI);
    assert!(!task.is_woken());
    SWR.ok(2);
    assert_eq!(task.poll(), Some(Ok(2)));
    assert_eq!(swr::cache_info().timeouts, 0);
}
