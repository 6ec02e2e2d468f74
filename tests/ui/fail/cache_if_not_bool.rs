//! Its answer is yes or no.
use memokit::memoize;

#[memoize(cache_if = |square: &u64| *square)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
