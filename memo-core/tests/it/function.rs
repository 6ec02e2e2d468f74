//! Closures memoized at run time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Weak};
use std::thread;
use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Cache, Memoized, caches, memoize_fn, memoize_rec};

use crate::support::{panic_in, within};

/// Counts the runs of a closure that lives at most as long as its owner.
#[derive(Debug, Default, Clone)]
struct Runs(Arc<AtomicUsize>);

impl Runs {
    fn add(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn watch(&self) -> Weak<AtomicUsize> {
        Arc::downgrade(&self.0)
    }
}

#[test]
fn every_number_of_arguments() {
    let runs = Runs::default();
    let own = || runs.clone();
    let (r0, r1, r2, r3) = (own(), own(), own(), own());
    let (r4, r5, r6) = (own(), own(), own());
    let f0 = memoize_fn(move || r0.add());
    let f1 = memoize_fn(move |a: u8| (r1.add(), a).1);
    let f2 = memoize_fn(move |a: u8, b: char| (r2.add(), a, b).1);
    let f3 = memoize_fn(move |a: u8, b: u8, c: u8| (r3.add(), a + b + c).1);
    let f4 = memoize_fn(move |a: u8, b: u8, c: u8, d: u8| (r4.add(), a + b + c + d).1);
    let f5 = memoize_fn(move |a: u8, b: u8, c: u8, d: u8, e: u8| (r5.add(), a + b + c + d + e).1);
    let f6 = memoize_fn(move |a: u8, b: u8, c: u8, d: u8, e: u8, f: u8| {
        r6.add();
        a + b + c + d + e + f
    });
    for _ in 0..2 {
        f0();
        assert_eq!(f1(1), 1);
        assert_eq!(f2(1, 'x'), 1);
        assert_eq!(f3(1, 2, 3), 6);
        assert_eq!(f4(1, 2, 3, 4), 10);
        assert_eq!(f5(1, 2, 3, 4, 5), 15);
        assert_eq!(f6(1, 2, 3, 4, 5, 6), 21);
    }
    assert_eq!(runs.get(), 7);
    assert!(f0.contains(&()) && f1.contains(&1) && f2.contains(&(1, 'x')));
    assert!(f6.invalidate(&(1, 2, 3, 4, 5, 6)));
    assert_eq!(f6(1, 2, 3, 4, 5, 6), 21);
    assert_eq!(runs.get(), 8);
    assert_eq!(f2.uncached()(7, 'y'), 7);
    assert_eq!(f2.cache_info().currsize, 1);
}

#[test]
fn it_is_a_function_where_one_is_asked_for() {
    fn apply(f: &dyn Fn(u64) -> u64, n: u64) -> u64 {
        f(n)
    }
    let square = memoize_fn(|n: u64| n * n);
    assert_eq!(apply(&*square, 3), 9);
    let all: Vec<u64> = [3, 4].into_iter().map(&*square).collect();
    assert_eq!(all, [9, 16]);
    assert_eq!(square.cache_info().hits, 1);
    // Functions too, and text as an argument.
    let length = memoize_fn(str::len as fn(&'static str) -> usize);
    assert_eq!(length("memo"), 4);
}

#[test]
fn results_are_shared_by_clones_and_threads() {
    const THREADS: usize = 64;
    let runs = Runs::default();
    let counted = runs.clone();
    let slow = memoize_fn(move |n: u64| {
        counted.add();
        n + 1
    });
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            let (slow, start) = (slow.clone(), &start);
            scope.spawn(move || {
                start.wait();
                assert_eq!(slow(1), 2);
            });
        }
    });
    assert_eq!(runs.get(), 1);
}

#[test]
fn recursion() {
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
    let text = within(Duration::from_secs(10), move || {
        panic_in(|| endless(1)).expect("a panic")
    });
    assert!(text.contains("`endless`"), "{text}");
}

#[test]
fn a_panic_stores_nothing() {
    let runs = Runs::default();
    let counted = runs.clone();
    let fails_once = memoize_fn(move |n: u64| {
        counted.add();
        assert!(counted.get() > 1, "on purpose");
        n
    });
    let text = panic_in(|| fails_once(3)).expect("a panic");
    assert!(text.contains("on purpose"), "{text}");
    assert_eq!(fails_once(3), 3);
    assert_eq!(fails_once(3), 3);
    assert_eq!(runs.get(), 2);
}

#[test]
fn settings_come_from_the_builder() {
    let clock = MockClock::new();
    let area = Cache::builder()
        .name("rooms::area")
        .maxsize(2)
        .ttl(Duration::from_secs(60))
        .clock(clock.clone())
        .memoize(|width: u64, height: u64| width * height);
    for height in 1..=3 {
        area(1, height);
    }
    let info = area.cache_info();
    assert_eq!((info.currsize, info.maxsize), (2, Some(2)));
    assert!(!area.contains(&(1, 1)) && area.contains(&(1, 3)));
    clock.advance(Duration::from_secs(61));
    assert_eq!(area.peek(&(1, 3)), None);
    assert_eq!(area.cache_parameters().name, "rooms::area");
    let is_listed = || caches().iter().any(|cache| cache.name() == "rooms::area");
    assert!(is_listed());
    drop(area);
    assert!(!is_listed());
}

#[test]
fn nothing_is_left_of_it() {
    let (plain, recursive) = (Runs::default(), Runs::default());
    let watched = [plain.watch(), recursive.watch()];
    let f = memoize_fn(move |n: u64| (plain.add(), n).1);
    let g = memoize_rec(move |g, n: u64| {
        recursive.add();
        if n == 0 { 0 } else { g(n - 1) }
    });
    let (again, _) = (f.clone(), g.clone());
    assert_eq!(f(1) + again(1) + g(5), 2);
    drop((f, g));
    assert!(watched[0].upgrade().is_some(), "a clone is there");
    assert!(watched[1].upgrade().is_none(), "the recursive one is gone");
    drop(again);
    assert!(watched[0].upgrade().is_none());
}

#[test]
fn one_type_for_closures_of_one_kind() {
    fn is_shared<T: Send + Sync + Clone + std::fmt::Debug>(_: &T) {}
    let closures: [Memoized<(u64,), u64>; 2] = [memoize_fn(|n| n + 1), memoize_fn(|n| n * 2)];
    is_shared(&closures[0]);
    assert_eq!(closures.map(|f| f(5)), [6, 10]);
}
