//! The second attribute is behind a condition.
use memokit::memoize;

#[memoize]
#[cfg_attr(all(), memoize(ttl = "5m"))]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
