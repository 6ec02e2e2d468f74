//! A condition looks at the result.
use memokit::memoize;

#[memoize(cache_if = true)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
