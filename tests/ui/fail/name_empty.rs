//! A name says something.
use memokit::memoize;

#[memoize(name = "")]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
