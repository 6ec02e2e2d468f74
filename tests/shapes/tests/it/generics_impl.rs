//! `impl Trait` in arguments: parameters without a name.

use std::fmt::{Debug, Display};
use std::hash::Hash;

use memokit::memoize;

use crate::support::{Runs, names_of};

/// What an argument needs to be a key, under one name.
trait Key: Hash + Eq + Clone + Send + Sync + Debug + 'static {}

impl<T: Hash + Eq + Clone + Send + Sync + Debug + 'static> Key for T {}

static SEVERAL: Runs = Runs::new();

#[memoize]
fn several(a: impl Key, b: impl Key + Display, n: u8) -> String {
    SEVERAL.add();
    format!("{a:?} {b} {n}")
}

#[test]
fn several_at_once() {
    assert_eq!(several(1, "x", 1), "1 x 1");
    assert_eq!(several(1, "x", 1), "1 x 1");
    assert_eq!(several("x", 1, 1), "\"x\" 1 1");
    assert_eq!(SEVERAL.get(), 2);
    assert_eq!(several::peek(&1, &"x", &1).as_deref(), Some("1 x 1"));
    assert!(several::invalidate(&"x", &1, &1));
    assert_eq!(several::cache_info().currsize, 1);
}

static NESTED: Runs = Runs::new();

#[memoize]
fn nested(one: &impl Key, many: Option<&[impl Key]>, both: (impl Key, &str)) -> String {
    NESTED.add();
    format!("{one:?} {many:?} {both:?}")
}

#[test]
fn inside_of_other_types() {
    assert_eq!(
        nested(&1, Some(&['a']), (2, "b")),
        "1 Some(['a']) (2, \"b\")"
    );
    assert_eq!(
        nested(&1, Some(&['a']), (2, "b")),
        "1 Some(['a']) (2, \"b\")"
    );
    assert_eq!(nested(&1, None::<&[u8]>, (2, "b")), "1 None (2, \"b\")");
    assert_eq!(NESTED.get(), 2);
    assert!(nested::contains(&1, &Some(&['a']), &(2, "b")));
}

static BESIDE: Runs = Runs::new();

#[memoize]
fn beside<const N: usize, T: Key>(fixed: [T; N], any: impl Key) -> String {
    BESIDE.add();
    format!("{fixed:?} {any:?}")
}

#[test]
fn beside_parameters_with_names() {
    assert_eq!(beside([1, 2], 'a'), "[1, 2] 'a'");
    assert_eq!(beside([1, 2], 'a'), "[1, 2] 'a'");
    assert_eq!(beside([1], 'a'), "[1] 'a'");
    assert_eq!(BESIDE.get(), 2);
    assert_eq!(beside::peek(&[1], &'a').as_deref(), Some("[1] 'a'"));
}

static VISITED: Runs = Runs::new();

#[memoize(skip(visit), maxsize = 4)]
fn visited(items: &[u32], mut visit: impl FnMut(u32) -> bool) -> usize {
    VISITED.add();
    items.iter().filter(|item| visit(**item)).count()
}

#[memoize(skip(out))]
fn written(text: &str, out: &mut impl std::fmt::Write) -> usize {
    out.write_str(text).map_or(0, |()| text.len())
}

#[test]
fn callbacks_that_are_skipped() {
    let mut seen = Vec::new();
    let count = visited(&[1, 2, 3], |n| {
        seen.push(n);
        n > 1
    });
    assert_eq!((count, seen), (2, vec![1, 2, 3]));
    assert_eq!(visited(&[1, 2, 3], |_| unreachable!()), 2);
    assert_eq!(VISITED.get(), 1);
    assert_eq!(visited::peek(&[1, 2, 3]), Some(2));
    assert_eq!(visited::refresh(&[1, 2, 3], |_| false), 0);

    let mut out = String::new();
    assert_eq!((written("ab", &mut out), written("ab", &mut out)), (2, 2));
    assert_eq!(out, "ab", "the second call wrote nothing");
    assert_eq!(written::uncached("ab", &mut out), 2);
    assert_eq!(out, "abab");
}

static COLLECTED: Runs = Runs::new();

