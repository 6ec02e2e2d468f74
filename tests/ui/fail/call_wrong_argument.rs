//! A wrong call is reported as it is for the function alone.
use memokit::memoize;

#[memoize]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square("two");
}
