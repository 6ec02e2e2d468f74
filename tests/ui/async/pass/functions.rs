//! Async functions of each form.
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use memokit::memoize;

#[memoize(maxsize = 3, ttl = "5m")]
async fn square(n: u64) -> u64 {
    n * n
}

#[memoize]
fn boxed(n: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move { n * n })
}

#[memoize]
fn opaque(n: u64) -> impl Future<Output = u64> + Send {
    async move { n * n }
}

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("nothing here waits"),
    }
}

fn main() {
    assert_eq!(now(square(2)) + now(boxed(2)) + now(opaque(2)), 12);
    assert_eq!(square::peek(&2), Some(4));
    assert_eq!(now(square::refresh(2)), 4);
}
