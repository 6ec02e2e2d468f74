//! Caches of one's own for a test.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier, LazyLock};
use std::thread;
use std::time::Duration;

use memokit::testing::{MockClock, isolate};
use memokit::{Memo, Memoized, memoize, memoize_fn};

fn calls(info: memokit::CacheInfo) -> (u64, u64, usize) {
    (info.hits, info.misses, info.currsize)
}

#[memoize(name = "isolation::square")]
fn square(n: u64) -> u64 {
    n * n
}

#[test]
fn two_threads_see_their_own_calls_only() {
    let both = Barrier::new(2);
    thread::scope(|scope| {
        for rounds in [3, 5] {
            let both = &both;
            scope.spawn(move || {
                let _isolation = isolate();
                for round in 1..=rounds {
                    // In step for as long as both go on.
                    if round <= 3 {
                        both.wait();
                    }
                    assert_eq!(square(7), 49);
                    let info = calls(square::cache_info());
                    assert_eq!(info, (round - 1, 1, 1));
                }
                assert_eq!(square::keys(), ["7"]);
                assert_eq!(square::cache_clear(), 1);
                assert_eq!(calls(square::cache_info()), (0, 0, 0));
            });
        }
    });
}

#[memoize(name = "isolation::plain", maxsize = 10)]
fn plain(n: u64) -> u64 {
    n + 1
}

#[test]
fn what_is_outside_stays_as_it_is() {
    plain(1);
    {
        let _isolation = isolate();
        assert!(!plain::contains(&1) && plain::peek(&1).is_none());
        assert_eq!(calls(plain::cache_info()), (0, 0, 0));
        assert!(!plain::invalidate(&1));
        plain::prime(&2, 20);
        assert_eq!(plain(2), 20);
        assert_eq!(plain::refresh(2), 3);
        assert_eq!(plain::invalidate_if(|value, _| *value == 3), 1);
        assert_eq!(plain::entry_info(&2).map(|_| ()), None);
        assert!(plain::set_maxsize(1));
        (0..5).for_each(|n| assert_eq!(plain(n), n + 1));
        assert_eq!(plain::cache_info().currsize, 1);
    }
    assert_eq!(plain::keys(), ["1"]);
    assert_eq!(plain::cache_info().maxsize, Some(10));
    assert_eq!(calls(plain::cache_info()), (0, 1, 1));
    let _later = isolate();
    assert_eq!(plain::cache_parameters().maxsize, Some(10));
    assert_eq!(calls(plain::cache_info()), (0, 0, 0));
}

#[test]
fn isolations_nest_and_end_in_any_order() {
    #[memoize(name = "isolation::nested")]
    fn nested(n: u64) -> u64 {
        n
    }
    let misses = || nested::cache_info().misses;
    let outer = isolate();
    nested(1);
    let inner = isolate();
    nested(1);
    nested(2);
    assert_eq!(misses(), 2);
    outer.enter(|| assert_eq!(misses(), 1));
    drop(outer);
    assert_eq!(misses(), 2, "still in the inner one");
    drop(inner);
    assert_eq!(misses(), 0);
}

#[test]
fn other_threads_are_outside_unless_they_enter() {
    #[memoize(name = "isolation::entered")]
    fn entered(n: u64) -> u64 {
        n
    }
    let isolation = isolate();
    thread::scope(|scope| {
        scope.spawn(|| isolation.enter(|| entered(1)));
        scope.spawn(|| entered(2));
    });
    assert_eq!(entered::keys(), ["1"]);
    drop(isolation);
    assert_eq!(entered::keys(), ["2"]);
}

#[test]
fn a_panic_leaves_an_entered_isolation() {
    #[memoize(name = "isolation::panics")]
    fn panics(n: u64) -> u64 {
        assert!(n > 0, "on purpose");
        n
    }
    let isolation = isolate();
    let panicked = thread::scope(|scope| {
        let isolation = &isolation;
        scope
            .spawn(move || {
                let panicked = std::panic::catch_unwind(|| isolation.enter(|| panics(0)));
                (panicked.is_err(), panics::cache_info().misses)
            })
            .join()
    });
    assert_eq!(panicked.expect("caught"), (true, 0));
    assert_eq!(panics::cache_info().load_failures, 1);
}

