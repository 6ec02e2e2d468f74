//! Other attributes beside `#[memoize]`.
#![allow(
    clippy::unused_self,
    reason = "methods are what is tested, not what they do"
)]

use std::panic::Location;

use memokit::memoize;

use crate::support::Runs;

#[memoize]
#[track_caller]
fn location(n: u8) -> &'static Location<'static> {
    let _ = n;
    Location::caller()
}

#[track_caller]
fn outer_location() -> &'static Location<'static> {
    Location::caller()
}

/// A wrapper tells every caller apart.
#[track_caller]
fn located(n: u8) -> u32 {
    #[memoize]
    fn computed(n: u8, at: &'static Location<'static>) -> u32 {
        u32::from(n) + at.line()
    }
    computed(n, Location::caller())
}

#[test]
fn callers() {
    let (first, line) = (location(1), line!());
    assert_eq!(first.line(), line);
    assert_eq!(location(1), first, "a hit has the first caller's");
    assert_eq!(location(2).line(), line!());
    assert_eq!(location::uncached(1).line(), line!());
    assert_eq!(outer_location().line(), line!());
    let lines = (located(0), line!());
    assert_eq!(lines.0, lines.1);
    assert_eq!(located(0), line!());
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Located;

impl Located {
    /// A memoized method does not see its caller, and refuses the attribute.
    #[track_caller]
    fn located(&self) -> &'static Location<'static> {
        self.location_of(Location::caller())
    }

    #[memoize]
    fn location_of(&self, caller: &'static Location<'static>) -> &'static Location<'static> {
        caller
    }
}

#[test]
fn callers_of_methods() {
    let object = Located;
    assert_eq!(object.located().line(), line!());
    assert_eq!(object.located().line(), line!());
}

static CONDITIONAL: Runs = Runs::new();

#[cfg_attr(all(), memoize)]
fn when(n: u8) -> u8 {
    CONDITIONAL.add();
    n
}

#[cfg_attr(not(miri), memoize(maxsize = 4))]
fn bounded_when(n: u8) -> u8 {
    CONDITIONAL.add();
    n
}

#[cfg_attr(any(), memoize)]
fn never(n: u8) -> u8 {
    CONDITIONAL.add();
    n
}

struct Conditional;

impl Conditional {
    #[cfg_attr(all(), memoize(skip(self)))]
    fn when(&self, n: u8) -> u8 {
        CONDITIONAL.add();
        n
    }

    #[memoize(skip(self))]
    #[cfg(any())]
    fn absent(&self) -> NoSuchType {
        NoSuchType
    }

    #[memoize(skip(self))]
    #[cfg_attr(all(), inline, must_use)]
    fn present(&self) -> u8 {
        CONDITIONAL.add();
        1
    }
}

#[test]
fn conditions() {
    for _ in 0..2 {
        assert_eq!(
            (
                when(1),
                bounded_when(1),
                Conditional.when(1),
                Conditional.present()
            ),
            (1, 1, 1, 1)
        );
    }
    assert_eq!(CONDITIONAL.get(), 4);
    assert_eq!(bounded_when::cache_parameters().maxsize, Some(4));
    assert_eq!(when::cache_info().hits, 1);
    assert_eq!((never(1), never(1), CONDITIONAL.get()), (1, 1, 6));
}

static OTHERS: Runs = Runs::new();

#[memoize]
#[inline(always)]
#[must_use = "it is costly"]
#[doc(alias = "costly")]
fn inlined(#[allow(unused_variables, reason = "it is what is tested")] n: u8) -> u8 {
    OTHERS.add();
    1
}

#[memoize]
#[cold]
#[inline(never)]
fn cold(n: u8) -> u8 {
    OTHERS.add();
    n
}

#[memoize]
#[deprecated(note = "for a test")]
fn deprecated(n: u8) -> u8 {
    OTHERS.add();
    n
}

struct Others;

#[memoize]
impl Others {
    #[memoize]
    #[deprecated(note = "for a test")]
    #[inline]
    fn old(n: u8) -> u8 {
        OTHERS.add();
        n
    }

    /// The lint that is expected is in the body.
    #[memoize]
    #[expect(unused_mut, reason = "it is what is tested")]
    #[cold]
    fn expecting(n: u8) -> u8 {
        OTHERS.add();
        let mut same = n;
        same.min(9)
    }

    /// A name that is not Rust's style.
    #[memoize(skip(self))]
    #[allow(non_snake_case, clippy::unused_self, reason = "it is what is tested")]
    fn notSnake(&self, mut n: u8) -> u8 {
        OTHERS.add();
        n += 1;
        n
    }
}

#[test]
#[allow(deprecated, reason = "it is what is tested")]
fn attributes_of_the_compiler() {
    for _ in 0..2 {
        assert_eq!((inlined(1), cold(2), deprecated(3)), (1, 2, 3));
        assert_eq!(
            (Others::old(4), Others::expecting(5), Others.notSnake(5)),
            (4, 5, 6)
        );
    }
    assert_eq!(OTHERS.get(), 6);
    assert_eq!(deprecated::cache_info().hits, 1);
    assert_eq!(Others::old_cache().info().hits, 1);
}
