//! Callers are told, the expansion is not.
#![deny(deprecated)]
use memokit::memoize;

#[memoize]
#[deprecated = "multiply"]
fn square(n: u64) -> u64 {
    if n > 1 { square(1) * n * n } else { n }
}

fn main() {
    square(2);
}
