//! It looks at nothing else.
use memokit::memoize;

#[memoize(cache_if = |n: &u64, square: &u64| n < square)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
