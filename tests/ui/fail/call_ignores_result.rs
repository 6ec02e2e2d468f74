//! What must be used must be used.
#![deny(unused_must_use)]
use memokit::memoize;

#[memoize]
#[must_use]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
