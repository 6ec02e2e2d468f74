//! Qualifiers and other attributes beside `#[memoize]`, in a strict crate.
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::pedantic
)]
#![allow(
    clippy::too_many_arguments,
    reason = "the names of the arguments are what is tested"
)]

use memokit::memoize;

/// Old.
#[memoize]
#[deprecated = "use something else"]
fn old(n: u32) -> u32 {
    if n == 0 { 0 } else { old(n - 1) }
}

/// Inlined.
#[memoize]
#[inline]
#[must_use]
fn inlined(n: u32) -> u32 {
    n
}

/// Not there.
#[memoize]
#[cfg(any())]
fn absent(n: NoSuchType) -> u32 {
    n
}

/// There.
#[cfg(not(any()))]
#[memoize]
fn present(n: u32) -> u32 {
    n
}

/// # Safety
/// None is needed.
#[memoize]
unsafe fn unsafe_one(n: u32) -> u32 {
    n
}

/// For other languages.
#[memoize]
extern "C" fn foreign(n: u32, m: i64) -> i64 {
    i64::from(n) + m
}

/// A raw identifier.
#[memoize]
fn r#match(r#type: u32) -> u32 {
    r#type
}

/// The lint that is expected is in the body.
#[memoize]
#[expect(unused_variables, reason = "a test of `expect`")]
fn expecting(n: u32, unused: u32) -> u32 {
    n
}

/// Where was it called?
#[memoize]
#[track_caller]
fn caller(n: u32) -> u32 {
    let _ = n;
    std::panic::Location::caller().line()
}

macro_rules! emit {
    ($name:ident, $argument:ty, $size:expr, $body:expr) => {
        #[memoize(maxsize = $size)]
        fn $name(x: $argument) -> u32 {
            let f = $body;
            f(x)
        }
    };
}
emit!(from_macro, u32, 10 + 1, |x: u32| x + 1);
emit!(from_macro_borrowed, Option<&str>, 5, |x: Option<&str>| {
    u32::from(x.is_some())
});

#[test]
fn qualifiers_and_attributes() {
    #[allow(deprecated, reason = "it is called to test it")]
    {
        assert_eq!(old(3), 0);
    }
    assert_eq!(old::cache_info().misses, 4);
    assert_eq!(inlined(1), 1);
    assert_eq!(present(1), 1);
    // SAFETY: the function asks for nothing.
    let sum = unsafe { unsafe_one(1) + unsafe_one(1) + unsafe_one::uncached(1) };
    assert_eq!(sum, 3);
    assert_eq!(unsafe_one::cache_info().hits, 1);
    assert_eq!(foreign(1, 2), 3);
    let pointer: extern "C" fn(u32, i64) -> i64 = foreign;
    assert_eq!(pointer(1, 2), 3);
    assert_eq!(foreign::peek(&1, &2), Some(3));
    assert_eq!(r#match(1), 1);
    assert!(r#match::contains(&1));
    assert!(r#match::cache().name().ends_with("attributes::match"));
    assert_eq!(expecting(1, 2), 1);
    assert_eq!(caller(1), line!());
    assert_eq!((from_macro(1), from_macro_borrowed(Some("a"))), (2, 1));
    assert_eq!(from_macro::cache_parameters().maxsize, Some(11));
}

/// Names that an expansion might use for itself.
#[memoize]
fn names(begun: u32, value: u32, lead: u32, key: u32, core: u32, site: u32) -> u32 {
    begun + value + lead + key + core + site
}

#[test]
fn argument_names_do_not_clash() {
    assert_eq!(names(1, 2, 3, 4, 5, 6), 21);
    assert_eq!(names::peek(&1, &2, &3, &4, &5, &6), Some(21));
    names::prime(&1, &2, &3, &4, &5, &7, 99);
    assert_eq!(names(1, 2, 3, 4, 5, 7), 99);
}

mod without_prelude {
    #![no_implicit_prelude]

    /// Needs nothing in scope.
    #[::memokit::memoize(maxsize = 3, ttl = "1s", tags("a"))]
    pub(super) fn f(a: u32, b: ::core::option::Option<&str>) -> ::core::result::Result<u32, ()> {
        if b.is_some() {
            ::core::result::Result::Ok(a)
        } else {
            ::core::result::Result::Err(())
        }
    }

    /// A cache for each thread.
    #[::memokit::memoize(scope = thread, cache_if = |n: &u32| *n > 0)]
    pub(super) fn g(a: u32) -> u32 {
        a
    }
}

#[test]
fn no_prelude_is_needed() {
    assert_eq!(without_prelude::f(1, Some("")), Ok(1));
    assert_eq!(without_prelude::f::peek(&1, &Some("")), Some(Ok(1)));
    assert_eq!(without_prelude::g(1), 1);
}
