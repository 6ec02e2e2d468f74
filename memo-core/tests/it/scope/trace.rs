//! What a trace tells.

use std::sync::Arc;
use std::thread;

use memo_core::{Answer, Trace, bypass, read_only, trace};

use super::{answers, call, named};
use crate::support::{Held, PATIENCE, panic_in, wait_for_waiters, within};

#[test]
fn a_trace_tells_each_call_in_order() {
    let (outer, inner) = (named("scope::trace_outer"), named("scope::trace_inner"));
    let (sum, trace) = trace(|| {
        let first = outer.get_or_insert_with(&1, || call(&inner, 1));
        let second = call(&outer, 2);
        let third = bypass(|| call(&inner, 3));
        let fourth = read_only(|| inner.get_or_insert_with(&2, || 4));
        first + second + third + fourth
    });
    assert_eq!(sum, 1 + 1 + 3 + 4);
    let calls: Vec<(&str, Answer)> = trace
        .calls
        .iter()
        .map(|call| (call.cache.as_str(), call.answer))
        .collect();
    let expected = [
        ("scope::trace_outer", Answer::Miss),
        ("scope::trace_inner", Answer::Miss),
        ("scope::trace_outer", Answer::Hit),
        ("scope::trace_inner", Answer::Bypassed),
        ("scope::trace_inner", Answer::Miss),
    ];
    assert_eq!(calls, expected);
    let table = "\
cache               hits  misses  coalesced  bypassed
-----------------------------------------------------
scope::trace_outer     1       1          0         0
scope::trace_inner     0       2          0         1";
    assert_eq!(trace.to_string(), table);
}

#[test]
fn traces_nest() {
    let cache = named("scope::traces");
    let (inner, outer) = trace(|| {
        call(&cache, 1);
        let ((), inner) = trace(|| {
            call(&cache, 2);
            bypass(|| call(&cache, 3));
        });
        call(&cache, 4);
        inner
    });
    assert_eq!(answers(&inner), [Answer::Hit, Answer::Bypassed]);
    let all = [Answer::Miss, Answer::Hit, Answer::Bypassed, Answer::Hit];
    assert_eq!(answers(&outer), all);
}

#[test]
fn a_trace_is_bounded() {
    let cache = named("scope::bound");
    let more = 5;
    let (inner, outer) = trace(|| {
        call(&cache, 1);
        let ((), inner) = trace(|| {
            for _ in 0..Trace::MAX_CALLS + more {
                call(&cache, 1);
            }
        });
        inner
    });
    assert_eq!(inner.calls.len(), Trace::MAX_CALLS);
    assert_eq!(inner.dropped, 5);
    assert_eq!(outer.calls.len(), Trace::MAX_CALLS);
    assert_eq!(outer.dropped, 6);
    assert_eq!(outer.calls[0].answer, Answer::Miss);
    assert!(outer.to_string().ends_with("\nand 6 later calls"));
}

#[test]
fn a_trace_tells_who_waited() {
    within(PATIENCE, || {
        let cache = named("scope::coalesced");
        let held = Arc::new(Held::default());
        let leader = {
            let (cache, held) = (cache.clone(), Arc::clone(&held));
            thread::spawn(move || trace(|| cache.get_or_insert_with(&1, || held.compute(1))))
        };
        held.wait_until_begun();
        let follower = {
            let cache = cache.clone();
            thread::spawn(move || trace(|| call(&cache, 2)))
        };
        wait_for_waiters(&cache, 1);
        held.release();
        let (value, led) = leader.join().expect("no panic");
        assert_eq!((value, answers(&led)), (1, vec![Answer::Miss]));
        let (value, waited) = follower.join().expect("no panic");
        assert_eq!((value, answers(&waited)), (1, vec![Answer::Coalesced]));
    });
}

#[test]
fn a_call_without_an_answer_is_not_in_the_trace() {
    let cache = named("scope::unanswered");
    let (panics, trace) = trace(|| {
        cache.get_or_insert_with(&2, || {
            // Needs itself: a panic instead of an answer.
            let panics = panic_in(|| cache.get_or_insert_with(&2, || 1));
            u64::from(panics.is_some())
        })
    });
    assert_eq!(panics, 1);
    assert_eq!(answers(&trace), [Answer::Miss]);
}
