//! A unit that is none.
use memokit::memoize;

#[memoize(ttl = "5 parsecs")]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
