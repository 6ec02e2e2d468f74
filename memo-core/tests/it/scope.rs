//! Scopes of calls, and the switch.

mod switch;
mod trace;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Answer, Cache, Trace, bypass, read_only, trace};

use crate::support::{Held, PATIENCE, assert_calls, assert_sound, fail_silently, panic_in, within};

fn named(name: &str) -> Cache<u64, u64> {
    Cache::builder().name(name).build()
}

/// A call with a value that shows whether it was computed.
fn call(cache: &Cache<u64, u64>, computed: u64) -> u64 {
    cache.get_or_insert_with(&1, || computed)
}

fn answers(trace: &Trace) -> Vec<Answer> {
    trace.calls.iter().map(|call| call.answer).collect()
}

#[test]
fn a_bypassed_call_neither_looks_nor_stores() {
    let cache = named("scope::bypass");
    assert_eq!(bypass(|| call(&cache, 1)), 1);
    assert!(cache.is_empty());
    assert_eq!(call(&cache, 2), 2);
    assert_eq!(bypass(|| call(&cache, 3)), 3);
    assert_eq!(call(&cache, 4), 2);
    let info = cache.stats();
    assert_eq!((info.hits, info.misses, info.bypassed), (1, 1, 2));
    assert_eq!((info.load_successes, info.load_failures), (1, 0));
    assert_calls(&info, 2);
    assert_sound(&cache);
}

#[test]
fn a_read_only_call_looks_and_does_not_store() {
    let cache = named("scope::read_only");
    assert_eq!(read_only(|| call(&cache, 1)), 1);
    assert!(cache.is_empty());
    assert_eq!(call(&cache, 2), 2);
    assert_eq!(read_only(|| call(&cache, 3)), 2);
    let info = cache.stats();
    assert_eq!((info.hits, info.misses, info.bypassed), (1, 2, 0));
    assert_eq!((info.load_successes, info.load_failures), (1, 0));
    assert_eq!((info.rejected, info.waiting), (0, 0));
    assert_calls(&info, 3);
    assert_sound(&cache);
}

#[test]
fn a_read_only_hit_is_a_use() {
    let cache: Cache<u64, u64> = Cache::builder().maxsize(2).build();
    let get = |key: u64| cache.get_or_insert_with(&key, || key);
    get(1);
    get(2);
    read_only(|| get(1));
    get(3);
    assert!(cache.contains(&1) && !cache.contains(&2));
}

#[test]
fn what_has_expired_is_computed() {
    let clock = MockClock::new();
    let cache: Cache<u64, u64> = Cache::builder()
        .ttl(Duration::from_secs(1))
        .clock(clock.clone())
        .build();
    assert_eq!(call(&cache, 1), 1);
    clock.advance(Duration::from_secs(1));
    assert_eq!(read_only(|| call(&cache, 2)), 2);
    assert_eq!(call(&cache, 3), 3);
}

#[test]
fn operations_on_the_cache_itself_do_what_they_say() {
    let cache = named("scope::operations");
    for scoped in [bypass::<()> as fn(_), read_only::<()>] {
        let cache = cache.clone();
        let operate: Box<dyn FnOnce()> = Box::new(move || {
            cache.insert(1, 10);
            assert_eq!(cache.get(&1), Some(10));
            assert_eq!(cache.peek(&1), Some(10));
            assert!(cache.contains(&1));
            assert_eq!(cache.remove(&1), Some(10));
            assert!(cache.is_empty());
        });
        scoped(operate);
    }
    assert_eq!(cache.stats().bypassed, 0);
}

#[test]
fn scopes_nest_and_the_inner_one_holds() {
    let cache = named("scope::nesting");
    assert_eq!(call(&cache, 1), 1);
    bypass(|| {
        assert_eq!(call(&cache, 2), 2);
        read_only(|| {
            assert_eq!(call(&cache, 3), 1);
            assert_eq!(bypass(|| call(&cache, 4)), 4);
            assert_eq!(call(&cache, 5), 1);
        });
        assert_eq!(call(&cache, 6), 6);
        // To be traced is no mode: what was said outside goes on.
        assert_eq!(trace(|| call(&cache, 7)).0, 7);
    });
    assert_eq!(call(&cache, 8), 1);
}

#[test]
fn a_panic_leaves_its_scopes() {
    let cache = named("scope::panic");
    assert_eq!(call(&cache, 1), 1);
    let panics = panic_in(|| trace(|| read_only(|| bypass(|| -> () { fail_silently() }))));
    assert!(panics.is_some());
    assert_eq!(call(&cache, 2), 1);
    let caught = bypass(|| panic_in(|| read_only(|| -> () { fail_silently() })));
    assert!(caught.is_some());
    let panics = panic_in(|| bypass(|| cache.get_or_insert_with(&1, || fail_silently())));
    assert!(panics.is_some());
    let ((), trace) = trace(|| {
        let inner = panic_in(|| trace(|| -> () { fail_silently() }));
        assert!(inner.is_some());
        call(&cache, 3);
    });
    assert_eq!(answers(&trace), [Answer::Hit]);
    assert_eq!(cache.stats().load_failures, 0);
    assert_sound(&cache);
}

