//! Strict lints find nothing to say of what expansions add.
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    keyword_idents,
    let_underscore_drop,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_copy_implementations,
    missing_debug_implementations,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unsafe_code,
    unused_extern_crates,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::cargo
)]

use std::borrow::Cow;
use std::fmt::Debug;
use std::hash::Hash;

use memokit::{Memo, memoize};

/// A point.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Point {
    x: u64,
    memo: Memo,
}

/// Each on one line: braces in braces are a lint's business.
#[rustfmt::skip]
impl Point {
    #[memoize]
    fn short(&self, n: u64) -> u64 { n + self.x }

    #[memoize]
    fn with_pattern(&self, (n, _): (u64, u8)) -> u64 { n + self.x }

    #[memoize]
    fn with_mut(self, mut n: u64) -> u64 { n += self.x; n }

    #[memoize]
    async fn later(&self, n: u64) -> u64 { n + self.x }

    #[memoize]
    fn to_nothing(&self, n: u64) { assert_ne!(n, self.x); }

    #[memoize(field = memo)]
    fn own(&self, text: &str) -> usize { #![allow(unused_variables, reason = "it is what is tested")] let unused = 1; text.len() }
}

#[memoize]
impl Point {
    /// With a handle.
    #[memoize(maxsize = 3, ttl = "1h")]
    fn documented(&self, text: Option<&str>, more: &[u64], cow: Cow<'_, str>) -> usize {
        text.map_or(0, str::len) + more.len() + cow.len() + usize::from(self.x == 0)
    }

    #[memoize]
    fn generic<T: Debug + Hash + Eq + Clone + Send + Sync + 'static>(
        &self,
        value: T,
        other: &(impl Debug + Hash + Eq + Clone + Send + Sync + 'static),
    ) -> String {
        format!("{value:?} {other:?} {}", self.x)
    }
}

#[rustfmt::skip]
#[memoize]
fn generic<'a, T, const N: usize>(value: &'a [T; N], text: &'a str) -> String
where T: Debug + Hash + Eq + Clone + Send + Sync + 'static
{ format!("{value:?} {text}") }

/// A default method.
trait Twice: Debug + Hash + Eq + Clone + Send + Sync + 'static {
    /// Twice.
    #[memoize]
    fn twice(&self) -> String {
        format!("{self:?}{self:?}")
    }
}

impl Twice for u8 {}

#[test]
fn nothing_is_found() {
    let point = Point::default();
    assert_eq!(
        (
            point.short(1),
            point.with_pattern((1, 2)),
            point.clone().with_mut(1)
        ),
        (1, 1, 1)
    );
    assert_eq!(smol::block_on(point.later(1)), 1);
    point.to_nothing(1);
    assert_eq!(
        (
            point.own("ab"),
            point.documented(Some("a"), &[1], "b".into())
        ),
        (2, 4)
    );
    assert_eq!(point.generic(1, &2), "1 2 0");
    assert_eq!(
        (generic(&[1, 2], "a"), 1_u8.twice()),
        ("[1, 2] a".into(), "11".into())
    );
    assert_eq!(Point::documented_cache().info().misses, 1);
}
