//! Type, constant and lifetime parameters, with their bounds wherever people write them.

use std::borrow::{Borrow, Cow};
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::marker::PhantomData;
use std::ops::Add;

use memokit::memoize;

use crate::support::{Runs, names_of};

/// What an argument needs to be a key, under one name.
trait Key: Hash + Eq + Clone + Send + Sync + Debug + 'static {}

impl<T: Hash + Eq + Clone + Send + Sync + Debug + 'static> Key for T {}

static PAIRED: Runs = Runs::new();

#[memoize]
fn paired<A: Key, B>(a: A, b: &B) -> String
where
    B: Key + Display,
    Vec<B>: Debug,
{
    PAIRED.add();
    format!("{a:?} {b}")
}

#[test]
fn several_parameters_with_bounds_in_both_places() {
    assert_eq!(paired(1, &2), "1 2");
    assert_eq!(paired(1, &2), "1 2");
    assert_eq!(paired("1", &2), "\"1\" 2");
    assert_eq!(paired(2, &"1"), "2 1");
    assert_eq!(PAIRED.get(), 3);
    assert_eq!(paired::peek(&1, &2).as_deref(), Some("1 2"));
    assert!(paired::contains::<i32, &'static str>(&2, &"1"));
    assert!(!paired::contains::<u8, u8>(&1, &2));
    assert_eq!(
        names_of("it::generics_bounds::paired"),
        [
            "it::generics_bounds::paired::<&str, i32>",
            "it::generics_bounds::paired::<i32, &str>",
            "it::generics_bounds::paired::<i32, i32>",
            "it::generics_bounds::paired::<u8, u8>",
        ],
        "an instantiation that was only asked for an entry has a cache of its own",
    );
}

static SUM: Runs = Runs::new();

/// The result is of the parameter's type.
#[memoize]
fn sum<T: Key + Add<Output = T> + Copy>(a: T, b: T) -> T {
    SUM.add();
    a + b
}

#[test]
fn a_generic_result() {
    assert_eq!((sum(1_u8, 2), sum(1_u8, 2), sum(1_u64, 2)), (3, 3, 3));
    assert_eq!(SUM.get(), 2);
    sum::prime(&1_u8, &2, 40);
    assert_eq!((sum(1_u8, 2), sum(1_u64, 2)), (40, 3));
    assert_eq!(sum::refresh(1_u8, 2), 3);
}

static PARSED: Runs = Runs::new();

#[memoize(cache_err = true)]
fn parsed<T, E>(text: &str) -> Result<T, E>
where
    T: std::str::FromStr<Err = E> + Clone + Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    PARSED.add();
    text.parse()
}

#[test]
fn a_generic_result_with_its_errors() {
    for _ in 0..2 {
        assert_eq!(parsed::<u8, _>("12"), Ok(12));
        assert!(parsed::<u8, _>("300").is_err());
        assert_eq!(parsed::<u16, _>("300"), Ok(300));
        assert_eq!(parsed::<bool, _>("true"), Ok(true));
    }
    assert_eq!(PARSED.get(), 4);
    let stored = parsed::peek::<u16, std::num::ParseIntError>("300");
    assert_eq!(stored, Some(Ok(300)));
}

static LENGTH: Runs = Runs::new();

#[memoize(key(text = text.as_ref().to_owned()))]
fn length<T: AsRef<str>>(text: T) -> usize {
    LENGTH.add();
    text.as_ref().len()
}

#[test]
fn a_part_of_a_generic_argument_as_key() {
    assert_eq!(length("abc"), 3);
    assert_eq!(length("abc"), 3);
    let (text, other) = ("abc".to_owned(), "abc".to_owned());
    assert_eq!(
        (length(&text), length(&other), length(text.clone())),
        (3, 3, 3)
    );
    assert_eq!(LENGTH.get(), 3, "one for each type of the argument");
    assert_eq!(length::peek(&"abc"), Some(3));
}

static SHOWN: Runs = Runs::new();

#[memoize]
fn shown<T: ?Sized + Debug + Hash + Eq + ToOwned + 'static>(value: &T) -> String
where
    T::Owned: Borrow<T> + Send + Sync + 'static,
{
    SHOWN.add();
    format!("{value:?}")
}

