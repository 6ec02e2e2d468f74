//! Places where several rules meet.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use memokit::{Cache, Clock, memoize};

use crate::support::{Runs, until, within_time};

/// A small generator: the tests need variety, not quality.
fn next(state: &mut u32) -> u32 {
    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    *state >> 8
}

#[test]
fn a_snapshot_while_others_hit() {
    let cache: Cache<u32, u32> = Cache::builder().maxsize(2_000).build();
    (0..2_000).for_each(|n| cache.insert(n, n));
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for seed in 0..2 {
            let (cache, stop) = (&cache, &stop);
            scope.spawn(move || {
                let mut state = seed;
                while !stop.load(Ordering::Relaxed) {
                    cache.get(&(next(&mut state) % 2_000));
                }
            });
        }
        let counts = catch_unwind(|| (0..300).all(|_| cache.iter().count() == 2_000));
        stop.store(true, Ordering::Relaxed);
        assert!(counts.expect("no panic"));
    });
}

#[memoize(scope = thread)]
fn in_thread(n: u32) -> u32 {
    n
}

#[test]
fn another_threads_bound_is_followed_at_the_next_value() {
    (0..10).for_each(|n| assert_eq!(in_thread(n), n));
    let shrink = |maxsize| std::thread::spawn(move || in_thread::set_maxsize(maxsize)).join();
    assert!(shrink(5).expect("no panic"));
    in_thread(100);
    assert_eq!(in_thread::cache_info().currsize, 5);
    assert!(shrink(0).expect("no panic"));
    in_thread(101);
    assert_eq!(in_thread::cache_info().currsize, 0);
}

#[memoize]
fn primed(n: u32) -> u32 {
    n
}

#[memoize]
fn refreshed(n: u32) -> u32 {
    n
}

#[test]
fn keys_are_shown_however_they_came() {
    primed::prime(&1, 2);
    assert_eq!(primed::keys(), ["1"]);
    assert_eq!(primed(1), 2);
    refreshed::refresh(1);
    assert_eq!(refreshed::keys(), ["1"]);
    assert_eq!(refreshed(1), 1);
}

static FAILS: Runs = Runs::new();

#[memoize]
fn fails(key: u32) -> Result<u32, u32> {
    FAILS.add();
    until(|| fails::cache_info().waiting == 1);
    Err(key)
}

#[test]
fn an_error_is_handed_to_those_who_wait() {
    within_time(|| {
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| assert_eq!(fails(1), Err(1)));
            }
        });
    });
    assert_eq!(FAILS.get(), 1);
}

#[derive(Debug)]
struct Fragile(Arc<AtomicBool>);

impl Clone for Fragile {
    fn clone(&self) -> Self {
        assert!(!self.0.load(Ordering::SeqCst), "a clone that fails");
        Self(Arc::clone(&self.0))
    }
}

#[test]
fn a_hit_whose_clone_panics_is_counted() {
    let cache: Cache<u32, Fragile> = Cache::builder().build();
    let is_broken = Arc::new(AtomicBool::new(false));
    let call = || cache.get_or_insert_with(&1, || Fragile(Arc::clone(&is_broken)));
    call();
    is_broken.store(true, Ordering::SeqCst);
    assert!(catch_unwind(AssertUnwindSafe(call)).is_err());
    assert_eq!((cache.stats().hits, cache.stats().misses), (1, 1));
}

#[memoize(ttl = || { asks_itself::cache_info(); Duration::from_secs(1) })]
fn asks_itself(n: u32) -> u32 {
    n
}

#[test]
fn a_computed_ttl_may_use_the_handle() {
    assert_eq!(within_time(|| asks_itself(1)), 1);
    assert_eq!(
        asks_itself::cache_parameters().ttl,
        Some(Duration::from_secs(1))
    );
}

#[memoize(tti = || { needs_itself(1); Duration::from_secs(1) })]
fn needs_itself(n: u32) -> u32 {
    n
}

static ANSWERS: AtomicBool = AtomicBool::new(false);

#[memoize(tti = || { assert!(ANSWERS.load(Ordering::SeqCst), "not yet"); Duration::from_secs(1) })]
fn idle_later(n: u32) -> u32 {
    n
}

#[test]
fn a_computed_tti_that_fails_leaves_nothing_behind() {
    for _ in 0..2 {
        let failed = within_time(|| catch_unwind(|| needs_itself(1)).unwrap_err());
        let message = failed.downcast_ref::<String>().unwrap();
        assert!(
            message.contains("::needs_itself` depends on itself"),
            "{message}"
        );
    }
    assert!(catch_unwind(|| idle_later(1)).is_err());
    ANSWERS.store(true, Ordering::SeqCst);
    assert_eq!(idle_later(1), 1);
    assert_eq!(
        idle_later::cache_parameters().tti,
        Some(Duration::from_secs(1))
    );
}

/// Panics in its drop, once.
#[derive(Debug)]
struct Mine(bool);

