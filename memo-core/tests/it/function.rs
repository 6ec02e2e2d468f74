//! Closures memoized at run time.

mod recursion;

use std::fmt::Debug;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Answer, Bare, Cache, Memoized, bypass, caches, memoize_fn, memoize_rec, trace};

use crate::support::{Held, PATIENCE, panic_in, wait_for_waiters, within};

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
fn sixty_four_threads_meet_at_one_run() {
    const THREADS: usize = 64;
    within(PATIENCE, || {
        let (runs, held) = (Runs::default(), Arc::new(Held::default()));
        let (counted, holding) = (runs.clone(), Arc::clone(&held));
        let slow = memoize_fn(move |n: u64| {
            counted.add();
            holding.compute(n + 1)
        });
        let call = |slow: Memoized<(u64,), u64>| thread::spawn(move || slow(1));
        let first = call(slow.clone());
        held.wait_until_begun();
        let others: Vec<_> = (1..THREADS).map(|_| call(slow.clone())).collect();
        wait_for_waiters(slow.cache(), THREADS - 1);
        held.release();
        assert_eq!(first.join().unwrap(), 2);
        assert!(others.into_iter().all(|other| other.join().unwrap() == 2));
        let info = slow.cache_info();
        assert_eq!((runs.get(), info.misses), (1, 1));
        assert_eq!((info.coalesced, info.hits), (THREADS as u64 - 1, 0));
        assert_eq!(slow(1), 2);
        assert_eq!((runs.get(), slow.cache_info().hits), (1, 1));
    });
}

#[test]
fn what_was_removed_while_it_was_computed_is_not_stored() {
    type Removal = fn(&Memoized<(u64,), usize>);
    let removals: [Removal; 2] = [
        |f| assert!(!f.invalidate(&1), "there is no result yet"),
        |f| assert_eq!(f.cache_clear(), 0),
    ];
    for remove in removals {
        within(PATIENCE, move || {
            let (runs, held) = (Runs::default(), Arc::new(Held::default()));
            let (counted, holding) = (runs.clone(), Arc::clone(&held));
            let f = memoize_fn(move |_: u64| {
                counted.add();
                holding.compute(counted.get())
            });
            let late = f.clone();
            let late = thread::spawn(move || late(1));
            held.wait_until_begun();
            remove(&f);
            held.release();
            assert_eq!(late.join().unwrap(), 1, "its own caller gets it");
            assert_eq!((f.peek(&1), f(1)), (None, 2));
        });
    }
}

#[test]
fn single_results_and_all_of_them() {
    let length = memoize_fn(|text: String, more: Vec<u8>| text.len() + more.len());
    let args = |text: &str| (text.to_owned(), vec![0, 1]);
    length.prime(&args("memo"), 100);
    assert_eq!(length("memo".to_owned(), vec![0, 1]), 100);
    assert_eq!(length("memory".to_owned(), vec![0, 1]), 8);
    assert_eq!(length.peek(&args("memo")), Some(100));
    assert!(length.contains(&args("memory")) && !length.contains(&args("")));
    assert!(length.invalidate(&args("memo")) && !length.invalidate(&args("memo")));
    assert_eq!(length("memo".to_owned(), vec![0, 1]), 6);
    let info = length.cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (1, 2, 2));

    let other = length.clone();
    assert_eq!((other.cache_clear(), length.cache_clear()), (2, 0));
    let info = length.cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (0, 0, 0));
    assert_eq!(length.peek(&args("memo")), None);
}

