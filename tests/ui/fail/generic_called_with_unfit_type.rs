//! Callers see the bounds of the function, on its handle as well.
use std::hash::Hash;

use memokit::memoize;

#[memoize]
fn debug<T: std::fmt::Debug + Hash + Eq + Clone + Send + Sync + 'static>(value: T) -> String {
    format!("{value:?}")
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Word(&'static str);

fn main() {
    debug(Word("memo"));
    debug::peek(&Word("memo"));
}
