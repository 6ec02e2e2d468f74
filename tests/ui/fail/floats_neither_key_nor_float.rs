//! `floats = "bits"` does not make a key of everything that has a float in it.
use memokit::memoize;
use std::collections::HashMap;

type Prices = HashMap<u8, f64>;

#[memoize(floats = "bits")]
fn total(prices: &Prices) -> f64 {
    prices.values().sum()
}

fn main() {
    total(&Prices::new());
}
