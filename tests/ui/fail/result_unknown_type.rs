//! Types that do not exist.
use memokit::memoize;

#[memoize]
fn square(n: u64) -> Number {
    n * n
}

fn main() {
    square(2);
}
