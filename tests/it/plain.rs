//! The two kinds of handles: the runtime's, whose types tell all about a function, and those with
//! functions of their own. Users see no difference.

use std::panic::Location;

use memokit::memoize;

/// One test for functions that differ in what makes their handles differ: twelve arguments and
/// thirteen, lifetimes left out and named, borrowed data and static data.
macro_rules! kinds {
    ($($name:ident: $function:ident, ($($arg:expr),*), ($($reference:expr),*), $result:expr;)*) => {$(
        #[test]
        fn $name() {
            assert_eq!($function($($arg),*), $result);
            assert_eq!($function::uncached($($arg),*), $result);
            assert_eq!($function::peek($($reference),*), Some($result));
            assert!($function::entry_info($($reference),*).is_some());
            assert!($function::contains($($reference),*));
            assert!($function::invalidate($($reference),*));
            assert_eq!($function::refresh($($arg),*), $result);
            assert_eq!($function::invalidate_if(|value, _| *value == $result), 1);
            $function::prime($($reference,)* 77);
            assert_eq!($function($($arg),*), 77);
            assert_eq!($function::keys().len(), 1);
            assert_eq!($function::cache_info().misses, 2);
            assert_eq!($function::cache_clear(), 1);
        }
    )*};
}

kinds! {
    no_arguments: none, (), (), 1;
    twelve: twelve_arguments, (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, "a"),
        (&1, &2, &3, &4, &5, &6, &7, &8, &9, &10, &11, "a"), 12;
    thirteen: thirteen_arguments, (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, "a"),
        (&1, &2, &3, &4, &5, &6, &7, &8, &9, &10, &11, &12, "a"), 13;
    coercions: coerced, (&String::from("ab"), &Vec::from([1, 2]), Box::new(3)),
        (&String::from("ab"), &Vec::from([1, 2]), &Box::new(3)), 7;
    written_lifetimes: named, (&String::from("ab"), &Some(3)), (&String::from("ab"), &Some(3)), 5;
    static_data: fixed, ("ab", Some("c")), ("ab", &Some("c")), 3;
    in_each_thread: of_thread, (&String::from("ab"), 3), (&String::from("ab"), &3), 5;
    bare: without_limits, (&String::from("ab"), 3), (&String::from("ab"), &3), 5;
    a_part_of_the_key: by_part, (&String::from("ab"), 3), (&String::from("ab"), &3), 5;
    destructured: patterns, ((1, 2), 3, 4), (&(1, 2), &3, &4), 6;
}

#[memoize]
fn none() -> usize {
    1
}

#[memoize]
fn twelve_arguments(
    a: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    l: u8,
    m: &str,
) -> usize {
    usize::from(a * l) + m.len()
}

#[memoize]
fn thirteen_arguments(
    a: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    l: u8,
    m: &str,
) -> usize {
    usize::from(a * l) + m.len()
}

#[memoize]
fn coerced(text: &str, bytes: &[u8], boxed: Box<usize>) -> usize {
    text.len() + bytes.len() + *boxed
}

#[memoize]
fn named<'a>(text: &'a str, more: &'a Option<usize>) -> usize {
    text.len() + more.unwrap_or_default()
}

#[memoize]
fn fixed(text: &'static str, more: Option<&'static str>) -> usize {
    text.len() + more.map_or(0, str::len)
}

#[memoize(scope = thread)]
fn of_thread(text: &str, more: usize) -> usize {
    text.len() + more
}

#[memoize(oom_protection = false)]
fn without_limits(text: &str, more: usize) -> usize {
    text.len() + more
}

#[memoize(key(text = text.len()))]
fn by_part(text: &str, more: usize) -> usize {
    text.len() + more
}

#[memoize]
fn patterns((a, b): (usize, usize), mut c: usize, _: usize) -> usize {
    c += a;
    c + b
}

/// What a signature may name although it is more private than the function is declared to be.
mod private {
    use memokit::memoize;

    #[derive(Clone, PartialEq, Eq, Hash, Debug)]
    pub(super) struct Key(pub(super) u8);

    #[derive(Clone, PartialEq, Debug)]
    pub(super) struct Value(pub(super) u8);

    #[memoize]
    #[allow(unreachable_pub, reason = "so it is in modules that export nothing")]
    pub fn value(by_value: Key, by_reference: &Key) -> Value {
        Value(by_value.0 + by_reference.0)
    }
}

#[test]
fn types_that_are_more_private_than_the_function() {
    use private::{Key, Value};
    let sum = private::value(Key(1), &Key(2));
    assert_eq!(private::value::peek(&Key(1), &Key(2)), Some(sum.clone()));
    assert_eq!(sum, Value(3));
}

/// References of the caller's need not live equally long.
#[test]
fn references_of_several_lifetimes() {
    #[memoize]
    fn both(a: &str, b: &str) -> usize {
        a.len() + b.len()
    }
    let long = String::from("long");
    let sum = {
        let short = String::from("short");
        both(&long, &short) + both::refresh(&long, &short) + both::peek(&long, &short).unwrap()
    };
    assert_eq!(sum, 27);
}

#[test]
fn functions_of_the_handle_as_values() {
    #[memoize]
    fn length(text: &str) -> usize {
        text.len()
    }
    let peek: fn(&str) -> Option<usize> = length::peek;
    assert_eq!(["a", "bc"].map(length::refresh), ["a", "bc"].map(length));
    assert_eq!(["a", "bc", "d"].map(peek), [Some(1), Some(2), None]);
    assert_eq!(["d"].into_iter().map(length::uncached).sum::<usize>(), 1);
}

#[test]
fn the_body_sees_who_computes() {
    #[memoize]
    #[track_caller]
    fn line(_: u8) -> u32 {
        Location::caller().line()
    }
    assert_eq!((line(0), line::uncached(1)), (line!(), line!()));
}

#[test]
fn other_names() {
    #[memoize(handle = elsewhere)]
    fn named(n: u8) -> u8 {
        n
    }
    #[memoize(handle = false)]
    fn without(n: u8) -> u8 {
        n
    }
    // The name of the function is free where it is not that of the handle.
    #[allow(non_camel_case_types, reason = "the name of the function")]
    type without = u8;
    let two: without = 2;
    assert_eq!(named(1) + without(two), 3);
    assert_eq!(elsewhere::peek(&1), Some(1));
}
