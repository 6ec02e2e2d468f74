//! The path of the crate leads somewhere.
use memokit::memoize;

#[memoize(crate = ::memo)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
