//! Invalidation beats a computation under way: no call that starts after it returned sees a value
//! computed before it. The late value goes to its own caller only.

use std::sync::Arc;
use std::thread;

use memo_core::{Bare, Cache, Protected, Protection, clear_matching, clear_tag};

use crate::support::{Held, PATIENCE, assert_sound, wait_for_waiters, within};

const KEY: u64 = 1;
const OLD: u64 = 10;
const NEW: u64 = 20;

type Invalidate<P> = fn(&Cache<u64, u64, P>);

/// Holds a computation up, runs `invalidate`, and checks what everyone sees.
fn beats_the_computation<P: Protection>(cache: Cache<u64, u64, P>, invalidate: Invalidate<P>) {
    within(PATIENCE, move || {
        let held = Arc::new(Held::default());
        let calls = |value: fn(&Held) -> u64| {
            let (cache, held) = (cache.clone(), Arc::clone(&held));
            thread::spawn(move || cache.get_or_insert_with(&KEY, || value(&held)))
        };
        let leader = calls(|held| held.compute(OLD));
        held.wait_until_begun();
        let waiter = calls(|_| NEW);
        wait_for_waiters(&cache, 1);
        invalidate(&cache);
        let later = calls(|_| NEW);
        held.release();
        assert_eq!(leader.join().unwrap(), OLD);
        assert_eq!(
            waiter.join().unwrap(),
            OLD,
            "it came before the invalidation"
        );
        assert_eq!(later.join().unwrap(), NEW, "a stale value");
        assert_eq!(cache.peek(&KEY), Some(NEW));
        assert_sound(&cache);
    });
}

/// As above with the leader alone, so that each number is known.
fn keeps_the_late_value_out<P: Protection>(cache: Cache<u64, u64, P>, invalidate: Invalidate<P>) {
    within(PATIENCE, move || {
        cache.insert(KEY + 1, 0);
        let held = Held::default();
        thread::scope(|scope| {
            let leader = scope.spawn(|| cache.get_or_insert_with(&KEY, || held.compute(OLD)));
            held.wait_until_begun();
            let before = cache.stats();
            invalidate(&cache);
            assert!(!cache.contains(&KEY), "nothing was there to be seen");
            held.release();
            assert_eq!(leader.join().unwrap(), OLD);
            let after = cache.stats();
            // A clear of the whole cache has zeroed what was counted before it.
            let rejected = after.rejected.saturating_sub(before.rejected);
            assert_eq!(rejected, 1, "the late value is counted");
        });
        assert_eq!(cache.peek(&KEY), None, "the late value was stored");
        assert_eq!(cache.get_or_insert_with(&KEY, || NEW), NEW);
        assert_eq!(cache.peek(&KEY), Some(NEW));
        assert_sound(&cache);
    });
}

/// A call during the computation, after the invalidation, leads a computation of its own; the old
/// one ends last and must not overwrite the new value.
fn keeps_the_newer_value<P: Protection>(cache: Cache<u64, u64, P>, invalidate: Invalidate<P>) {
    within(PATIENCE, move || {
        let held = Held::default();
        thread::scope(|scope| {
            let leader = scope.spawn(|| cache.get_or_insert_with(&KEY, || held.compute(OLD)));
            held.wait_until_begun();
            invalidate(&cache);
            assert_eq!(cache.get_or_insert_with(&KEY, || NEW), NEW);
            held.release();
            assert_eq!(leader.join().unwrap(), OLD);
        });
        assert_eq!(cache.get_or_insert_with(&KEY, || 30), NEW);
        assert_sound(&cache);
    });
}

fn check<P: Protection>(build: fn() -> Cache<u64, u64, P>, invalidate: Invalidate<P>) {
    beats_the_computation(build(), invalidate);
    keeps_the_late_value_out(build(), invalidate);
    keeps_the_newer_value(build(), invalidate);
}

fn protected() -> Cache<u64, u64> {
    Cache::builder().build()
}

fn bare() -> Cache<u64, u64, Bare> {
    Cache::builder().bare().build()
}

fn tagged() -> Cache<u64, u64> {
    Cache::builder().tag("invalidation::tag").build()
}

fn named() -> Cache<u64, u64> {
    Cache::builder().name("invalidation::by_pattern").build()
}

