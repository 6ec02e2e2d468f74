//! Options are not text.
use memokit::memoize;

#[memoize("maxsize = 10")]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
