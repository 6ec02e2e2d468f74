//! Lints look at what was written.
#![deny(unused, clippy::all)]
use memokit::memoize;

#[memoize]
fn square(n: u64, scale: u64) -> u64 {
    let twice = 2 * n;
    n * n
}

fn main() {
    square(2, 3);
}
