//! Each bound is asked for: here `Clone` is missing.
use std::hash::Hash;

use memokit::memoize;

#[memoize]
fn text<T: ToString + Hash + Eq + Send + Sync + 'static>(value: T) -> String {
    value.to_string()
}

fn main() {
    text(2);
}
