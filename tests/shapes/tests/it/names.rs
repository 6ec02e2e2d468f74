//! Equal names share nothing, and names of others are not met.
#![allow(
    clippy::duplicate_mod,
    clippy::multiple_bound_locations,
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "names and signatures are what is tested"
)]

use memokit::memoize;

use crate::support::{Runs, names_of};

#[path = "twin.rs"]
mod left;
#[path = "twin.rs"]
mod right;

/// Calls everything in the module, whose path is the answer.
macro_rules! answers {
    ($module:ident, $object:expr) => {
        [
            $module::plain(1),
            $module::generic(1),
            $object.method(),
            $object.own(),
            $module::Object::in_a_block(1),
        ]
    };
}

#[test]
fn modules() {
    let (left, right) = (left::Object::default(), right::Object::default());
    for _ in 0..2 {
        assert_eq!(answers!(left, left), ["it::names::left"; 5]);
        assert_eq!(answers!(right, right), ["it::names::right"; 5]);
    }
    assert_eq!((left::RUNS.get(), right::RUNS.get()), (5, 5));
    assert!(left::plain::invalidate(&1));
    assert!(right::plain::contains(&1));
    assert_eq!(left::Object::in_a_block_cache().clear(), 1);
    assert_eq!(right::Object::in_a_block_cache().info().currsize, 1);
    // A type of one module is no type of the other, for a function that takes both.
    assert_eq!(
        (left::generic(right.clone()), left::generic(left.clone())),
        ("it::names::left", "it::names::left")
    );
    assert_eq!(names_of("it::names::left::generic").len(), 3);
    assert_eq!(names_of("it::names::right::generic").len(), 1);
}

static SIBLINGS: Runs = Runs::new();

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct One(u8);

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Two(u8);

impl One {
    #[memoize]
    fn value(self, by: u8) -> u8 {
        SIBLINGS.add();
        self.0 + by
    }

    #[memoize]
    fn other_value(self, by: u8) -> u8 {
        SIBLINGS.add();
        self.0 * by
    }
}

impl Two {
    #[memoize]
    fn value(self, by: u8) -> u8 {
        SIBLINGS.add();
        self.0 - by
    }
}

/// Of the same name as the methods, and as a type.
#[memoize(handle = value_cache)]
fn value(of: u8, by: u8) -> u8 {
    SIBLINGS.add();
    of / by
}

#[allow(non_camel_case_types, dead_code, reason = "its name is what is tested")]
struct value {}

#[test]
fn types_and_functions() {
    for _ in 0..2 {
        assert_eq!(
            (
                One(8).value(2),
                One(8).other_value(2),
                Two(8).value(2),
                value(8, 2)
            ),
            (10, 16, 6, 4)
        );
    }
    assert_eq!(SIBLINGS.get(), 4);
    assert_eq!(
        names_of("it::names::One::"),
        ["it::names::One::other_value", "it::names::One::value"]
    );
    assert_eq!(value_cache::cache_info().hits, 1);
}

/// Two caches of one given name are two caches.
#[test]
fn given_names() {
    #[memoize(name = "names::given")]
    fn first(n: u8) -> u8 {
        n + 1
    }
    #[memoize(name = "names::given")]
    fn second(n: u8) -> u8 {
        n + 2
    }
    assert_eq!((first(1), second(1), first(1)), (2, 3, 2));
    assert_eq!(names_of("names::given"), ["names::given", "names::given"]);
    assert_eq!(
        (first::cache_info().hits, second::cache_info().hits),
        (1, 0)
    );
    assert_eq!(memokit::clear_matching("names::given"), 2);
}

/// Names of the standard library and of the expansion, taken by others.
mod taken {
    #![allow(dead_code, non_camel_case_types, reason = "names are what is tested")]

