//! One cache for a function.
use memokit::memoize;

#[memoize(maxsize = 10)]
#[memoize(ttl = "5m")]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
