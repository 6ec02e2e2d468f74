//! A type without a name makes the function generic.
use memokit::memoize;

#[memoize]
fn length(text: impl AsRef<str>) -> usize {
    text.as_ref().len()
}

fn main() {
    length("memo");
}
