//! There is one way to compare floats.
use memokit::memoize;

#[memoize(floats = "exact")]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {
    square(2.0);
}
