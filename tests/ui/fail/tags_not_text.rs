//! A tag is text.
use memokit::memoize;

#[memoize(tags(run, "user"))]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
