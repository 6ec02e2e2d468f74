//! A constant for the bound is a `usize`.
use memokit::memoize;

const SIZE: u32 = 100;

#[memoize(maxsize = SIZE)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