#[memoize(name = "isolation::generic")]
fn generic<T: Clone + std::hash::Hash + Eq + Send + Sync + 'static>(value: T) -> T {
    value
}

#[test]
fn instantiations_are_isolated_each() {
    generic(1_u8);
    let _isolation = isolate();
    generic(1_u8);
    generic(1_u16);
    generic(1_u16);
    let info = generic::cache_info();
    assert_eq!(calls(info), (1, 2, 2));
    assert!(generic::set_maxsize(0), "the settings of both");
    assert_eq!(generic::cache_info().currsize, 0);
}

#[memoize(name = "isolation::local", scope = thread)]
fn local(n: u64) -> u64 {
    n
}

#[test]
fn thread_scoped_functions() {
    local(1);
    local(2);
    for _ in 0..3 {
        let isolation = isolate();
        assert_eq!(local::cache_info().currsize, 0);
        local(1);
        local(1);
        thread::scope(|scope| {
            scope.spawn(|| isolation.enter(|| (local(1), local(1))));
        });
        let info = local::cache_info();
        assert_eq!((info.hits, info.misses), (2, 2));
        assert_eq!(local::keys(), ["1"]);
    }
    assert_eq!(local::cache_info().currsize, 2);
}

struct Shop {
    factor: u64,
    memo: Memo,
}

#[memoize]
impl Shop {
    #[memoize(field = memo)]
    fn price(&self, n: u64) -> u64 {
        self.factor * n
    }
}

#[test]
fn an_object_belongs_to_where_it_is_used_first() {
    let shop = |factor| Shop {
        factor,
        memo: Memo::new(),
    };
    let outside = shop(2);
    outside.price(1);
    {
        let _isolation = isolate();
        let inside = shop(3);
        assert_eq!((inside.price(1), inside.price(1)), (3, 3));
        assert_eq!(calls(Shop::price_cache().info()), (1, 1, 1));
    }
    assert_eq!(calls(Shop::price_cache().info()), (0, 1, 1));
}

static CLOSURE: LazyLock<Memoized<(u64,), u64>> = LazyLock::new(|| memoize_fn(|n: u64| n * 2));

#[test]
fn closures() {
    CLOSURE(1);
    {
        let _isolation = isolate();
        assert!(!CLOSURE.contains(&1));
        CLOSURE(1);
        CLOSURE(1);
        assert_eq!(calls(CLOSURE.cache_info()), (1, 1, 1));
        CLOSURE.prime(&5, 50);
        assert_eq!((CLOSURE(5), CLOSURE.peek(&5)), (50, Some(50)));
        assert!(CLOSURE.invalidate(&5));
        assert_eq!(CLOSURE.cache_clear(), 1);
    }
    assert_eq!(calls(CLOSURE.cache_info()), (0, 1, 1));
}

#[test]
fn recursion_and_looks_in_place() {
    #[memoize(name = "isolation::fib")]
    fn fib(n: u64) -> u64 {
        if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
    }
    let _isolation = isolate();
    assert_eq!(fib(50), 12_586_269_025);
    assert_eq!(calls(fib::cache_info()), (48, 51, 51));
    assert_eq!(fib::with(50, |value| *value), 12_586_269_025);
    assert_eq!(fib::cache_info().hits, 49);
}

#[test]
fn references_for_ever_stay_good() {
    #[memoize(name = "isolation::leaked", oom_protection = false, leak)]
    fn leaked(n: u64) -> String {
        n.to_string()
    }
    let isolation = isolate();
    let seven = leaked::get_ref(7);
    assert!(std::ptr::eq(seven, leaked::get_ref(7)));
    drop(isolation);
    let _later = isolate();
    assert!(
        !std::ptr::eq(seven, leaked::get_ref(7)),
        "another isolation's"
    );
    assert_eq!(seven, "7");
}

