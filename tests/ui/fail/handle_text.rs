//! The handle's name is a name.
use memokit::memoize;

#[memoize(handle = "squares")]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