#[test]
fn one_argument_is_asked_for_in_borrowed_form() {
    let text = memoize_fn(|text: String| text.len());
    text.prime("memo", 40);
    assert_eq!((text.peek("memo"), text("memo".to_owned())), (Some(40), 40));
    assert!(text.invalidate("memo") && !text.contains("memo"));
    let list = memoize_fn(|list: Vec<u8>| list.len());
    assert_eq!((list(vec![1, 2]), list.peek(&[1, 2][..])), (2, Some(2)));
    let name = memoize_fn(|name: &'static str| name.len());
    assert_eq!((name("memo"), name.contains("memo")), (4, true));
}

#[test]
fn everything_returned_is_stored() {
    let runs = Runs::default();
    let (some, ok) = (runs.clone(), runs.clone());
    let half = memoize_fn(move |n: u64| (some.add(), n.is_multiple_of(2).then_some(n / 2)).1);
    let checked = memoize_fn(move |n: u64| (ok.add(), n.checked_sub(1).ok_or("zero")).1);
    for _ in 0..2 {
        assert_eq!((half(3), checked(0)), (None, Err("zero")));
    }
    assert_eq!(runs.get(), 2);
    let errors = checked.cache().remove_if(|_, result, _| result.is_err());
    assert_eq!((errors, checked(0)), (1, Err("zero")));
    assert_eq!(runs.get(), 3);
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
    clock.advance(Duration::from_nanos(59_999_999_999));
    assert_eq!((area(1, 3), area.cache_info().hits), (3, 1));
    clock.advance(Duration::from_nanos(1));
    assert_eq!(area.peek(&(1, 3)), None);
    assert_eq!((area(1, 3), area.cache_info().misses), (3, 4));
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
fn with_a_bare_cache_and_with_one_that_holds_nothing() {
    let runs = Runs::default();
    let (bare, none) = (runs.clone(), runs.clone());
    let bare = Cache::builder()
        .bare()
        .memoize(move |n: u64| (bare.add(), n).1);
    let none = Cache::builder()
        .maxsize(0)
        .memoize(move |n: u64| (none.add(), n).1);
    for _ in 0..2 {
        assert_eq!((0..200).map(&*bare).sum::<u64>(), 19_900);
    }
    assert_eq!((runs.get(), bare.cache_info().currsize), (200, 200));
    assert_eq!(none(1) + none(1), 2);
    assert_eq!((runs.get(), none.cache_info().misses), (202, 2));
}

#[test]
fn scopes_of_calls_hold_for_closures() {
    let f = memoize_rec(|f, n: u64| if n == 0 { 0 } else { f(n - 1) });
    assert_eq!((bypass(|| f(2)), f.cache().len()), (0, 0));
    let ((), seen) = trace(|| assert_eq!(f(2) + f(2), 0));
    let answers: Vec<_> = seen.calls.iter().map(|call| call.answer).collect();
    assert_eq!(
        answers
            .iter()
            .filter(|answer| **answer == Answer::Miss)
            .count(),
        3
    );
    assert_eq!(
        answers
            .iter()
            .filter(|answer| **answer == Answer::Hit)
            .count(),
        1
    );
}

/// What may cross threads, for each number of arguments: promises that no change may break unseen.
#[test]
fn it_is_shared_between_threads() {
    fn is_shared<T: Send + Sync + Clone + Debug + UnwindSafe + RefUnwindSafe + 'static>() {}
    is_shared::<Memoized<(), u8>>();
    is_shared::<Memoized<(String,), Vec<u8>>>();
    is_shared::<Memoized<(u8, u8), u8>>();
    is_shared::<Memoized<(u8, u8, u8), u8>>();
    is_shared::<Memoized<(u8, u8, u8, u8), u8>>();
    is_shared::<Memoized<(u8, u8, u8, u8, u8), u8>>();
    is_shared::<Memoized<(u8, u8, u8, u8, u8, u8), u8>>();
    is_shared::<Memoized<(u8,), u8, Bare>>();
}

#[test]
fn it_shows_its_name_and_no_secrets() {
    let greet = Cache::builder()
        .name("function::greet")
        .memoize(|name: String| format!("hello {name}"));
    greet("a secret".to_owned());
    let shown = format!("{greet:?}");
    assert!(shown.contains("function::greet"), "{shown}");
    assert!(!shown.contains("secret"), "{shown}");
}

#[test]
fn one_type_for_closures_of_one_kind() {
    let closures: [Memoized<(u64,), u64>; 2] = [memoize_fn(|n| n + 1), memoize_fn(|n| n * 2)];
    assert_eq!(closures.map(|f| f(5)), [6, 10]);
}