#[test]
fn remove() {
    check::<Protected>(protected, |cache| {
        assert_eq!(cache.remove(&KEY), None);
    });
    check::<Bare>(bare, |cache| {
        assert_eq!(cache.remove(&KEY), None);
    });
}

#[test]
fn clear() {
    check::<Protected>(protected, |cache| {
        cache.clear();
    });
    check::<Bare>(bare, |cache| {
        cache.clear();
    });
}

#[test]
fn clear_through_the_handle() {
    check::<Protected>(protected, |cache| {
        cache.handle().clear();
    });
}

#[test]
fn clear_by_predicate() {
    // The value is not there yet, so nobody can ask about it: it is kept out.
    check::<Protected>(protected, |cache| {
        assert_eq!(cache.remove_if(|_, _, _| false), 0);
    });
}

#[test]
fn clear_by_tag() {
    check::<Protected>(tagged, |_| {
        clear_tag("invalidation::tag");
    });
}

#[test]
fn clear_by_pattern() {
    check::<Protected>(named, |_| {
        clear_matching("invalidation::by_p*");
    });
}

#[test]
fn clear_by_a_pattern_on_keys() {
    check::<Protected>(protected, |cache| {
        assert_eq!(cache.invalidate_matching("[1]"), 0, "there is no value yet");
    });
    check::<Bare>(bare, |cache| {
        assert_eq!(cache.invalidate_matching("1"), 0);
    });
}

#[test]
fn an_inserted_value_is_newer_than_one_being_computed() {
    within(PATIENCE, || {
        let cache = protected();
        let held = Held::default();
        thread::scope(|scope| {
            let leader = scope.spawn(|| cache.get_or_insert_with(&KEY, || held.compute(OLD)));
            held.wait_until_begun();
            cache.insert(KEY, NEW);
            assert_eq!(cache.get_or_insert_with(&KEY, || 30), NEW);
            held.release();
            assert_eq!(leader.join().unwrap(), OLD);
        });
        assert_eq!(cache.peek(&KEY), Some(NEW));
        let info = cache.stats();
        assert_eq!((info.rejected, info.removals.replaced), (1, 0));
        assert_sound(&cache);
    });
}

#[test]
fn other_keys_are_not_touched() {
    within(PATIENCE, || {
        let cache = protected();
        let held = Held::default();
        thread::scope(|scope| {
            let leader = scope.spawn(|| cache.get_or_insert_with(&KEY, || held.compute(OLD)));
            held.wait_until_begun();
            cache.insert(2, 2);
            assert_eq!(cache.remove(&2), Some(2));
            cache.insert(2, 2);
            assert_eq!(cache.invalidate_matching("2"), 1);
            held.release();
            assert_eq!(leader.join().unwrap(), OLD);
        });
        assert_eq!(cache.peek(&KEY), Some(OLD), "only key 2 was removed");
        assert_eq!(cache.stats().rejected, 0);
    });
}

#[test]
fn sixteen_keys_in_eight_threads_are_never_stale() {
    use std::sync::atomic::{AtomicU64, Ordering};
    const ROUNDS: u64 = 300;
    within(PATIENCE, || {
        let cache = protected();
        // The state of the world that the function reads; SeqCst keeps "set before the
        // invalidation, read after the call began" in one order for all threads.
        let world = AtomicU64::new(0);
        let invalidated = AtomicU64::new(0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    while invalidated.load(Ordering::SeqCst) < ROUNDS {
                        for key in 0..16 {
                            let at_least = invalidated.load(Ordering::SeqCst);
                            let value = cache.get_or_insert_with(&key, || {
                                let read = world.load(Ordering::SeqCst);
                                thread::yield_now();
                                read
                            });
                            assert!(value >= at_least, "stale: {value} < {at_least}");
                        }
                    }
                });
            }
            for round in 1..=ROUNDS {
                world.store(round, Ordering::SeqCst);
                match round % 3 {
                    0 => assert!(cache.clear() <= 16),
                    1 => (0..16).for_each(|key| assert!(cache.remove(&key) <= Some(round))),
                    _ => assert!(cache.remove_if(|_, _, _| true) <= 16),
                }
                invalidated.store(round, Ordering::SeqCst);
            }
        });
        assert_sound(&cache);
    });
}
