//! Nor is what holds floats.
use memokit::memoize;

#[memoize]
fn sum(xs: &[f64], scale: Option<f32>) -> f64 {
    xs.iter().sum::<f64>() * f64::from(scale.unwrap_or(1.0))
}

fn main() {
    sum(&[2.0], None);
}