    pub(super) struct Option;
    pub(super) struct Result;
    pub(super) struct String;
    pub(super) struct Vec;
    pub(super) struct Box;
    pub(super) struct Instance;
    pub(super) struct Site;
    pub(super) struct At;
    pub(super) struct Some;
    pub(super) struct None;
    pub(super) struct Ok;
    pub(super) struct Err;
    pub(super) mod std {}
    pub(super) mod core {}
    pub(super) mod memokit {}
    pub(super) fn tagged() {}
    pub(super) fn implied() {}
    pub(super) const SITE: u8 = 0;
    pub(super) const SLOT: u8 = 0;

    pub(super) trait Traits {
        fn begin(&self) {}
        fn finish(&self) {}
        fn and(&self) {}
        fn clone(&self) {}
        fn shared(&self) {}
        fn within(&self) {}
    }
    impl<T: ?Sized> Traits for T {}
}

mod shadowed {
    use ::memokit::{Memo, memoize};
    use ::std::fmt::Debug;
    use ::std::hash::Hash;

    #[allow(unused_imports, reason = "they are not to be met")]
    use super::taken::*;

    #[derive(Debug)]
    pub(in crate::names) struct Object {
        pub(in crate::names) id: u8,
        pub(in crate::names) memo: Memo,
    }

    #[memoize]
    pub(in crate::names) fn generic<T: Debug + Hash + Eq + Send + Sync + 'static>(
        value: T,
        text: ::core::option::Option<&str>,
    ) -> ::core::result::Result<usize, ::std::string::String>
    where
        T: ::core::clone::Clone,
    {
        ::core::result::Result::Ok(::std::format!("{value:?}{text:?}").len())
    }

    #[memoize]
    impl Object {
        #[memoize(key(self = self.id))]
        pub(in crate::names) fn global(
            &self,
            any: impl Debug + Hash + Eq + ::core::clone::Clone + Send + Sync + 'static,
        ) -> usize {
            let _ = any;
            self.id.into()
        }

        #[memoize(field = memo, cache_if = |n: &usize| *n > 0)]
        pub(in crate::names) fn own(&self, n: usize) -> usize {
            n
        }

        #[memoize(scope = thread, skip(self), ttl = "1h", floats = "bits")]
        pub(in crate::names) fn local(&self, n: ::core::option::Option<f64>) -> bool {
            n.is_some()
        }
    }

    impl Object {
        #[memoize(skip(self), handle = alone_cache)]
        pub(in crate::names) fn alone<T: 'static>(&self, n: u8) -> usize {
            size_of::<T>() + usize::from(n)
        }
    }
}

mod without_prelude {
    #![no_implicit_prelude]

    pub(in crate::names) struct Object {
        pub(in crate::names) memo: ::memokit::Memo,
    }

    #[::memokit::memoize]
    impl Object {
        #[::memokit::memoize(field = memo)]
        pub(in crate::names) fn own(&self, n: u8) -> u8 {
            n
        }

        #[::memokit::memoize(skip(self), maxsize = 2)]
        pub(in crate::names) fn generic<T: 'static>(&self, _n: u8) -> usize {
            ::core::mem::size_of::<T>()
        }
    }
}

#[test]
fn names_of_others() {
    let object = shadowed::Object {
        id: 3,
        memo: memokit::Memo::new(),
    };
    assert_eq!(
        (
            shadowed::generic('a', Some("b")),
            shadowed::generic(1, None)
        ),
        (Ok(12), Ok(5))
    );
    assert_eq!(
        (object.global(1), object.global('a'), object.own(4)),
        (3, 3, 4)
    );
    assert_eq!((object.local(Some(0.5)), object.local(None)), (true, false));
    assert_eq!((object.alone::<u8>(1), object.alone::<u16>(1)), (2, 3));
    assert_eq!(shadowed::Object::alone_cache().info().misses, 2);
    assert_eq!(object.memo.len(), 1);

    let object = without_prelude::Object {
        memo: memokit::Memo::new(),
    };
    assert_eq!(
        (
            object.own(1),
            object.generic::<u16>(1),
            object.generic::<u8>(1)
        ),
        (1, 2, 1)
    );
    assert_eq!(without_prelude::Object::generic_cache().info().misses, 2);
}
