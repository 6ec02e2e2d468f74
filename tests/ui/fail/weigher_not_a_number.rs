//! Its answer is a number of bytes.
use memokit::memoize;

#[memoize(weigher = |square: &u64| *square)]
fn square(n: u64) -> u64 {
    n * n
}

fn size(_: &u64) -> u32 {
    8
}

#[memoize(weigher = size)]
fn cube(n: u64) -> u64 {
    n * n * n
}

fn main() {
    square(2);
    cube(2);
}
