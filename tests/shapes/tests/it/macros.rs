//! Memoized functions that macros by example make.

use std::fmt::Debug;

use memokit::memoize;

use crate::support::{Runs, names_of};

static FUNCTIONS: Runs = Runs::new();

macro_rules! function {
    (
        $(#[$attribute:meta])*
        $vis:vis $name:ident<$param:ident>($($argument:ident: $ty:ty),*) -> $out:ty,
        $size:expr, $ttl:literal => $body:expr
    ) => {
        #[memoize(maxsize = $size, ttl = $ttl)]
        $(#[$attribute])*
        $vis fn $name<$param: Debug + std::hash::Hash + Eq + Clone + Send + Sync + 'static>(
            $($argument: $ty),*
        ) -> $out {
            FUNCTIONS.add();
            $body
        }
    };
}

function!(#[must_use] pub(crate) shown<T>(value: &T, more: Option<T>) -> String, 3 + 4, "1h" =>
    format!("{value:?} {more:?}"));
function!(pair<T>(a: T, b: [T; 2]) -> (T, [T; 2]), 5, "90s" => (a, b));

#[test]
fn generic_functions() {
    for _ in 0..2 {
        assert_eq!(shown(&1, Some(2)), "1 Some(2)");
        assert_eq!(shown(&'a', None), "'a' None");
        assert_eq!(pair(1, [2, 3]), (1, [2, 3]));
    }
    assert_eq!(FUNCTIONS.get(), 3);
    assert_eq!(shown::cache_parameters().maxsize, Some(7));
    assert_eq!(names_of("it::macros::shown::<").len(), 2);
}

static METHODS: Runs = Runs::new();

macro_rules! methods {
    ($type:ident { $($name:ident, $key:expr, |$self:ident, $n:ident: $ty:ty| $body:expr;)* }) => {
        impl $type {
            $(
                #[memoize(key($self = $key))]
                fn $name(&$self, $n: $ty) -> u64 {
                    METHODS.add();
                    u64::from($body)
                }
            )*
        }
    };
}

struct Made {
    id: u64,
}

methods! {
    Made {
        plus, self.id, |self, n: u32| self.id + u64::from(n);
        times, self.id % 10, |self, n: u8| self.id * u64::from(n);
    }
}

macro_rules! block {
    ($type:ty; $($item:item)*) => {
        #[memoize]
        impl $type {
            $($item)*
        }
    };
}

block! {
    Made;

    #[memoize]
    fn half(n: u64) -> u64 {
        METHODS.add();
        n / 2
    }

    fn plain(n: u64) -> u64 {
        METHODS.add();
        n
    }
}

#[test]
fn methods_and_blocks() {
    let made = Made { id: 12 };
    for _ in 0..2 {
        assert_eq!((made.plus(1), made.times(2), Made::half(8)), (13, 24, 4));
    }
    assert_eq!(METHODS.get(), 3);
    assert_eq!(Made::half_cache().info().hits, 1);
    assert_eq!((Made::plain(1), METHODS.get()), (1, 4));
}

static FOR_TYPES: Runs = Runs::new();

trait Width {
    fn width(&self) -> usize;
}

macro_rules! widths {
    ($($ty:ty => $module:ident),*) => {
        $(
            impl Width for $ty {
                #[memoize]
                fn width(&self) -> usize {
                    FOR_TYPES.add();
                    format!("{self:?}").len()
                }
            }

            mod $module {
                use super::*;

                #[memoize]
                pub(super) fn of(value: $ty) -> usize {
                    FOR_TYPES.add();
                    value.width()
                }
            }
        )*
    };
}

widths!(u8 => bytes, char => chars, [u8; 2] => pairs, Option<(u8, char)> => options);

/// The same tokens, in one place, make functions that share nothing.
#[test]
fn one_for_each_type() {
    for _ in 0..2 {
        assert_eq!((bytes::of(1), chars::of('a')), (1, 3));
        assert_eq!((pairs::of([1, 2]), options::of(None)), (6, 4));
    }
    assert_eq!(FOR_TYPES.get(), 8);
    assert_eq!(
        (bytes::of::cache_info().hits, options::of::cache_info().hits),
        (1, 1)
    );
}

/// A macro's own variables do not meet those of its caller, nor those of the expansion.
macro_rules! hygienic {
    ($name:ident, $n:ident, $body:expr) => {
        #[memoize]
        fn $name($n: u32, value: u32, cache: u32, lead: u32) -> u32 {
            let begun = value + cache + lead;
            begun + $body
        }
    };
}

hygienic!(clean, value, value * 100);

#[test]
fn variables_of_the_macro() {
    assert_eq!((clean(1, 2, 3, 4), clean(1, 2, 3, 4)), (109, 109));
    assert_eq!(clean::cache_info().hits, 1);
}