#[test]
fn other_threads_are_outside() {
    let cache = named("scope::threads");
    let (values, trace) = trace(|| {
        bypass(|| {
            let own = call(&cache, 1);
            let other = thread::scope(|scope| scope.spawn(|| call(&cache, 2)).join());
            (own, other.expect("no panic"), call(&cache, 3))
        })
    });
    assert_eq!(values, (1, 2, 3));
    assert_eq!(cache.peek(&1), Some(2), "stored by the other thread");
    assert_eq!(answers(&trace), [Answer::Bypassed; 2]);
}

#[test]
fn nobody_waits_and_nobody_is_waited_for() {
    within(PATIENCE, || {
        let cache = named("scope::flights");
        let held = Arc::new(Held::default());
        let leader = {
            let (cache, held) = (cache.clone(), Arc::clone(&held));
            thread::spawn(move || cache.get_or_insert_with(&1, || held.compute(1)))
        };
        held.wait_until_begun();
        assert_eq!(bypass(|| call(&cache, 2)), 2);
        assert_eq!(read_only(|| call(&cache, 3)), 3);
        held.release();
        assert_eq!(leader.join().expect("no panic"), 1);

        // The other way round: what is computed in a scope is in nobody's way.
        for scoped in [bypass::<u64> as fn(_) -> _, read_only::<u64>] {
            cache.clear();
            let inner = cache.clone();
            let compute: Box<dyn FnOnce() -> u64> = Box::new(move || {
                inner.get_or_insert_with(&1, || {
                    let other = inner.clone();
                    let other = thread::spawn(move || call(&other, 5)).join();
                    other.expect("no panic") + 1
                })
            });
            assert_eq!(scoped(compute), 6);
            assert_eq!(cache.peek(&1), Some(5));
        }
        assert_sound(&cache);
    });
}

#[test]
fn what_a_computation_calls_is_in_its_callers_scope() {
    let (outer, inner) = (named("scope::outer"), named("scope::inner"));
    let both = || outer.get_or_insert_with(&1, || call(&inner, 1) + 1);
    assert_eq!(bypass(both), 2);
    assert_eq!(read_only(both), 2);
    assert!(outer.is_empty() && inner.is_empty());
    assert_eq!((outer.stats().bypassed, inner.stats().bypassed), (1, 1));
    // A computation that is kept may bypass what it calls.
    assert_eq!(
        outer.get_or_insert_with(&1, || bypass(|| call(&inner, 2))),
        2
    );
    assert_eq!((outer.len(), inner.len()), (1, 0));
}

#[test]
fn recursion() {
    fn fib(cache: &Cache<u64, u64>, n: u64) -> u64 {
        cache.get_or_insert_with(&n, || match n {
            0 | 1 => n,
            _ => fib(cache, n - 1) + fib(cache, n - 2),
        })
    }
    let cache = named("scope::recursion");
    assert_eq!(bypass(|| fib(&cache, 12)), 144);
    assert_eq!(
        cache.stats().bypassed,
        465,
        "as many calls as without a cache"
    );
    assert_eq!(read_only(|| fib(&cache, 12)), 144);
    assert_eq!(cache.stats().misses, 465);
    fib(&cache, 11);
    assert_eq!(cache.len(), 12);
    let misses = cache.stats().misses;
    assert_eq!(read_only(|| fib(&cache, 13)), 233);
    assert_eq!(cache.stats().misses - misses, 2, "the rest was there");
    assert_eq!(cache.len(), 12);
}

#[test]
fn bypassed_calls_are_added_and_cleared_like_the_others() {
    let cache = named("scope::counters");
    bypass(|| call(&cache, 1));
    let before = cache.stats();
    bypass(|| call(&cache, 1));
    let now = cache.stats();
    assert_eq!(now.minus(&before).bypassed, 1);
    assert_eq!(now.plus(&before).bypassed, 3);
    assert_eq!((now.calls(), now.hit_rate()), (0, 0.0));
    cache.clear();
    assert_eq!(cache.stats().bypassed, 0);
}

#[test]
fn scopes_in_many_threads_stay_apart() {
    const THREADS: u64 = 8;
    const ROUNDS: u64 = 2_000;
    within(PATIENCE, || {
        let cache = named("scope::many");
        call(&cache, 0);
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for round in 1..=ROUNDS {
                        assert_eq!(call(&cache, round), 0);
                        assert_eq!(bypass(|| call(&cache, round)), round);
                        let (value, trace) = trace(|| read_only(|| call(&cache, round)));
                        assert_eq!((value, answers(&trace)), (0, vec![Answer::Hit]));
                    }
                });
            }
        });
        let info = cache.stats();
        assert_eq!(info.bypassed, THREADS * ROUNDS);
        assert_eq!((info.misses, info.hits), (1, 2 * THREADS * ROUNDS));
    });
}
