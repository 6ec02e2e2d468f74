//! `#[tracing::instrument]` above and below `#[memoize]`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use memokit::memoize;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

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
