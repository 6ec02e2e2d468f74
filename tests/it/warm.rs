//! Results that are there before anybody asks.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ThreadId};

use memokit::{Cache, Warmed, memoize};

#[memoize]
fn repeated(text: &str, times: usize) -> String {
    text.repeat(times)
}

#[memoize]
fn none() -> u32 {
    7
}

#[memoize(scope = global, oom_protection = false)]
fn length(text: &str) -> usize {
    text.len()
}

#[test]
fn arguments_are_tuples_in_owned_form() {
    let texts = [("ab".to_owned(), 2), ("c".to_owned(), 3)];
    let warmed = repeated::warm(texts.clone());
    assert_eq!((warmed.computed, warmed.total()), (2, 2));
    assert_eq!(repeated("ab", 2), "abab");
    assert_eq!(repeated::cache_info().hits, 1);
    let again = repeated::warm(texts);
    assert_eq!((again.computed, again.present), (0, 2));
}

#[test]
fn one_argument_is_no_tuple_and_none_is_an_empty_one() {
    assert_eq!(length::warm(["a".to_owned(), "bc".to_owned()]).computed, 2);
    assert!(length::contains("bc"));
    assert_eq!(none::warm([()]).computed, 1);
    assert!(none::contains());
}

#[memoize(maxsize = None)]
fn odd_only(n: usize) -> usize {
    assert!(n % 2 == 1, "on purpose");
    n
}

#[test]
fn panics_are_counted() {
    let warmed = odd_only::warm(0..100);
    assert_eq!((warmed.computed, warmed.failed), (50, 50));
    assert_eq!(odd_only::cache_info().currsize, 50);
}

static INSIDE: AtomicUsize = AtomicUsize::new(0);

#[memoize]
fn meeting(n: usize) -> usize {
    static MEETING: Barrier = Barrier::new(3);
    INSIDE.fetch_add(1, Ordering::SeqCst);
    MEETING.wait();
    n
}

#[test]
fn as_many_bodies_run_at_once_as_there_are_threads() {
    // With fewer threads it would never end.
    assert_eq!(meeting::warm_on(3, 0..6, |_| ()).computed, 6);
    assert_eq!(INSIDE.load(Ordering::SeqCst), 6);
}

#[memoize(maxsize = None)]
fn doubled(n: u64) -> u64 {
    n * 2
}

#[test]
fn progress_is_told_on_the_calling_thread_after_each() {
    let mut threads: HashSet<ThreadId> = HashSet::new();
    let mut told: Vec<Warmed> = Vec::new();
    let warmed = doubled::warm_with(0..1_000, |progress| {
        threads.insert(thread::current().id());
        told.push(progress);
    });
    assert_eq!(threads, HashSet::from([thread::current().id()]));
    let totals: Vec<usize> = told.iter().map(Warmed::total).collect();
    assert_eq!(totals, (1..=1_000).collect::<Vec<_>>());
    assert_eq!(told.last(), Some(&warmed));
}

#[memoize]
fn tripled(n: u64) -> u64 {
    n * 3
}

#[test]
fn a_panic_outside_of_the_function_reaches_the_caller() {
    let broken = (0..10).inspect(|n| assert!(*n < 5, "on purpose"));
    assert!(catch_unwind(|| tripled::warm(broken)).is_err());
    let callback = AssertUnwindSafe(|| tripled::warm_with(0..10, |_| panic!("on purpose")));
    assert!(catch_unwind(callback).is_err());
    // Neither leaves anything behind that would be in the way.
    assert_eq!(tripled::warm(0..10).failed, 0);
}

#[memoize]
fn rarely(n: u64) -> Result<u64, String> {
    n.checked_sub(5).ok_or_else(|| "too small".to_owned())
}

#[test]
fn an_error_is_computed_and_not_kept() {
    assert_eq!(rarely::warm(0..10).computed, 10);
    assert_eq!(rarely::cache_info().currsize, 5);
}

#[test]
fn a_key_that_comes_twice_is_computed_once() {
    let cache: Cache<u32, u32> = Cache::builder().maxsize(None).build();
    let runs = AtomicUsize::new(0);
    let keys = (0..1_000).map(|n| n % 10);
    let warmed = cache.warm(keys, |n| {
        runs.fetch_add(1, Ordering::SeqCst);
        n + 1
    });
    assert_eq!((warmed.computed, warmed.present), (10, 990));
    assert_eq!(runs.load(Ordering::SeqCst), 10);
    assert_eq!(cache.get(&3), Some(4));
}
