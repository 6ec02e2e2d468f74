//! Nobody calls it.
#![deny(dead_code)]
use memokit::memoize;

#[memoize]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {}
