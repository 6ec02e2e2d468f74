//! Attributes of all sorts beside this one.
#![deny(warnings, clippy::pedantic)]
use memokit::memoize;

#[memoize]
#[inline]
#[must_use]
fn inlined(n: u64) -> u64 {
    n
}

#[inline(always)]
#[cold]
#[memoize]
#[allow(clippy::inline_always)]
fn above(n: u64) -> u64 {
    n
}

#[memoize]
#[deprecated(since = "1.0.0", note = "for a test")]
fn old(n: u64) -> u64 {
    if n == 0 { 0 } else { old(n - 1) }
}

#[memoize]
#[expect(unused_variables)]
fn expecting(n: u64, unused: u64) -> u64 {
    n
}

#[memoize]
#[allow(non_snake_case)]
fn Named(n: u64) -> u64 {
    n
}

#[memoize]
#[track_caller]
fn line(_: u64) -> u32 {
    std::panic::Location::caller().line()
}

#[memoize]
#[allow(unreachable_code, clippy::needless_return)]
fn early(n: u64) -> u64 {
    return n;
    n + 1
}

#[memoize]
fn arguments(#[allow(unused_variables)] unused: u64, #[expect(unused_mut)] mut n: u64) -> u64 {
    n
}

fn main() {
    let sum = inlined(1) + above(1) + expecting(1, 2) + early(1) + arguments(1, 1) + Named(1);
    assert_eq!(sum, 6);
    assert_eq!(line(1), line!());
    #[allow(deprecated)]
    let zero = old(3);
    assert_eq!(zero, 0);
}
