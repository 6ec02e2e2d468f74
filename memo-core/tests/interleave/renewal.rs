//! Values that are computed anew in the background, and ones that are served on where computing them
//! has failed, against everything that makes them stale.
//!
//! The functions are static and live on from one schedule to the next, so each model has its own.
//! Time does not matter: a value is due, or past its time, as soon as it is stored.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64 as State;
use std::time::Duration;

use memo_core::testing::join_jobs;
use memokit::memoize;

use crate::*;

/// What a function computes from.
struct Source {
    state: State,
    /// The last state of which a call has to know.
    known: State,
    fails: AtomicBool,
    /// How many values of a job were taken over.
    renewed: State,
}

impl Source {
    const fn new() -> Self {
        Self {
            state: State::new(0),
            known: State::new(0),
            fails: AtomicBool::new(false),
            renewed: State::new(0),
        }
    }

    /// The state, or that there is nothing to be had; either takes its time.
    fn read(&self, tag: Option<&str>) -> Result<u64, u64> {
        thread::yield_now();
        let seen = self.state.load(Ordering::SeqCst);
        thread::yield_now();
        if self.fails.load(Ordering::SeqCst) {
            return Err(seen);
        }
        if let Some(tag) = tag {
            memo_core::tag(tag);
        }
        thread::yield_now();
        Ok(seen)
    }
}

/// A function over such a source, whose results are for one key.
#[derive(Clone, Copy)]
struct Function {
    source: &'static Source,
    call: fn() -> Option<u64>,
    peek: fn() -> Option<u64>,
    clear: fn() -> usize,
    /// Makes stale what was computed from the state before this one.
    invalidate: fn(u64),
    /// Whether it does that by a newer value.
    is_stored: bool,
}

impl Function {
    /// With a value from the first state.
    fn begin(self) {
        (self.clear)();
        self.source.fails.store(false, Ordering::SeqCst);
        self.source.state.store(0, Ordering::SeqCst);
        self.source.known.store(0, Ordering::SeqCst);
        assert_eq!((self.call)(), Some(0));
    }

    fn check(self, at_least: u64, value: Option<u64>) {
        if let Some(value) = value {
            assert!(value >= at_least, "stale read: {value} < {at_least}");
        }
    }

    fn call(self) -> Option<u64> {
        let at_least = self.source.known.load(Ordering::SeqCst);
        let value = (self.call)();
        self.check(at_least, value);
        value
    }

    fn look(self) -> Option<u64> {
        let at_least = self.source.known.load(Ordering::SeqCst);
        let value = (self.peek)();
        self.check(at_least, value);
        value
    }

    fn change(self) {
        thread::yield_now();
        let new = self.source.state.fetch_add(1, Ordering::SeqCst) + 1;
        thread::yield_now();
        (self.invalidate)(new);
        thread::yield_now();
        self.source.known.fetch_max(new, Ordering::SeqCst);
    }
}

/// Two callers, who let the value be computed anew, and one who makes it stale, twice.
fn renewed(function: Function) {
    explore(move || {
        function.begin();
        let callers = [(); 2].map(|()| {
            thread::spawn(move || {
                function.call();
                function.look();
            })
        });
        function.change();
        function.look();
        function.change();
        assert_eq!(function.call(), Some(2));
        for caller in callers {
            caller.join().unwrap();
        }
        join_jobs();
        // What was computed in the background has come, or was kept out.
        let last = function.look();
        assert!(!function.is_stored || last == Some(2), "{last:?} has won");
        if last.is_some() {
            function.source.renewed.fetch_add(1, Ordering::SeqCst);
        }
    });
    assert!(function.source.renewed.load(Ordering::SeqCst) > 0);
}

