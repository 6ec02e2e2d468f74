//! A lifetime from nowhere.
use memokit::memoize;

#[memoize]
fn length(text: &'a str) -> usize {
    text.len()
}

fn main() {
    length("memo");
}
