//! A trait object is no key.
use memokit::memoize;
use std::fmt::Display;

#[memoize]
fn length(value: &dyn Display) -> usize {
    value.to_string().len()
}

fn main() {
    length(&2);
}
