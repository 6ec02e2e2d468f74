//! A crate that forbids what it can, with async functions.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    missing_copy_implementations,
    unreachable_pub,
    unused_qualifications,
    unused_results,
    unused_lifetimes,
    single_use_lifetimes,
    elided_lifetimes_in_paths,
    let_underscore_drop,
    non_ascii_idents,
    trivial_casts,
    trivial_numeric_casts,
    variant_size_differences,
    keyword_idents,
    rust_2018_idioms,
    clippy::all,
    clippy::pedantic,
    clippy::undocumented_unsafe_blocks,
    clippy::allow_attributes_without_reason
)]

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use memokit::{Memo, memoize};

/// Documented.
#[memoize(maxsize = 3, ttl = "5m", cache_if = |n: &u64| *n > 0)]
pub async fn square(n: u64) -> u64 {
    n * n
}

#[memoize]
fn boxed(n: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move { if n == 0 { 1 } else { n * boxed(n - 1).await } })
}

#[memoize(scope = thread)]
async fn first(text: &str, _verbose: bool) -> Result<char, String> {
    let first = text.chars().next().ok_or_else(|| text.to_owned())?;
    Ok(first)
}

/// With a cache in each object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Text {
    text: String,
    memo: Memo,
}

#[memoize]
impl Text {
    /// Documented.
    #[memoize]
    pub async fn length(&self) -> usize {
        self.text.len()
    }

    /// Documented.
    #[memoize(field = memo)]
    pub async fn count(&self, word: &str) -> usize {
        self.text.matches(word).count()
    }
}

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("nothing here waits"),
    }
}

fn main() {
    assert_eq!(now(square(2)) + now(boxed(3)), 10);
    assert_eq!(now(first("", true)), Err(String::new()));
    let text = Text {
        text: "memo".to_owned(),
        ..Text::default()
    };
    assert_eq!(now(text.length()) + now(text.count("m")), 6);
    assert_eq!(Text::length_cache().info().misses, 1);
}
