//! Closures that are given themselves, memoized.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use memo_core::{Cache, memoize_rec};

use super::Runs;
use crate::support::{PATIENCE, panic_in, within};

#[test]
fn each_result_is_computed_once() {
    let runs = Runs::default();
    let counted = runs.clone();
    let fib = memoize_rec(move |fib, n: u64| {
        counted.add();
        if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
    });
    assert_eq!(fib(90), 2_880_067_194_370_816_120);
    assert_eq!(runs.get(), 91);
    assert_eq!(fib(90), 2_880_067_194_370_816_120);
    assert_eq!(runs.get(), 91);
    // Only the outermost call goes round the cache.
    fib.uncached()(90);
    assert_eq!(runs.get(), 92);
}

#[test]
fn a_result_that_needs_itself_is_an_error() {
    let endless = Cache::builder()
        .name("endless")
        .memoize_rec(|endless, n: u64| -> u64 { endless(n) });
    let text = within(PATIENCE, move || panic_in(|| endless(1)).expect("a panic"));
    assert!(text.contains("`endless`"), "{text}");
}

#[test]
fn a_circle_over_several_results_is_an_error_too() {
    let witness = Runs::default();
    let (watched, kept) = (witness.watch(), witness.clone());
    let ring = Cache::builder()
        .name("ring")
        .memoize_rec(move |ring, n: u64| -> u64 {
            kept.add();
            ring((n + 1) % 3)
        });
    drop(witness);
    let shared = ring.clone();
    let text = within(PATIENCE, move || panic_in(|| shared(0)).expect("a panic"));
    assert!(text.contains("`ring`"), "{text}");
    assert_eq!(
        (ring.cache().len(), ring.cache_info().load_failures),
        (0, 3)
    );
    drop(ring);
    assert!(
        watched.upgrade().is_none(),
        "a failed recursion leaks nothing"
    );
}

#[test]
fn a_panic_in_a_recursion_keeps_what_was_finished() {
    let fails = Arc::new(AtomicBool::new(true));
    let (runs, failing) = (Runs::default(), Arc::clone(&fails));
    let counted = runs.clone();
    let sum = memoize_rec(move |sum, n: u64| {
        counted.add();
        let below = if n == 0 { 0 } else { sum(n - 1) };
        assert!(n != 5 || !failing.load(Ordering::SeqCst), "on purpose");
        below + n
    });
    assert!(panic_in(|| sum(9)).is_some_and(|text| text.contains("on purpose")));
    assert_eq!(
        (sum.peek(&4), sum.peek(&5), sum.peek(&9)),
        (Some(10), None, None)
    );
    fails.store(false, Ordering::SeqCst);
    assert_eq!(sum(9), 45);
    assert_eq!(runs.get(), 10 + 5, "five results were there already");
}

#[test]
fn a_recursion_of_many_threads_computes_each_result_once() {
    const THREADS: usize = 8;
    within(PATIENCE, || {
        let runs = Runs::default();
        let counted = runs.clone();
        let fib = memoize_rec(move |fib, n: u64| {
            counted.add();
            if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
        });
        let start = Barrier::new(THREADS);
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    start.wait();
                    assert_eq!(fib(90), 2_880_067_194_370_816_120);
                });
            }
        });
        assert_eq!(runs.get(), 91);
    });
}

#[test]
fn a_recursion_may_go_on_in_other_threads() {
    within(PATIENCE, || {
        let fib = memoize_rec(|fib, n: u64| {
            if n < 2 {
                return n;
            }
            thread::scope(|scope| {
                let left = scope.spawn(|| fib(n - 1));
                let right = fib(n - 2);
                left.join().unwrap() + right
            })
        });
        assert_eq!(fib(12), 144);
        assert_eq!(fib.cache_info().misses, 13);
    });
}

#[test]
fn several_arguments_of_a_recursion_are_a_tuple() {
    let paths = memoize_rec(|paths, (x, y): (u32, u32)| -> u64 {
        if x == 0 || y == 0 {
            return 1;
        }
        paths((x - 1, y)) + paths((x, y - 1))
    });
    assert_eq!(paths((8, 8)), 12_870);
    assert_eq!(paths.peek(&(1, 1)), Some(2));
}
