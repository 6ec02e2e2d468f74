//! Attributes of other crates beside `#[memoize]` on async functions.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use memokit::memoize;
use smol::future::yield_now;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber, instrument};

use crate::support::Runs;

/// Counts the spans that are made.
#[derive(Clone, Default)]
struct Spans(Arc<AtomicUsize>);

impl Subscriber for Spans {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1 + self.0.fetch_add(1, Ordering::SeqCst) as u64)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// How many spans a miss and three hits make.
fn spans<F: Future<Output = u64>>(call: impl Fn() -> F) -> usize {
    let spans = Spans::default();
    tracing::subscriber::with_default(spans.clone(), || {
        smol::block_on(async {
            for _ in 0..4 {
                assert_eq!(call().await, 3);
            }
        });
    });
    spans.0.load(Ordering::SeqCst)
}

#[instrument]
#[memoize]
async fn above(n: u64) -> u64 {
    yield_now().await;
    n
}

#[memoize]
#[instrument(skip(n), fields(twice = n * 2))]
async fn below(n: u64) -> u64 {
    yield_now().await;
    n
}

#[instrument(err)]
#[memoize]
async fn above_fallible(n: u64) -> Result<u64, std::num::ParseIntError> {
    let three: u64 = over_an_await("3").await.parse()?;
    Ok(three.min(n))
}

async fn over_an_await<T>(value: T) -> T {
    yield_now().await;
    value
}

#[test]
fn spans_above_are_for_misses_and_below_for_every_call() {
    assert_eq!(spans(|| above(3)), 1);
    assert_eq!(spans(|| below(3)), 4);
    assert_eq!(spans(|| async { above_fallible(3).await.unwrap_or(0) }), 1);
}

/// With docs, and what else there is.
#[cfg_attr(all(), memoize(maxsize = 5))]
#[must_use]
#[inline]
async fn conditional(r#type: u64) -> u64 {
    over_an_await(r#type).await
}

macro_rules! loaders {
    ($($label:literal $name:ident: $ty:ty = $value:expr),* $(,)?) => {
        $(
            #[memoize(name = $label)]
            async fn $name(key: $ty) -> $ty {
                over_an_await(key + $value).await
            }
        )*
    };
}

loaders!("a loader" small: u8 = 1, "another" r#loop: u64 = 2);

static RUNS: Runs = Runs::new();

/// A test is a function like any other: without arguments it runs once.
#[tokio::test]
#[memoize]
async fn inside_of_a_test_attribute() {
    RUNS.add();
    assert_eq!(conditional(1).await, 1);
    assert_eq!(small(1).await, 2);
    assert_eq!(r#loop(1).await, 3);
    assert_eq!(
        (small::cache().name(), r#loop::cache().name()),
        ("a loader".into(), "another".into())
    );
    assert_eq!(RUNS.get(), 1);
}
