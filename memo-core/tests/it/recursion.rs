//! Recursion: other keys nest freely; a computation that needs its own result is a panic, never a
//! hang. That it comes within milliseconds, the facade's test of the same name measures, without
//! the time that printing a backtrace takes.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use memo_core::Cache;

use crate::support::{PATIENCE, assert_calls, assert_sound, panic_in, within};

fn named(name: &str) -> Cache<u64, u64> {
    Cache::builder().name(name).maxsize(None).build()
}

#[test]
fn different_keys_nest() {
    fn fib(cache: &Cache<u64, u64>, n: u64) -> u64 {
        cache.get_or_insert_with(&n, || match n {
            0 | 1 => n,
            _ => (fib(cache, n - 1) + fib(cache, n - 2)) % 1_000_000_007,
        })
    }
    let deep = thread::Builder::new().stack_size(256 << 20);
    let worker = deep.spawn(|| {
        let cache = named("fib");
        assert_eq!(fib(&cache, 90), 2_880_067_194_370_816_120 % 1_000_000_007);
        assert_eq!(fib(&cache, 10_000), plain_fib(10_000));
        assert_eq!(cache.stats().misses, 10_001);
        assert_sound(&cache);
    });
    worker.unwrap().join().unwrap();
}

fn plain_fib(n: u64) -> u64 {
    (0..n)
        .fold((0, 1), |(a, b), _| (b, (a + b) % 1_000_000_007))
        .0
}

#[test]
fn a_key_that_needs_itself_panics_with_the_name() {
    let cache = named("recursion::own_key");
    let inner = cache.clone();
    let message = within(PATIENCE, move || {
        panic_in(|| inner.get_or_insert_with(&1, || inner.get_or_insert_with(&1, || 2)))
    });
    let message = message.expect("a panic");
    assert!(message.contains("recursion::own_key"), "{message}");
    assert!(
        !message.contains("threads"),
        "found without looking at others: {message}"
    );
    usable(&cache);
    assert_calls(&cache.stats(), 2 + 2);
}

#[test]
fn the_circle_may_go_over_other_keys() {
    let cache = named("recursion::circle");
    let inner = cache.clone();
    let message = within(PATIENCE, move || {
        panic_in(|| {
            inner.get_or_insert_with(&1, || {
                inner.get_or_insert_with(&2, || inner.get_or_insert_with(&1, || 3))
            })
        })
    });
    assert!(message.is_some_and(|message| message.contains("recursion::circle")));
    usable(&cache);
}

#[test]
fn a_caught_cycle_leaves_the_outer_computation_alone() {
    let cache = named("recursion::caught");
    let value = cache.get_or_insert_with(&1, || {
        let inner = panic_in(|| cache.get_or_insert_with(&1, || 0));
        assert!(inner.is_some());
        7
    });
    assert_eq!((value, cache.peek(&1)), (7, Some(7)));
}

#[test]
fn the_next_call_is_not_taken_for_a_recursion() {
    let cache = named("recursion::again");
    let depth = Cell::new(0);
    for _ in 0..3 {
        let message = panic_in(|| {
            cache.get_or_insert_with(&1, || {
                depth.set(depth.get() + 1);
                panic!("the body's own panic")
            })
        });
        assert_eq!(message.as_deref(), Some("the body's own panic"));
    }
    assert_eq!(depth.get(), 3);
    usable(&cache);
}

/// Key 1 in one thread needs key 2, which another thread computes and which needs key 1.
#[test]
fn two_threads_in_a_circle() {
    let cache = named("recursion::two_threads");
    let shared = cache.clone();
    let messages = within(PATIENCE, move || {
        let both_lead = Arc::new(Barrier::new(2));
        let run = |own: u64, other: u64| {
            let (cache, both_lead) = (shared.clone(), Arc::clone(&both_lead));
            thread::spawn(move || {
                let meets = AtomicBool::new(true);
                panic_in(|| {
                    cache.get_or_insert_with(&own, || {
                        if meets.swap(false, Ordering::Relaxed) {
                            both_lead.wait();
                        }
                        // Computed here only after the other thread has given up.
                        cache.get_or_insert_with(&other, || 100) + 1
                    })
                })
            })
        };
        let threads = [run(1, 2), run(2, 1)];
        threads.map(|thread| thread.join().unwrap())
    });
    let panics: Vec<_> = messages.into_iter().flatten().collect();
    assert_eq!(panics.len(), 1, "one of the two gives way: {panics:?}");
    assert!(panics[0].contains("recursion::two_threads"), "{panics:?}");
    // The other one went on: it computed both its own key and the one it waited for.
    let mut values: Vec<u64> = cache.iter().map(|(_, value)| value).collect();
    values.sort_unstable();
    assert_eq!(values, [100, 101]);
    cache.clear();
    usable(&cache);
}

#[test]
fn five_threads_in_a_circle() {
    const THREADS: u64 = 5;
    let caches: Vec<Cache<u64, u64>> = (0..THREADS).map(|_| named("recursion::ring")).collect();
    let ring = caches.clone();
    let panics = within(PATIENCE, move || {
        let all_lead = Barrier::new(5);
        thread::scope(|scope| {
            let threads: Vec<_> = (0..5)
                .map(|own| {
                    let (ring, all_lead) = (&ring, &all_lead);
                    scope.spawn(move || {
                        panic_in(|| {
                            ring[own].get_or_insert_with(&0, || {
                                all_lead.wait();
                                ring[(own + 1) % 5].get_or_insert_with(&0, || 100) + 1
                            })
                        })
                    })
                })
                .collect();
            let ends = threads.into_iter().map(|thread| thread.join().unwrap());
            ends.flatten().count()
        })
    });
    assert_eq!(panics, 1, "one gives way, and the others get on");
    for cache in &caches {
        cache.clear();
        usable(cache);
    }
}

#[test]
fn waiting_in_line_is_no_circle() {
    // Thread n computes key n, which needs key n - 1 of another thread: a chain, not a circle.
    const LENGTH: u64 = 12;
    within(PATIENCE, || {
        let cache = named("recursion::chain");
        let all_lead = Barrier::new(usize::try_from(LENGTH).unwrap());
        thread::scope(|scope| {
            for n in 0..LENGTH {
                let (cache, all_lead) = (&cache, &all_lead);
                scope.spawn(move || {
                    let value = cache.get_or_insert_with(&n, || {
                        all_lead.wait();
                        n.checked_sub(1)
                            .map_or(0, |below| cache.get_or_insert_with(&below, || 0) + 1)
                    });
                    assert_eq!(value, n);
                });
            }
        });
        assert_eq!(cache.stats().misses, LENGTH);
        assert_calls(&cache.stats(), 2 * LENGTH - 1);
        assert_sound(&cache);
    });
}

/// Calls for the keys that a cycle went over.
fn usable(cache: &Cache<u64, u64>) {
    let calls = cache.clone();
    within(PATIENCE, move || {
        assert_eq!(calls.len(), 0, "nothing is left of the failed computations");
        assert_eq!(calls.get_or_insert_with(&1, || 5), 5);
        assert_eq!(calls.get_or_insert_with(&1, || 6), 5);
    });
    assert_sound(cache);
}
