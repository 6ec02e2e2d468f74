//! A switch has two positions.
use memokit::memoize;

#[memoize(stats = 0)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
