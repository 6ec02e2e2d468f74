//! What a future gives is stored: it cannot borrow.
use std::pin::Pin;

use memokit::memoize;

#[memoize]
async fn trimmed(text: &str) -> &str {
    text.trim()
}

#[memoize]
fn boxed<'a>(text: &'a str) -> Pin<Box<dyn Future<Output = &'a str> + 'a>> {
    Box::pin(async move { text.trim() })
}

#[memoize]
fn opaque(text: &str) -> impl Future<Output = &str> {
    async move { text.trim() }
}

fn main() {
    drop((trimmed("a"), boxed("a"), opaque("a")));
}
