//! A bound counts results.
use memokit::memoize;

#[memoize(maxsize = "64MiB")]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
