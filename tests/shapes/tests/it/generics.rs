//! Generic functions: one cache for each instantiation.

use std::fmt::{Debug, Display};
use std::hash::Hash;

use memokit::memoize;

use crate::support::Runs;

static SHOWN: Runs = Runs::new();

#[memoize]
fn shown<T: Debug + Hash + Eq + Clone + Send + Sync + 'static>(x: &T) -> String {
    SHOWN.add();
    format!("{x:?}")
}

#[test]
fn a_type_parameter() {
    assert_eq!(shown(&1_u8), "1");
    assert_eq!(shown(&1_u8), "1");
    assert_eq!(shown(&1_u16), "1");
    assert_eq!(shown(&"x".to_owned()), "\"x\"");
    assert_eq!(SHOWN.get(), 3);
    assert_eq!(shown::cache_info().hits, 1);
    assert_eq!(shown::peek(&1_u8), Some("1".to_owned()));
    assert_eq!(shown::peek(&2_u8), None);
    assert!(shown::invalidate::<u16>(&1));
    let names: Vec<_> = memokit::caches()
        .iter()
        .map(memokit::CacheHandle::name)
        .collect();
    assert!(
        names.contains(&"it::generics::shown::<u16>".to_owned()),
        "{names:?}"
    );
    assert_eq!(shown::cache().name(), "it::generics::shown");
    assert_eq!(shown::invalidate_if::<u8>(|_, _| true), 1);
    assert_eq!(shown::cache_clear(), 1);
}

#[memoize]
fn size<T: 'static>() -> usize {
    size_of::<T>()
}

#[memoize]
fn repeated<const N: usize>(x: u8) -> [u8; N] {
    [x; N]
}

#[memoize]
fn joined<K, const N: usize>(keys: [K; N]) -> String
where
    K: Display + Hash + Eq + Clone + Send + Sync + 'static,
{
    keys.iter().map(ToString::to_string).collect()
}

#[test]
fn parameters_that_no_argument_has() {
    assert_eq!((size::<u8>(), size::<u32>(), size::<u8>()), (1, 4, 1));
    assert_eq!(size::cache_info().misses, 2);
    assert_eq!((repeated::<2>(7), repeated::<3>(7)), ([7; 2], [7; 3]));
    assert_eq!(repeated::peek::<2>(&7), Some([7; 2]));
    assert_eq!(joined([1, 2]), "12");
    assert_eq!(joined::<&'static str, 1>(["a"]), "a");
    assert_eq!(joined::peek(&[1, 2]), Some("12".to_owned()));
}

#[memoize(skip(f))]
fn applied<F: Fn(u32) -> u32>(n: u32, f: F) -> u32 {
    f(n)
}

#[memoize(skip(f))]
fn applied_impl(n: u32, f: impl Fn(u32) -> u32) -> u32 {
    f(n)
}

#[memoize]
fn length(
    text: impl AsRef<str> + Hash + Eq + Clone + Send + Sync + 'static,
    extra: usize,
) -> usize {
    text.as_ref().len() + extra
}

#[test]
fn closures_and_impl_trait() {
    let k = 5;
    assert_eq!(applied(1, |n| n + k), 6);
    assert_eq!(applied(1, |n| n + k + 1), 6);
    assert_eq!(applied::peek(&1), Some(6));
    assert_eq!(applied::uncached(1, |n| n), 1);
    assert_eq!(applied::refresh(1, |n| n), 1);
    assert_eq!(applied_impl(1, |n| n * 10), 10);
    assert_eq!(applied_impl::peek(&1), Some(10));
    assert_eq!(length("abc", 1) + length("abc".to_owned(), 1), 8);
    assert_eq!(length::cache_info().misses, 2);
    assert!(length::contains(&"abc", &1));
}

/// Constants and types with the same names: a name alone is that of the type.
mod constants_named_like_types {
    use std::hash::Hash;

    use memokit::memoize;

    #[allow(dead_code, reason = "it is there for its name")]
    struct N;

    #[memoize]
    fn filled<T, const N: usize>(value: T) -> [T; N]
    where
        T: Hash + Eq + Copy + Send + Sync + 'static,
    {
        [value; N]
    }

    #[memoize]
    async fn later<const N: usize>(value: u8) -> [u8; N] {
        [value; N]
    }

    #[memoize(ttl = "1m", refresh_ahead = 0.5)]
    fn renewed<const N: usize>(
        value: u8,
        by: impl Hash + Eq + Copy + Send + Sync + 'static,
    ) -> [u8; N] {
        let _ = by;
        [value; N]
    }

    struct Row<const N: usize>(u8);

    impl<const N: usize> Row<{ N }> {
        #[memoize(key(self = self.0))]
        fn of(&self) -> [u8; N] {
            [self.0; N]
        }
    }

    #[test]
    fn are_told_apart() {
        assert_eq!((filled::<u8, 2>(7), filled::<u8, 3>(7)), ([7; 2], [7; 3]));
        assert_eq!(filled::cache_info().misses, 2);
        assert_eq!(filled::peek::<u8, 2>(&7), Some([7; 2]));
        assert_eq!(
            (renewed::<2>(7, 'x'), renewed::<3>(7, 'x')),
            ([7; 2], [7; 3])
        );
        assert_eq!((Row::<2>(7).of(), Row::<3>(7).of()), ([7; 2], [7; 3]));
        drop(later::<2>(7));
    }
}
