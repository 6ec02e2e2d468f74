//! What of a result is stored, decided by its type.

use std::cell::Cell;
use std::io;
use std::sync::Arc;

use memokit::memoize;

use crate::support::Runs;

type Res<T> = Result<T, Box<dyn std::error::Error + Send>>;

/// Neither `Clone` nor `Sync`.
#[derive(Debug, Default)]
struct Odd(#[allow(dead_code, reason = "makes it neither `Clone` nor `Sync`")] Cell<u8>);

static RUNS: Runs = Runs::new();

#[memoize]
fn alias_of_std(x: u32) -> io::Result<u32> {
    RUNS.add();
    if x == 0 {
        Err(io::Error::other("no"))
    } else {
        Ok(x)
    }
}

#[memoize]
fn own_alias(x: u32) -> Res<u32> {
    RUNS.add();
    if x == 0 {
        Err(Box::new(io::Error::other("no")))
    } else {
        Ok(x)
    }
}

#[memoize]
fn odd_error(x: u32) -> Result<u32, Odd> {
    RUNS.add();
    if x == 0 { Err(Odd::default()) } else { Ok(x) }
}

#[memoize(cache_err)]
fn with_errors(x: u32) -> Result<u32, String> {
    RUNS.add();
    if x == 0 { Err("no".into()) } else { Ok(x) }
}

#[memoize]
fn option(x: u32) -> Option<u32> {
    RUNS.add();
    (x != 0).then_some(x)
}

#[memoize(cache_none = false)]
fn without_none(x: u32) -> Option<u32> {
    RUNS.add();
    (x != 0).then_some(x)
}

#[memoize(cache_if = |r: &u32| *r > 10)]
fn large_only(x: u32) -> u32 {
    RUNS.add();
    x
}

/// Runs of the body in two calls.
fn runs<R>(call: impl Fn() -> R) -> usize {
    let before = RUNS.get();
    call();
    call();
    RUNS.get() - before
}

#[test]
fn kept_or_not() {
    assert_eq!(runs(|| alias_of_std(1).unwrap()), 1);
    assert_eq!(runs(|| alias_of_std(0).unwrap_err()), 2);
    assert_eq!(runs(|| own_alias(1).unwrap()), 1);
    assert_eq!(runs(|| own_alias(0).unwrap_err()), 2);
    assert_eq!(runs(|| odd_error(1).unwrap()), 1);
    assert_eq!(runs(|| odd_error(0).unwrap_err()), 2);
    assert_eq!(runs(|| with_errors(1).unwrap()), 1);
    assert_eq!(runs(|| with_errors(0).unwrap_err()), 1);
    assert_eq!(runs(|| option(0)), 1);
    assert_eq!(runs(|| without_none(0)), 2);
    assert_eq!(runs(|| without_none(1)), 1);
    assert_eq!(runs(|| large_only(10)), 2);
    assert_eq!(runs(|| large_only(11)), 1);
}

#[test]
fn failures_are_counted_and_not_stored() {
    #[memoize]
    fn fails(x: u32) -> Result<u32, ()> {
        Err(()).or(if x > 0 { Ok(x) } else { Err(()) })
    }
    fails(0).unwrap_err();
    fails(0).unwrap_err();
    fails(1).unwrap();
    let info = fails::cache_info();
    assert_eq!(
        (info.load_failures, info.load_successes, info.currsize),
        (2, 1, 1)
    );
    assert_eq!(fails::peek(&0), None);
    assert_eq!(fails::peek(&1), Some(Ok(1)));
    fails::prime(&0, Err(()));
    assert_eq!(
        fails::peek(&0),
        None,
        "an error is not stored, whoever brings it"
    );
    fails::prime(&0, Ok(7));
    assert_eq!(fails(0), Ok(7));
}

#[memoize]
fn shared(x: u32) -> Arc<str> {
    x.to_string().into()
}

#[memoize]
fn dynamic(x: u32) -> Arc<dyn std::any::Any + Send + Sync> {
    Arc::new(x)
}

#[memoize]
fn fixed(x: u32) -> &'static str {
    if x == 0 { "zero" } else { "many" }
}

static NOTHING: Runs = Runs::new();

#[memoize]
fn nothing(x: u32) {
    NOTHING.add();
    let _ = x;
}

#[test]
fn results_of_every_kind() {
    assert!(Arc::ptr_eq(&shared(1), &shared(1)));
    assert_eq!(dynamic(1).downcast_ref::<u32>(), Some(&1));
    assert_eq!(fixed(0), "zero");
    nothing(1);
    nothing(1);
    assert_eq!(nothing::peek(&1), Some(()));
    assert_eq!(NOTHING.get(), 1);
}
