//! Other attributes beside `#[memoize]`.
#![allow(
    clippy::unused_self,
    reason = "methods are what is tested, not what they do"
)]

use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use memokit::memoize;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::Runs;

/// Counts spans.
#[derive(Clone, Default)]
struct Spans(Arc<AtomicU64>);

impl Subscriber for Spans {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(self.0.fetch_add(1, Ordering::SeqCst) + 1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn spans_of(call: impl Fn()) -> u64 {
    let spans = Spans::default();
    tracing::subscriber::with_default(spans.clone(), call);
    spans.0.load(Ordering::SeqCst)
}

#[tracing::instrument]
#[memoize]
fn traced_inside(n: u64) -> u64 {
    n + 1
}

#[memoize]
#[tracing::instrument(skip(_text), fields(length = _text.len()))]
fn traced_outside(n: u64, _text: &str) -> u64 {
    n + 1
}

#[tracing::instrument(err, ret)]
#[memoize]
fn traced_result(text: &str) -> Result<u64, std::num::ParseIntError> {
    text.parse()
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Traced(u64);

impl Traced {
    #[tracing::instrument]
    #[memoize]
    fn inside(&self, n: u64) -> u64 {
        self.0 + n
    }

    #[memoize]
    #[tracing::instrument(skip(self))]
    fn outside(&self, n: u64) -> u64 {
        self.0 + n
    }
}

#[memoize]
impl Traced {
    #[memoize]
    #[tracing::instrument]
    fn in_a_block(n: u64) -> Self {
        Self(n)
    }
}

/// Above `#[memoize]` an attribute macro sees the misses, below it every call.
#[test]
fn instrumented() {
    let thrice = |call: &dyn Fn() -> u64| {
        let call = || assert_eq!((call(), call(), call()), (2, 2, 2));
        spans_of(call)
    };
    assert_eq!(thrice(&|| traced_inside(1)), 1);
    assert_eq!(thrice(&|| traced_outside(1, "a")), 3);
    assert_eq!(thrice(&|| traced_result("2").unwrap()), 1);
    assert_eq!(thrice(&|| Traced(1).inside(1)), 1);
    assert_eq!(thrice(&|| Traced(1).outside(1)), 3);
    assert_eq!(thrice(&|| Traced::in_a_block(2).0), 3);
    assert_eq!(traced_inside::cache_info().hits, 2);
    assert_eq!(Traced::in_a_block_cache().info().hits, 2);
    assert_eq!(spans_of(|| assert!(traced_result("x").is_err())), 1);
    assert_eq!(spans_of(|| assert_eq!(traced_inside::uncached(1), 2)), 1);
}

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
