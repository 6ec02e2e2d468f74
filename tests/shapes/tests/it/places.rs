//! Where functions stand, and how they are seen from elsewhere.
#![allow(
    clippy::unused_self,
    clippy::unused_unit,
    clippy::trivially_copy_pass_by_ref,
    reason = "signatures are what is tested"
)]

use std::sync::LazyLock;

use memokit::memoize;

use crate::support::Runs;

mod inner {
    use memokit::memoize;

    pub(super) mod deep {
        use memokit::memoize;

        #[memoize]
        pub(in crate::places) fn within(n: u8) -> u8 {
            n
        }

        #[memoize]
        pub(super) fn above(n: u8) -> u8 {
            n + 1
        }
    }

    #[memoize]
    pub(crate) fn seen(n: u8) -> u8 {
        deep::above(n)
    }

    pub(super) fn hits_above() -> u64 {
        deep::above::cache_info().hits
    }
}

mod globbed {
    use memokit::memoize;

    #[memoize]
    pub(super) fn from_a_glob(n: u8) -> u8 {
        n
    }
}

pub(crate) use inner::seen as renamed;

use globbed::*;

#[test]
fn visibility_and_imports() {
    use inner::deep::within;
    use inner::seen;

    assert_eq!((within(1), within(1), within::cache_info().hits), (1, 1, 1));
    assert_eq!((seen(1), renamed(1), renamed::cache_info().hits), (2, 2, 1));
    assert!(seen::invalidate(&1) && !renamed::contains(&1));
    assert_eq!((seen(1), inner::hits_above()), (2, 1));
    assert_eq!((from_a_glob(1), from_a_glob::cache_info().misses), (1, 1));
}

static NESTED: Runs = Runs::new();

trait Answer {
    fn answer(&self, n: u8) -> u8;
}

struct Adder(u8);

impl Answer for Adder {
    fn answer(&self, n: u8) -> u8 {
        #[memoize]
        fn sum(a: u8, b: u8) -> u8 {
            NESTED.add();
            a + b
        }
        sum(self.0, n)
    }
}

const _: () = {
    impl Adder {
        #[memoize(key(self = self.0))]
        fn in_a_constant(&self) -> u8 {
            NESTED.add();
            self.0
        }
    }
};

static TABLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    #[memoize]
    fn entry(n: u8) -> u8 {
        NESTED.add();
        n * 2
    }
    [1, 2, 1].into_iter().map(entry).collect()
});

#[test]
fn inside_of_other_items() {
    #[memoize]
    fn in_a_test(n: u8) -> u8 {
        NESTED.add();
        n
    }
    let in_a_closure = |n| {
        #[memoize]
        fn hidden(n: u8) -> u8 {
            NESTED.add();
            n
        }
        hidden(n) + hidden(n)
    };
    assert_eq!((Adder(1).answer(2), Adder(1).answer(2)), (3, 3));
    assert_eq!((Adder(1).in_a_constant(), Adder(1).in_a_constant()), (1, 1));
    assert_eq!(*TABLE, [2, 4, 2]);
    assert_eq!((in_a_test(1), in_a_test(1), in_a_closure(4)), (1, 1, 8));
    assert_eq!(NESTED.get(), 6);
    assert_eq!(in_a_test::cache_info().hits, 1);
}

static AS_VALUES: Runs = Runs::new();

#[memoize]
fn named(n: &u32) -> u32 {
    AS_VALUES.add();
    n + 1
}

#[memoize]
extern "C" fn foreign(n: u32) -> u32 {
    AS_VALUES.add();
    n + 2
}

#[memoize]
unsafe fn careful(n: u32) -> u32 {
    AS_VALUES.add();
    n + 3
}

struct Careful;

#[memoize]
impl Careful {
    /// # Safety
    /// Nothing is asked for.
    #[memoize]
    unsafe fn method(n: u32) -> u32 {
        AS_VALUES.add();
        n + 4
    }

    #[memoize(skip(self))]
    extern "C" fn exported(&self, n: u32) -> u32 {
        AS_VALUES.add();
        n + 5
    }
}

#[memoize]
fn nothing(n: u32) {
    AS_VALUES.add();
    let _ = n;
}

#[memoize]
fn nothing_at_all() -> () {
    AS_VALUES.add();
}

#[test]
fn functions_as_values() {
    let added: Vec<_> = [1, 2, 1].iter().map(named).collect();
    assert_eq!(added, [2, 3, 2]);
    let pointers: [extern "C" fn(u32) -> u32; 2] = [foreign; 2];
    assert_eq!(pointers.map(|pointer| pointer(1)), [3; 2]);
    // SAFETY: neither asks for anything.
    let sums = unsafe {
        [
            careful(1),
            careful(1),
            Careful::method(1),
            Careful::method(1),
        ]
    };
    assert_eq!(sums, [4, 4, 5, 5]);
    assert_eq!((Careful.exported(1), Careful.exported(1)), (6, 6));
    for _ in 0..2 {
        nothing(1);
        nothing_at_all();
    }
    assert_eq!(AS_VALUES.get(), 8);
    let ask: fn(&u32) -> bool = named::contains;
    assert!(ask(&1) && !ask(&9));
}

/// Raw identifiers wherever a name can be.
mod raw {
    use memokit::{Memo, memoize};

    #[memoize(skip(r#in), key(r#type = r#type % 10))]
    pub(super) fn r#match(r#type: u32, r#in: &str, r#as: Option<&str>) -> usize {
        r#in.len() + r#as.map_or(0, str::len) + r#type as usize
    }

    #[derive(Default)]
    pub(super) struct r#Struct {
        pub(super) r#box: Memo,
    }

    #[memoize]
    impl r#Struct {
        #[memoize(field = r#box, handle = r#for)]
        pub(super) fn r#loop(&self, r#ref: u8) -> u8 {
            r#ref + 1
        }

        #[memoize]
        pub(super) fn r#where<r#T: 'static>(r#dyn: u8) -> usize {
            size_of::<r#T>() + usize::from(r#dyn)
        }
    }
}

#[test]
fn raw_identifiers() {
    assert_eq!(raw::r#match(11, "ab", Some("c")), 14);
    assert_eq!(raw::r#match(21, "", Some("c")), 14);
    assert_eq!(raw::r#match::peek(&1, &Some("c")), Some(14));
    assert_eq!(raw::r#match::cache().name(), "it::places::raw::match");
    let object = raw::r#Struct::default();
    assert_eq!(
        (object.r#loop(1), object.r#loop(1), object.r#box.len()),
        (2, 2, 1)
    );
    assert_eq!(
        raw::r#Struct::r#for().name(),
        "it::places::raw::Struct::loop"
    );
    assert_eq!(
        (
            raw::r#Struct::r#where::<u16>(1),
            raw::r#Struct::r#where::<u8>(1)
        ),
        (3, 2)
    );
}
