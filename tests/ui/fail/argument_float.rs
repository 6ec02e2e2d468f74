//! A float is no key, unless its bits are.
use memokit::memoize;

#[memoize]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {
    square(2.0);
}