impl Clone for Mine {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl Drop for Mine {
    fn drop(&mut self) {
        let fails = std::mem::take(&mut self.0) && !std::thread::panicking();
        assert!(!fails, "a drop that fails");
    }
}

#[test]
fn a_clear_reaches_all_caches_whatever_their_values_do() {
    let named = |name: &str| Cache::<u32, Mine>::builder().tag("edges-mine").name(name);
    let (first, second) = (
        named("edges-mine::1").build(),
        named("edges-mine::2").build(),
    );
    first.insert(1, Mine(true));
    second.insert(1, Mine(false));
    assert!(catch_unwind(|| memokit::clear_matching("edges-mine::*")).is_err());
    assert_eq!((first.len(), second.len()), (0, 0));
    // By tag, values are dropped later.
    first.insert(1, Mine(true));
    second.insert(1, Mine(false));
    assert_eq!(memokit::clear_tag("edges-mine"), 2);
    assert_eq!((first.len(), second.len()), (0, 0));
    // By whoever comes by, or with the cache.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(first)));
}

/// Works until it is told to fail.
#[derive(Clone, Default)]
struct Stopped(Arc<AtomicBool>);

impl Clock for Stopped {
    fn now(&self) -> u64 {
        assert!(!self.0.load(Ordering::SeqCst), "a clock that fails");
        1
    }
}

#[test]
fn a_clock_that_panics_costs_one_call() {
    let clock = Stopped::default();
    let cache: Cache<u32, u32> = Cache::builder().clock(clock.clone()).build();
    let fail = || {
        cache.get_or_insert_with(&1, || {
            clock.0.store(true, Ordering::SeqCst);
            1
        })
    };
    assert!(catch_unwind(AssertUnwindSafe(fail)).is_err());
    clock.0.store(false, Ordering::SeqCst);
    assert_eq!(within_time(move || cache.get_or_insert_with(&1, || 2)), 2);
}

static VERSION: AtomicU64 = AtomicU64::new(1);

#[memoize(maxsize = 4)]
fn version(key: u32) -> u64 {
    let version = VERSION.load(Ordering::SeqCst);
    if (version + u64::from(key)).is_multiple_of(7) {
        std::thread::yield_now();
    }
    version
}

/// Every way of renewing, against threads that call all the time: what is seen afterwards is never
/// older than the renewal, and the bound holds.
#[test]
fn nothing_old_is_seen_after_a_renewal() {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for seed in 0..3 {
            let stop = &stop;
            scope.spawn(move || {
                let mut state = seed;
                while !stop.load(Ordering::Relaxed) {
                    let key = next(&mut state) % 6;
                    version(key);
                    if state % 11 == 0 {
                        version::refresh(key);
                    }
                }
            });
        }
        let renewals = catch_unwind(|| {
            for step in 0..20_000 {
                let key = step % 6;
                let now = VERSION.fetch_add(1, Ordering::SeqCst) + 1;
                match step % 5 {
                    0 => drop(version::invalidate(&key)),
                    1 => drop(version::cache_clear()),
                    2 => drop(version::invalidate_if(|_, _| true)),
                    3 => assert!(version::refresh(key) >= now),
                    _ => version::prime(&key, now),
                }
                assert!(version(key) >= now, "step {step}");
                assert!(version::cache_info().currsize <= 4);
            }
        });
        stop.store(true, Ordering::Relaxed);
        assert!(renewals.is_ok());
    });
}

/// A model of four lines for everything that touches the order.
#[test]
fn refresh_and_prime_keep_the_exact_order() {
    #[memoize(maxsize = 3)]
    fn body(n: u32) -> u32 {
        n
    }
    let mut model: Vec<u32> = Vec::new();
    let use_of = |model: &mut Vec<u32>, key: u32| {
        model.retain(|other| *other != key);
        if model.len() == 3 {
            model.remove(0);
        }
        model.push(key);
    };
    let (mut state, mut hits, mut misses) = (1, 0, 0);
    for _ in 0..50_000 {
        let key = (next(&mut state) >> 3) % 6;
        let is_there = model.contains(&key);
        match next(&mut state) % 8 {
            0 => {
                assert_eq!(body::invalidate(&key), is_there);
                model.retain(|other| *other != key);
            }
            1 => {
                body::refresh(key);
                misses += 1;
                use_of(&mut model, key);
            }
            2 => {
                body::prime(&key, key);
                use_of(&mut model, key);
            }
            3 => assert_eq!(body::peek(&key).is_some(), is_there),
            _ => {
                body(key);
                *(if is_there { &mut hits } else { &mut misses }) += 1;
                use_of(&mut model, key);
            }
        }
        let order: Vec<String> = model.iter().map(ToString::to_string).collect();
        assert_eq!(body::keys(), order);
    }
    let info = body::cache_info();
    assert_eq!((info.hits, info.misses), (hits, misses));
}
