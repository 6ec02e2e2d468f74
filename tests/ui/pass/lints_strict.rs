//! A crate that forbids what it can.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    missing_copy_implementations,
    unreachable_pub,
    unused_qualifications,
    unused_results,
    unused_lifetimes,
    single_use_lifetimes,
    elided_lifetimes_in_paths,
    let_underscore_drop,
    non_ascii_idents,
    trivial_casts,
    trivial_numeric_casts,
    variant_size_differences,
    keyword_idents,
    rust_2018_idioms,
    clippy::all,
    clippy::pedantic,
    clippy::undocumented_unsafe_blocks,
    clippy::allow_attributes_without_reason
)]

use memokit::memoize;

/// Public, and documented.
#[memoize(maxsize = 1_024, ttl = "5m")]
#[must_use]
pub fn documented(text: &str, maybe: Option<&str>) -> usize {
    text.len() + maybe.map_or(0, str::len)
}

/// For this crate.
#[memoize(scope = thread, stats = false)]
pub(crate) fn restricted(n: u64) -> Option<u64> {
    n.checked_mul(n)
}

#[memoize(oom_protection = false, cache_err = true)]
fn private(text: &str) -> Result<u64, std::num::ParseIntError> {
    text.parse()
}

#[memoize(key = n % 10, cache_if = |n: &u64| *n > 0)]
fn keyed(n: u64) -> u64 {
    n % 10
}

#[memoize(floats = "bits", tags("a", "b"), name = "floats", handle = float_cache)]
fn floats(x: f64, _unused: Option<f32>) -> f64 {
    x.sqrt()
}

fn main() {
    assert_eq!(documented("a", None), 1);
    assert_eq!(restricted(2), Some(4));
    assert_eq!(private("2"), Ok(2));
    assert_eq!(keyed(12), 2);
    assert!(floats(-1.0, None).is_nan());
    assert_eq!(float_cache::cache_clear(), 1);
}
