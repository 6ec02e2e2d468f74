//! A cache outlives the call.
use std::hash::Hash;

use memokit::memoize;

#[memoize]
fn text<T: ToString + Hash + Eq + Clone + Send + Sync>(value: T) -> String {
    value.to_string()
}

fn main() {
    text(2);
}
