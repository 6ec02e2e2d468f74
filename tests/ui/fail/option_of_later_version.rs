//! Options that are reserved are not taken for slips.
use memokit::memoize;

#[memoize(backend, compress, version = 2)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
