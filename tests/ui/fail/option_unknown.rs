//! A slip in an option's name: the right one is suggested.
use memokit::memoize;

#[memoize(maxsze = 100)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
