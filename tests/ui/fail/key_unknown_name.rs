//! A key expression sees the arguments.
use memokit::memoize;

#[memoize(key = (n, m))]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(2);
}
