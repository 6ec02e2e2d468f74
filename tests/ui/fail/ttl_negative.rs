//! Time does not run backwards.
use memokit::memoize;

#[memoize(ttl = -5)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
