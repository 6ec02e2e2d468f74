//! The arguments are as declared, and the function is last.
use memokit::memoize;

#[memoize]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square::with(&2, |n| *n);
    square::with(|n| *n, 2);
    square::with(2);
}
