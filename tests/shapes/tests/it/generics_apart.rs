//! Instantiations have nothing in common, whatever their types are called.

use std::any::type_name;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::hash::Hash;
use std::marker::PhantomData;

use memokit::{CacheHandle, memoize};

use crate::support::{Runs, caches_of, names_of};

static TWENTY: Runs = Runs::new();

#[memoize]
fn twenty<T: Debug + Hash + Eq + Clone + Send + Sync + 'static>(value: T) -> String {
    TWENTY.add();
    format!("{} {value:?}", type_name::<T>())
}

macro_rules! call_each {
    ($($value:expr),* $(,)?) => {
        [$(twenty($value)),*]
    };
}

fn call_twenty() -> [String; 20] {
    call_each!(
        1_u8,
        1_u16,
        1_u32,
        1_u64,
        1_u128,
        1_usize,
        1_i8,
        1_i16,
        1_i32,
        1_i64,
        1_i128,
        1_isize,
        '1',
        "1",
        String::from("1"),
        Some(1_u8),
        Some(1_u16),
        [1_u8],
        vec![1_u8],
        (1_u8, 1_u8),
    )
}

#[test]
fn twenty_instantiations() {
    let first = call_twenty();
    assert_eq!(first.iter().collect::<BTreeSet<_>>().len(), 20);
    assert_eq!(TWENTY.get(), 20);
    for _ in 0..3 {
        assert_eq!(call_twenty(), first);
    }
    assert_eq!(TWENTY.get(), 20);

    let caches = caches_of("it::generics_apart::twenty::<");
    assert_eq!(caches.len(), 20);
    let names: BTreeSet<_> = caches.iter().map(CacheHandle::name).collect();
    assert_eq!(names.len(), 20);
    for cache in &caches {
        let info = cache.info();
        assert_eq!((info.misses, info.hits, info.currsize), (1, 3, 1));
    }
    let all = twenty::cache_info();
    assert_eq!((all.misses, all.hits, all.currsize), (20, 60, 20));

    let bytes = |cache: &&CacheHandle| cache.name().ends_with("::<u8>");
    let one = caches.iter().find(bytes).unwrap();
    assert_eq!(one.clear(), 1);
    assert_eq!(twenty::cache_info().currsize, 19);
    assert_eq!(call_twenty(), first);
    assert_eq!(TWENTY.get(), 21);
    assert_eq!(twenty::cache_clear(), 20);
    assert_eq!(twenty::cache_info().misses, 0);
}

static MANY: Runs = Runs::new();

#[memoize]
fn many<const N: usize>() -> usize {
    MANY.add();
    N
}

/// More than one place of the table at a site has several of them.
#[test]
fn a_hundred_constants() {
    macro_rules! sum {
        ($($ten:literal)*) => {
            0 $(+ many::<{ $ten * 10 }>() + many::<{ $ten * 10 + 1 }>() + many::<{ $ten * 10 + 2 }>()
                + many::<{ $ten * 10 + 3 }>() + many::<{ $ten * 10 + 4 }>()
                + many::<{ $ten * 10 + 5 }>() + many::<{ $ten * 10 + 6 }>()
                + many::<{ $ten * 10 + 7 }>() + many::<{ $ten * 10 + 8 }>()
                + many::<{ $ten * 10 + 9 }>())*
        };
    }
    for _ in 0..2 {
        assert_eq!(sum!(0 1 2 3 4 5 6 7 8 9), 99 * 100 / 2);
    }
    assert_eq!(MANY.get(), 100);
    assert_eq!(names_of("it::generics_apart::many::<").len(), 100);
}

mod one {
    #[derive(Clone, PartialEq, Eq, Hash, Debug)]
    pub(super) struct Unit;
}

mod two {
    #[derive(Clone, PartialEq, Eq, Hash, Debug)]
    pub(super) struct Unit;
}

#[memoize]
fn told<T: Debug + Hash + Eq + Clone + Send + Sync + 'static>(value: T) -> &'static str {
    let _ = value;
    type_name::<T>()
}

#[test]
fn types_of_one_name_in_two_modules() {
    assert_eq!(told(one::Unit), "it::generics_apart::one::Unit");
    assert_eq!(told(two::Unit), "it::generics_apart::two::Unit");
    assert_eq!(
        told(PhantomData::<one::Unit>),
        type_name::<PhantomData<one::Unit>>()
    );
    assert_eq!(
        told(PhantomData::<two::Unit>),
        type_name::<PhantomData<two::Unit>>()
    );
    assert_eq!(told(one::Unit), "it::generics_apart::one::Unit");
    assert_eq!(told::cache_info().misses, 4);
}

static LOCALS: Runs = Runs::new();

trait Number {
    const NUMBER: u32;
}

#[memoize]
fn number<T: Number + 'static>() -> u32 {
    LOCALS.add();
    T::NUMBER
}

/// Two types that `type_name` calls the same.
#[test]
fn types_of_one_printed_name() {
    let (first, name) = {
        struct Local;
        impl Number for Local {
            const NUMBER: u32 = 1;
        }
        (number::<Local>(), type_name::<Local>())
    };
    let (second, other_name) = {
        struct Local;
        impl Number for Local {
            const NUMBER: u32 = 2;
        }
        (number::<Local>(), type_name::<Local>())
    };
    assert_eq!(name, other_name);
    assert_eq!((first, second), (1, 2));
    assert_eq!(LOCALS.get(), 2);
    assert_eq!(caches_of("it::generics_apart::number").len(), 2);
}

#[memoize]
fn pointed<F: 'static>() -> u8
where
    PhantomData<F>: Arity,
{
    <PhantomData<F> as Arity>::ARITY
}

trait Arity {
    const ARITY: u8;
}

impl Arity for PhantomData<fn(&'static str)> {
    const ARITY: u8 = 1;
}

impl Arity for PhantomData<fn(&'static str, u8)> {
    const ARITY: u8 = 2;
}

#[test]
fn types_of_functions() {
    assert_eq!(pointed::<fn(&'static str)>(), 1);
    assert_eq!(pointed::<fn(&'static str, u8)>(), 2);
    assert_eq!(pointed::<fn(&'static str)>(), 1);
    assert_eq!(pointed::cache_info().hits, 1);
}

/// Functions inside of instantiations: one static for each function, one cache for each of its own
/// instantiations.
fn outer<T: Debug>(value: T) -> String {
    #[memoize]
    fn inner<U: Debug + Hash + Eq + Clone + Send + Sync + 'static>(value: U) -> String {
        format!("<{value:?}>")
    }
    inner(format!("{value:?}")) + &inner::cache_info().currsize.to_string()
}

#[test]
fn inside_of_a_generic_function() {
    assert_eq!(outer(1), "<\"1\">1");
    assert_eq!(outer("a"), "<\"\\\"a\\\"\">2");
    assert_eq!(outer(1_u8), "<\"1\">2");
    assert_eq!(
        names_of("it::generics_apart::inner"),
        ["it::generics_apart::inner::<alloc::string::String>"]
    );
}
