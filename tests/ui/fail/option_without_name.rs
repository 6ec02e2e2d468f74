//! A value alone does not say which option it is for.
use memokit::memoize;

#[memoize(100)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