/// The only value there is comes from before; computing a newer one fails, so that it would be served
/// for a while longer.
fn forgiven(function: Function) {
    explore(move || {
        function.begin();
        function.source.fails.store(true, Ordering::SeqCst);
        let callers = [(); 2].map(|()| thread::spawn(move || function.call()));
        function.change();
        let last = function.call();
        assert!(
            function.is_stored || last.is_none(),
            "there is nothing to serve"
        );
        let served = callers.map(|caller| caller.join().unwrap());
        if served.iter().any(Option::is_some) {
            function.source.renewed.fetch_add(1, Ordering::SeqCst);
        }
        function.look();
    });
    assert!(function.source.renewed.load(Ordering::SeqCst) > 0);
}

/// A model for a function with these options, against what is done to it.
macro_rules! models {
    ($($renewed:ident, $forgiven:ident: $tag:expr, $is_stored:literal, $invalidate:expr;)*) => {$(
        #[test]
        fn $renewed() {
            #[allow(dead_code, reason = "not all have one")]
            const TAG: &str = concat!("interleave::", stringify!($renewed));
            static SOURCE: Source = Source::new();
            #[memoize(ttl = "1h", refresh_ahead = 1e-15)]
            fn value(key: u64) -> u64 {
                SOURCE.read($tag).unwrap_or(key)
            }
            #[allow(dead_code, reason = "not all do that")]
            fn store(new: u64) {
                value::prime(&KEY, new);
            }
            #[allow(dead_code, reason = "not all do that")]
            fn refresh() {
                value::refresh(KEY);
            }
            renewed(Function {
                source: &SOURCE,
                call: || Some(value(KEY)),
                peek: || value::peek(&KEY),
                clear: value::cache_clear,
                invalidate: $invalidate,
                is_stored: $is_stored,
            });
        }

        #[test]
        fn $forgiven() {
            #[allow(dead_code, reason = "not all have one")]
            const TAG: &str = concat!("interleave::", stringify!($forgiven));
            static SOURCE: Source = Source::new();
            #[memoize(
                ttl = "1h",
                expires = |_: &Result<u64, u64>| Some(Duration::ZERO),
                stale_if_error = "1h"
            )]
            fn value(key: u64) -> Result<u64, u64> {
                SOURCE.read($tag).map(|seen| seen * key)
            }
            #[allow(dead_code, reason = "not all do that")]
            fn store(new: u64) {
                value::prime(&KEY, Ok(new));
            }
            #[allow(dead_code, reason = "not all do that")]
            fn refresh() {
                // This time it does not fail.
                SOURCE.fails.store(false, Ordering::SeqCst);
                let renewed = value::refresh(KEY);
                SOURCE.fails.store(true, Ordering::SeqCst);
                assert!(renewed.is_ok());
            }
            forgiven(Function {
                source: &SOURCE,
                call: || value(KEY).ok(),
                peek: || value::peek(&KEY).and_then(Result::ok),
                clear: value::cache_clear,
                invalidate: $invalidate,
                is_stored: $is_stored,
            });
        }
    )*};
}

models! {
    renewed_against_prime, forgiven_against_prime:
        None, true, store;
    renewed_against_refresh, forgiven_against_refresh:
        None, true, |_| refresh();
    renewed_against_invalidate, forgiven_against_invalidate:
        None, false, |_| { value::invalidate(&KEY); };
    renewed_against_invalidate_if, forgiven_against_invalidate_if:
        None, false, |_| { value::invalidate_if(|_, _| true); };
    renewed_against_a_pattern, forgiven_against_a_pattern:
        None, false, |_| { value::invalidate_matching("[1]"); };
    renewed_against_the_tag_of_the_cache, forgiven_against_the_tag_of_the_cache:
        None, false, |_| { memo_core::__private::by_value::forget(value::cache()); };
    renewed_against_cache_clear, forgiven_against_cache_clear:
        None, false, |_| { value::cache_clear(); };
    renewed_against_its_tag, forgiven_against_its_tag:
        Some(TAG), false, |_| { memo_core::clear_tag(TAG); };
}
