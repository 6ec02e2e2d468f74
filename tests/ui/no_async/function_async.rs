//! Each way to write an async function needs the feature.
use std::pin::Pin;

use memokit::memoize;

#[memoize]
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

fn main() {
    drop((square(2), boxed(2), opaque(2)));
}
