//! There can be several tags.
use memokit::memoize;

#[memoize(tags = "run")]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
