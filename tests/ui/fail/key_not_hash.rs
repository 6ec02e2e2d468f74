//! The value of a key expression is a key.
use memokit::memoize;

#[memoize(key = f64::from(n).sqrt())]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(2);
}
