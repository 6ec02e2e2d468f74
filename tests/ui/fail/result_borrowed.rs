//! A result outlives the call.
use memokit::memoize;

#[memoize]
fn first(text: &str) -> &str {
    text.split(' ').next().unwrap_or(text)
}

fn main() {
    first("a b");
}
