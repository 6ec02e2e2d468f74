//! The handle's functions take the arguments by reference.
use memokit::memoize;

#[memoize]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
    square::invalidate(2);
}
