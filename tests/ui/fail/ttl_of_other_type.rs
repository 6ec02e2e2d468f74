//! A literal that is no duration.
use memokit::memoize;

#[memoize(ttl = true)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
