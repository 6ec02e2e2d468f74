//! Parameters by way of other types: associated ones, iterators, `dyn`, and bounds over lifetimes.

use std::fmt::Debug;
use std::hash::Hash;

use memokit::memoize;

use crate::support::{Runs, names_of};

/// What an argument needs to be a key, under one name.
trait Key: Hash + Eq + Clone + Send + Sync + Debug + 'static {}

impl<T: Hash + Eq + Clone + Send + Sync + Debug + 'static> Key for T {}

trait Format {
    type Input: Key;
    type Output: Clone + Send + Sync + Debug + PartialEq + 'static;
    fn apply(input: &Self::Input) -> Self::Output;
}

struct Doubled;

struct Written;

impl Format for Doubled {
    type Input = u8;
    type Output = u16;
    fn apply(input: &u8) -> u16 {
        u16::from(*input) * 2
    }
}

impl Format for Written {
    type Input = u8;
    type Output = String;
    fn apply(input: &u8) -> String {
        input.to_string()
    }
}

static FORMATS: Runs = Runs::new();

/// Only the result and the arguments are kept, so `F` itself needs nothing.
#[memoize]
fn formatted<F: Format>(input: F::Input) -> F::Output {
    FORMATS.add();
    F::apply(&input)
}

#[memoize]
fn both<F, G>(input: &<F as Format>::Input, other: Option<&G::Input>) -> Result<F::Output, String>
where
    F: Format,
    G: Format<Input = F::Input>,
{
    FORMATS.add();
    match other {
        Some(other) if other == input => Ok(F::apply(input)),
        _ => Err(format!("{other:?}")),
    }
}

#[test]
fn associated_types() {
    for _ in 0..2 {
        assert_eq!(
            (formatted::<Doubled>(2), formatted::<Written>(2)),
            (4, "2".into())
        );
        assert_eq!(both::<Doubled, Written>(&1, Some(&1)), Ok(2));
        assert_eq!(both::<Written, Doubled>(&1, Some(&1)), Ok("1".into()));
    }
    assert_eq!(FORMATS.get(), 4);
    assert_eq!(formatted::peek::<Written>(&2).as_deref(), Some("2"));
    formatted::prime::<Doubled>(&2, 5);
    assert_eq!(formatted::<Doubled>(2), 5);
    assert!(both::<Written, Doubled>(&1, None).is_err());
    assert!(!both::contains::<Written, Doubled>(&1, &None));
}

static BOUNDS: Runs = Runs::new();

#[memoize]
fn total<T: Key>(items: T) -> u32
where
    for<'a> &'a T: IntoIterator<Item = &'a u32>,
{
    BOUNDS.add();
    (&items).into_iter().sum()
}

#[memoize(skip(items))]
fn gathered<I, T>(id: u8, items: I) -> Vec<T>
where
    I: Iterator<Item = T>,
    T: Clone + Send + Sync + 'static,
{
    BOUNDS.add();
    let _ = id;
    items.collect()
}

#[test]
fn bounds_over_lifetimes_and_items() {
    assert_eq!(
        (total(vec![1, 2]), total(vec![1, 2]), total([1, 2])),
        (3, 3, 3)
    );
    assert_eq!(gathered(1, [1, 2].into_iter()), [1, 2]);
    assert_eq!(
        gathered(1, vec![9].into_iter()),
        [1, 2],
        "the iterator is skipped"
    );
    assert_eq!(gathered(1, std::iter::once('a')), ['a']);
    assert_eq!(BOUNDS.get(), 4);
    assert_eq!(gathered::peek::<char>(&1), Some(vec!['a']));
}

static DYNAMIC: Runs = Runs::new();

trait Numbered {
    fn number(&self) -> u32;
}

impl Numbered for u8 {
    fn number(&self) -> u32 {
        (*self).into()
    }
}

impl Numbered for char {
    fn number(&self) -> u32 {
        (*self).into()
    }
}

impl dyn Numbered {
    #[memoize(key(self = self.number()))]
    fn squared(&self) -> u32 {
        DYNAMIC.add();
        self.number() * self.number()
    }
}

impl Numbered for Box<dyn Numbered> {
    #[memoize(key(self = (**self).number()))]
    fn number(&self) -> u32 {
        DYNAMIC.add();
        (**self).number() + 1
    }
}

#[memoize(key(of = of.number()), skip(scale))]
fn scaled(of: &dyn Numbered, scale: &dyn Fn(u32) -> u32) -> u32 {
    DYNAMIC.add();
    scale(of.number())
}

#[memoize(key(of = of.number()))]
fn doubled<T: Numbered + ?Sized>(of: &T) -> u32 {
    DYNAMIC.add();
    of.number() * 2
}

#[test]
fn trait_objects() {
    let (byte, letter): (Box<dyn Numbered>, &dyn Numbered) = (Box::new(97_u8), &'a');
    assert_eq!((byte.squared(), letter.squared()), (97 * 97, 97 * 97));
    assert_eq!((Numbered::number(&byte), Numbered::number(&byte)), (98, 98));
    assert_eq!(scaled(letter, &|n| n + 1), 98);
    assert_eq!(scaled(&*byte, &|_| unreachable!()), 98);
    assert_eq!(DYNAMIC.get(), 3);
    assert_eq!(
        (doubled(letter), doubled(&*byte), doubled(&97_u8)),
        (194, 194, 194)
    );
    assert_eq!(DYNAMIC.get(), 5, "one for `dyn`, one for `u8`");
    assert_eq!(
        names_of("it::generics_types::doubled"),
        [
            "it::generics_types::doubled::<dyn it::generics_types::Numbered>",
            "it::generics_types::doubled::<u8>",
        ]
    );
}

#[memoize]
fn endless<T: Key>(value: T) -> u8 {
    endless(value)
}

#[test]
fn a_circle_is_told_by_its_types() {
    let panic = std::panic::catch_unwind(|| endless(1_u8)).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(
        text.starts_with("`it::generics_types::endless::<u8>` was called"),
        "{text}"
    );
}
