//! A path is not text.
use memokit::memoize;

#[memoize(crate = "memokit")]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
