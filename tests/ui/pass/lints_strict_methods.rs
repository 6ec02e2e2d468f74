//! A crate that forbids what it can, with methods, blocks and generics.
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

use std::fmt::Debug;
use std::hash::Hash;

use memokit::{Memo, memoize};

/// Public, and documented.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Square {
    side: u64,
    memo: Memo,
}

impl Square {
    /// Documented.
    #[memoize(handle = area_cache, maxsize = 10)]
    #[must_use]
    pub fn area(&self) -> u64 {
        self.side * self.side
    }

    /// In the object.
    #[memoize(field = memo, ttl = "5m")]
    pub fn scaled(&self, by: u64) -> Option<u64> {
        self.side.checked_mul(by)
    }

    #[memoize(skip(self, _log), scope = thread, handle = logged_cache)]
    fn logged(self, text: &str, _log: &mut Vec<u8>) -> usize {
        text.len()
    }

    /// A constructor.
    #[memoize(key = side % 10)]
    pub(crate) fn of(side: u64) -> Self {
        Self {
            side: side % 10,
            ..Self::default()
        }
    }
}

/// A trait.
pub trait Shape {
    /// Documented.
    fn sides(&self) -> u64;

    /// With a body.
    #[memoize(skip(self))]
    fn corners(&self) -> u64 {
        4
    }
}

#[memoize]
impl Shape for Square {
    #[memoize]
    fn sides(&self) -> u64 {
        4
    }
}

/// Generic.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pair<T>(T, T);

#[memoize]
impl<T> Pair<T>
where
    T: Debug + Clone + Hash + Eq + Send + Sync + 'static,
{
    /// Documented.
    #[memoize(stats = false)]
    pub fn swapped(&self) -> Self {
        Self(self.1.clone(), self.0.clone())
    }

    /// Twice the size.
    #[memoize(handle = false)]
    #[must_use]
    pub fn size() -> usize {
        size_of::<Self>()
    }
}

/// With parameters.
#[memoize(skip(f))]
pub fn mapped<T, const N: usize>(values: [T; N], f: impl Fn(&T) -> u64) -> u64
where
    T: Clone + Hash + Eq + Send + Sync + 'static,
{
    values.iter().map(f).sum()
}

fn main() {
    let square = Square::of(13);
    assert_eq!(square.area() + square.sides() + square.corners(), 17);
    assert_eq!((square.scaled(2), square.memo.len()), (Some(6), 1));
    assert_eq!(square.logged("memo", &mut Vec::new()), 4);
    assert_eq!(
        Square::area_cache().clear() + Square::sides_cache().clear(),
        2
    );
    assert_eq!(Square::logged_cache().info().currsize, 1);
    assert_eq!(Pair(1, 2).swapped(), Pair(2, 1));
    assert_eq!(Pair::<u8>::size(), 2);
    assert_eq!(mapped([1, 2], |n| n + 1), 5);
    assert_eq!(mapped::peek(&[1_u64, 2]), Some(5));
}