#[test]
fn unsized_parameters() {
    assert_eq!((shown("a"), shown("a")), ("\"a\"".into(), "\"a\"".into()));
    assert_eq!(shown(&[1_u8, 2][..]), "[1, 2]");
    assert_eq!(shown(&7_u8), "7");
    assert_eq!(SHOWN.get(), 3);
    assert!(shown::contains(&[1_u8, 2][..]));
}

static GRID: Runs = Runs::new();

#[memoize]
fn grid<T: Key + Default + Copy, const W: usize, const H: usize>(fill: Option<T>) -> [[T; W]; H] {
    GRID.add();
    [[fill.unwrap_or_default(); W]; H]
}

#[memoize]
fn flag<const YES: bool, const C: char>(n: u8) -> String {
    GRID.add();
    format!("{YES}{C}{n}")
}

#[test]
fn constants() {
    assert_eq!(grid::<u8, 1, 2>(Some(7)), [[7], [7]]);
    assert_eq!(grid::<u8, 2, 1>(Some(7)), [[7, 7]]);
    assert_eq!(grid::<u8, 2, 1>(Some(7)), [[7, 7]]);
    assert_eq!(grid::<u16, 2, 1>(None), [[0, 0]]);
    assert_eq!(GRID.get(), 3);
    assert_eq!(flag::<true, 'a'>(1), "truea1");
    assert_eq!(flag::<false, 'a'>(1), "falsea1");
    assert_eq!(flag::<true, 'b'>(1), "trueb1");
    assert_eq!(flag::<true, 'b'>(1), "trueb1");
    assert_eq!(GRID.get(), 6);
    assert_eq!(
        names_of("it::generics_bounds::flag"),
        [
            "it::generics_bounds::flag::<false, a>",
            "it::generics_bounds::flag::<true, a>",
            "it::generics_bounds::flag::<true, b>",
        ]
    );
}

static MIXED: Runs = Runs::new();

#[memoize]
fn mixed<'a, 'b: 'a, T: Key>(a: &'a str, b: Option<&'b [T]>, c: Cow<'_, str>) -> usize {
    MIXED.add();
    a.len() + b.map_or(0, <[T]>::len) + c.len()
}

#[test]
fn lifetimes_and_types() {
    let (a, b) = ("ab".to_owned(), vec![1_u8, 2, 3]);
    assert_eq!(mixed(&a, Some(&b), Cow::Borrowed("x")), 6);
    assert_eq!(
        mixed(&a.clone(), Some(&b.clone()), Cow::Owned("x".into())),
        6
    );
    assert_eq!(mixed::<u8>(&a, None, Cow::Borrowed("x")), 3);
    assert_eq!(MIXED.get(), 2);
    assert_eq!(mixed::peek("ab", &Some(&b), &Cow::Borrowed("x")), Some(6));
    assert!(mixed::invalidate::<u8>("ab", &None, &Cow::Borrowed("x")));
}

static MARKED: Runs = Runs::new();

#[memoize]
fn marked<T: 'static>(marker: PhantomData<fn() -> T>, n: u8) -> usize {
    MARKED.add();
    let _ = marker;
    size_of::<T>() + usize::from(n)
}

#[test]
fn markers() {
    assert_eq!(marked::<u8>(PhantomData, 1), 2);
    assert_eq!(marked::<u32>(PhantomData, 1), 5);
    assert_eq!(marked::<u32>(PhantomData, 1), 5);
    assert_eq!(MARKED.get(), 2);
    assert_eq!(marked::peek::<u8>(&PhantomData, &1), Some(2));
}

static POWER: Runs = Runs::new();

/// Calls itself with the same and with another type.
#[memoize]
fn depth<T: Key>(n: u32, value: T) -> usize {
    POWER.add();
    match n {
        0 => format!("{value:?}").len(),
        10 => depth::<Option<u8>>(0, Some(1)) + depth(n - 1, value),
        _ => depth(n - 1, value),
    }
}

#[test]
fn recursion() {
    assert_eq!(depth(12, 'a'), 3 + 7);
    assert_eq!(POWER.get(), 14);
    assert_eq!(depth(5, 'a'), 3);
    assert_eq!(depth(0, Some(1_u8)), 7);
    assert_eq!(POWER.get(), 14);
    assert_eq!(depth::cache_info().currsize, 14);
}
