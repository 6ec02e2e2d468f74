//! Floats by their bits, alone and inside.
use memokit::memoize;

#[memoize(floats = "bits")]
fn root(x: f64) -> f64 {
    x.sqrt()
}

#[memoize(floats = "bits")]
fn inside(pair: (f32, u8), maybe: Option<f64>, list: &[f64], place: [f32; 2]) -> f64 {
    let place = f64::from(place[0] * place[1]);
    f64::from(pair.0) + f64::from(pair.1) + maybe.unwrap_or(0.0) + list.iter().sum::<f64>() + place
}

fn main() {
    assert!(root(-1.0).is_nan() && root(-1.0).is_nan());
    assert_eq!(root(f64::NAN).is_nan(), root(f64::NAN).is_nan());
    assert_eq!(root::cache_info().hits, 2);
    assert_eq!(inside((1.0, 2), Some(3.0), &[4.0, 5.0], [2.0, 3.0]), 21.0);
    assert!(inside::contains(
        &(1.0, 2),
        &Some(3.0),
        &[4.0, 5.0],
        &[2.0, 3.0]
    ));
}