#[test]
fn the_whole_program_is_what_is_in_here() {
    #[memoize(name = "isolation::all", tags("isolation"))]
    fn all(n: u64) -> u64 {
        n
    }
    all(1);
    let isolation = isolate();
    assert!(memokit::caches().is_empty());
    all(2);
    let names: Vec<_> = memokit::caches()
        .iter()
        .map(memokit::CacheHandle::name)
        .collect();
    assert_eq!(names, ["isolation::all"]);
    assert!(memokit::report().contains("total of 1 caches"));
    assert_eq!(memokit::clear_tag("isolation"), 1);
    all(2);
    assert_eq!(memokit::clear_matching("isolation::*"), 1);
    all(2);
    assert_eq!(memokit::clear_all(), 1);
    let own: memokit::Cache<u64, u64> = memokit::Cache::builder().name("isolation::own").build();
    own.insert(1, 1);
    assert_eq!(memokit::caches().len(), 2);
    drop(isolation);
    assert_eq!(all::keys(), ["1"]);
    let is_own = |cache: &memokit::CacheHandle| cache.name() == "isolation::own";
    assert!(
        memokit::caches().iter().any(is_own),
        "it outlives where it was made"
    );
}

#[test]
fn time_is_of_the_isolation() {
    #[memoize(name = "isolation::timed", ttl = "1h")]
    fn timed(n: u64) -> u64 {
        n
    }
    timed(1);
    for _ in 0..2 {
        let _isolation = isolate();
        let clock = MockClock::new();
        assert!(timed::cache().set_clock(clock.clone()), "anew in each");
        timed(1);
        clock.advance(Duration::from_secs(3_600));
        assert!(!timed::contains(&1));
    }
    assert!(timed::contains(&1));
}

#[memoize(name = "isolation::warmed")]
fn warmed(n: u64) -> u64 {
    n
}

#[test]
fn what_is_warmed_is_warm_in_here() {
    let isolation = isolate();
    assert_eq!(warmed::warm(0..10).computed, 10);
    assert_eq!(warmed::cache_info().currsize, 10);
    drop(isolation);
    assert_eq!(warmed::cache_info().currsize, 0);
}

static RENEWED: AtomicU64 = AtomicU64::new(0);

#[memoize(name = "isolation::renewed", ttl = "10s", refresh_ahead = 0.5)]
fn renewed(n: u64) -> u64 {
    n + RENEWED.fetch_add(1, Ordering::SeqCst)
}

#[test]
fn what_is_due_is_renewed_in_here() {
    assert_eq!(renewed(0), 0);
    let isolation = isolate();
    let clock = MockClock::new();
    assert!(renewed::cache().set_clock(clock.clone()));
    assert_eq!(renewed(0), 1);
    clock.advance(Duration::from_secs(6));
    assert_eq!(renewed(0), 1, "nobody waits");
    while renewed::peek(&0) == Some(1) {
        thread::yield_now();
    }
    assert_eq!(renewed(0), 2);
    drop(isolation);
    assert_eq!(renewed(0), 0);
}

#[test]
fn values_that_call_when_they_are_dropped() {
    #[derive(Clone)]
    struct Calls(Arc<AtomicU64>);
    impl Drop for Calls {
        fn drop(&mut self) {
            self.0.fetch_add(counted(1), Ordering::Relaxed);
        }
    }
    thread_local! {
        static RUNS: Cell<u64> = const { Cell::new(0) };
    }
    #[memoize(name = "isolation::counted")]
    fn counted(n: u64) -> u64 {
        RUNS.set(RUNS.get() + 1);
        n
    }
    #[memoize(name = "isolation::holds")]
    fn holds(n: u64, drops: &Drops) -> Calls {
        let _ = n;
        Calls(Arc::clone(&drops.0))
    }
    struct Drops(Arc<AtomicU64>);
    impl std::hash::Hash for Drops {
        fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
    }
    impl PartialEq for Drops {
        fn eq(&self, _: &Self) -> bool {
            true
        }
    }
    impl Eq for Drops {}
    impl Clone for Drops {
        fn clone(&self) -> Self {
            Self(Arc::clone(&self.0))
        }
    }
    let drops = Drops(Arc::default());
    let isolation = isolate();
    drop(holds(1, &drops));
    let before = drops.0.load(Ordering::Relaxed);
    drop(isolation);
    assert_eq!(
        drops.0.load(Ordering::Relaxed),
        before + 1,
        "the stored one"
    );
    assert_eq!(counted::cache_info().misses, 1, "a call outside");
    assert_eq!(RUNS.get(), 2);
}
