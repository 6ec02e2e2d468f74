//! An empty list was meant to hold something.
use memokit::memoize;

#[memoize(key())]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