/// What cannot be a key is turned into one.
#[memoize(key(items = items.clone().into_iter().collect::<Vec<u32>>()))]
fn collected(items: impl IntoIterator<Item = u32> + Clone) -> u32 {
    COLLECTED.add();
    items.into_iter().sum()
}

#[test]
fn a_key_made_from_an_iterator() {
    assert_eq!(collected(1..4), 6);
    assert_eq!(collected(1..4), 6);
    assert_eq!(collected([1, 2, 3]), 6);
    assert_eq!(COLLECTED.get(), 2);
    assert_eq!(collected::peek(&(1..4)), Some(6));
}

static METHODS: Runs = Runs::new();

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Named<T>(T);

impl<T: Key> Named<T> {
    #[memoize]
    fn with(&self, other: impl Key, (a, _): (impl Key, &str)) -> String {
        METHODS.add();
        format!("{:?} {other:?} {a:?}", self.0)
    }

    /// In a block that is not memoized a closure's type tells instantiations apart, skipped or not.
    #[memoize(skip(by))]
    fn mapped_alone<U: Key, F: Fn(&T) -> U>(&self, by: F) -> U {
        METHODS.add();
        by(&self.0)
    }

    #[memoize(skip(self))]
    #[allow(clippy::unused_self, reason = "that it is skipped is what is tested")]
    fn first<U: Key>(&self, items: &[impl Key], marker: U) -> String {
        METHODS.add();
        format!("{:?} {marker:?}", items.first())
    }
}

#[memoize]
impl<T: Key> Named<T> {
    #[memoize]
    fn in_a_block(value: T, other: &impl Key) -> String {
        METHODS.add();
        format!("{value:?} {other:?}")
    }

    /// Closures that are skipped do not tell calls apart.
    #[memoize(skip(by))]
    fn mapped<U: Key, F: Fn(&T) -> U>(&self, by: F) -> U {
        METHODS.add();
        by(&self.0)
    }
}

#[test]
fn on_methods() {
    let (one, two) = (Named(1), Named('a'));
    for _ in 0..2 {
        assert_eq!(one.with(2, (3, "x")), "1 2 3");
        assert_eq!(one.with("b", (3, "x")), "1 \"b\" 3");
        assert_eq!(two.with(2, (3, "x")), "'a' 2 3");
        assert_eq!(
            (one.first(&[1], 2), one.first(&[1], 'b')),
            ("Some(1) 2".into(), "Some(1) 'b'".into())
        );
        assert_eq!(Named::in_a_block(1, &2), "1 2");
        assert_eq!(Named::in_a_block(1, &'b'), "1 'b'");
    }
    assert_eq!(METHODS.get(), 7);
    assert_eq!(
        (
            one.mapped(|n| n + 1),
            one.mapped(|n| n + 2),
            one.mapped(|_| 'c')
        ),
        (2, 2, 'c')
    );
    assert_eq!(METHODS.get(), 9);
    let plus = |by| move |n: &i32| n + by;
    assert_eq!(
        (one.mapped_alone(plus(1)), one.mapped_alone(plus(2))),
        (2, 2)
    );
    assert_eq!((one.mapped_alone(|n| n + 3), METHODS.get()), (4, 11));
    assert_eq!(Named::<u8>::in_a_block_cache().info().hits, 2);
    assert_eq!(
        names_of("it::generics_impl::Named<i32>::"),
        [
            "it::generics_impl::Named<i32>::first::<char, [i32]>",
            "it::generics_impl::Named<i32>::first::<i32, [i32]>",
            "it::generics_impl::Named<i32>::in_a_block::<char>",
            "it::generics_impl::Named<i32>::in_a_block::<i32>",
            "it::generics_impl::Named<i32>::mapped::<char>",
            "it::generics_impl::Named<i32>::mapped::<i32>",
            "it::generics_impl::Named<i32>::mapped_alone::<i32>",
            "it::generics_impl::Named<i32>::mapped_alone::<i32>",
            "it::generics_impl::Named<i32>::with::<&str, (i32, &str)>",
            "it::generics_impl::Named<i32>::with::<i32, (i32, &str)>",
        ]
    );
}
