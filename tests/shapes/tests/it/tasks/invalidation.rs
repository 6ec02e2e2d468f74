//! What is forgotten while a task computes it stays forgotten.

use std::time::Duration;

use memokit::memoize;
use memokit::testing::MockClock;

use super::by_hand::{Hold, Polled, held, now};

/// Forgets key 1 in some way, while it is being computed for a leader and a follower.
#[track_caller]
fn late_value_is_not_stored(
    call: for<'a> fn(&'a Hold) -> Polled<'a, u64>,
    contains: fn() -> bool,
    forget: fn(),
) {
    let hold = Hold::default();
    let mut leader = call(&hold);
    let mut follower = call(&hold);
    forget();
    // A call that starts now begins anew.
    let mut newer = call(&hold);
    assert_eq!(hold.runs(), 2);
    hold.release();
    leader.assert_ready(2);
    follower.assert_ready(2);
    newer.assert_pending();
    assert!(!contains(), "the late value is its callers' alone");
    hold.release();
    newer.assert_ready(2);
    assert!(contains());
}

#[test]
fn invalidated() {
    held!(f);
    late_value_is_not_stored(
        |hold| Polled::suspended(f(1, hold)),
        || f::contains(&1),
        || {
            // Nothing that anybody could have seen was removed.
            assert!(!f::invalidate(&1));
        },
    );
    assert_eq!(f::cache_info().rejected, 1);
}

#[test]
fn cleared() {
    held!(f);
    late_value_is_not_stored(
        |hold| Polled::suspended(f(1, hold)),
        || f::contains(&1),
        || assert_eq!(f::cache_clear(), 0),
    );
}

#[test]
fn cleared_by_tag() {
    held!(f, tags("tasks::invalidation"));
    late_value_is_not_stored(
        |hold| Polled::suspended(f(1, hold)),
        || f::contains(&1),
        || assert_eq!(memokit::clear_tag("tasks::invalidation"), 0),
    );
}

#[test]
fn primed_meanwhile() {
    held!(f);
    let hold = Hold::default();
    let mut leader = Polled::suspended(f(1, &hold));
    let mut follower = Polled::suspended(f(1, &hold));
    f::prime(&1, 7);
    assert_eq!(now(f(1, &hold)), 7);
    hold.release();
    leader.assert_ready(2);
    follower.assert_ready(2);
    assert_eq!(f::peek(&1), Some(7), "the newer value stays");
}

#[memoize(skip(hold, value))]
async fn given(_key: u64, value: u64, hold: &Hold) -> u64 {
    hold.compute(value).await
}

#[test]
fn overtaken_by_a_refresh() {
    let (old, new) = (Hold::default(), Hold::default());
    let mut leader = Polled::suspended(given(1, 10, &old));
    let mut refresh = Polled::suspended(given::refresh(1, 20, &new));
    new.release();
    refresh.assert_ready(20);
    assert_eq!(given::peek(&1), Some(20));
    old.release();
    leader.assert_ready(10);
    assert_eq!(given::peek(&1), Some(20), "the older result is not stored");
    assert_eq!(given::cache_info().rejected, 1);
}

#[test]
fn a_refresh_serves_the_present_value_until_it_ends() {
    held!(f);
    let hold = Hold::default();
    f::prime(&1, 7);
    let mut refresh = Polled::suspended(f::refresh(1, &hold));
    assert_eq!(now(f(1, &hold)), 7);
    hold.release();
    refresh.assert_ready(2);
    assert_eq!(now(f(1, &hold)), 2);
    // One that is given up leaves everything as it is.
    drop(Polled::suspended(f::refresh(1, &hold)));
    assert_eq!(now(f(1, &hold)), 2);
    // One whose key is forgotten meanwhile stores nothing.
    let mut refresh = Polled::suspended(f::refresh(1, &hold));
    assert!(f::invalidate(&1));
    hold.release();
    refresh.assert_ready(2);
    assert!(!f::contains(&1));
}

#[test]
fn two_refreshes_at_a_time() {
    let (first, second) = (Hold::default(), Hold::default());
    let mut older = Polled::suspended(given::refresh(2, 10, &first));
    let mut newer = Polled::suspended(given::refresh(2, 20, &second));
    first.release();
    older.assert_ready(10);
    assert_eq!(given::peek(&2), Some(10));
    second.release();
    newer.assert_ready(20);
    assert_eq!(given::peek(&2), Some(20));
}

#[test]
fn time_to_live_counts_from_the_end_of_the_computation() {
    held!(f, ttl = "10s");
    let hold = Hold::default();
    let clock = MockClock::new();
    assert!(f::cache().set_clock(clock.clone()));
    let mut leader = Polled::suspended(f(1, &hold));
    clock.advance(Duration::from_secs(60));
    let mut follower = Polled::suspended(f(1, &hold));
    hold.release();
    leader.assert_ready(2);
    follower.assert_ready(2);
    clock.advance(Duration::from_nanos(9_999_999_999));
    assert_eq!(now(f(1, &hold)), 2);
    clock.advance(Duration::from_nanos(1));
    let mut again = Polled::suspended(f(1, &hold));
    hold.release();
    again.assert_ready(2);
    assert_eq!(hold.runs(), 2);
}

#[test]
fn without_room() {
    held!(none, maxsize = 0);
    held!(one, maxsize = 1);
    let hold = Hold::default();
    let mut leader = Polled::suspended(none(1, &hold));
    let mut follower = Polled::suspended(none(1, &hold));
    hold.release();
    leader.assert_ready(2);
    follower.assert_ready(2);
    assert_eq!((hold.runs(), none::cache_info().currsize), (1, 0));

    // Computations are not entries: there may be more of them than room.
    let mut leaders: Vec<_> = (0..10)
        .map(|key| Polled::suspended(one(key, &hold)))
        .collect();
    for leader in &mut leaders {
        hold.release();
        assert!(leader.poll().is_ready());
    }
    assert_eq!((one::cache_info().currsize, one::peek(&9)), (1, Some(18)));
}

#[test]
fn a_bare_cache() {
    held!(f, oom_protection = false);
    late_value_is_not_stored(
        |hold| Polled::suspended(f(1, hold)),
        || f::contains(&1),
        || {
            f::cache_clear();
        },
    );
}
