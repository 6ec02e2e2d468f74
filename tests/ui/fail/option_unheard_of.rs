//! Nothing is near this name: all options are listed.
use memokit::memoize;

#[memoize(banana = 1)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
