//! Lints about the name look at the function.
#![deny(nonstandard_style)]
use memokit::memoize;

#[memoize]
fn squareOf(n: u64) -> u64 {
    n * n
}

fn main() {
    squareOf(2);
}
