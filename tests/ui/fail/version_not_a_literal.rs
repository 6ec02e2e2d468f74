//! A version is part of a number that is made when the function is expanded.
use memokit::memoize;

const VERSION: u32 = 2;

#[memoize(version = VERSION)]
fn square(n: u64) -> u64 {
    n * n
}

#[memoize(version)]
fn cube(n: u64) -> u64 {
    n * n * n
}

fn main() {
    square(2);
    cube(2);
}
