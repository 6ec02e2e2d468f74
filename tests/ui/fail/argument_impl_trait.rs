//! What an unnamed type can do, its bounds say.
use memokit::memoize;

#[memoize]
fn length(text: impl AsRef<str>) -> usize {
    text.as_ref().len()
}

fn main() {
    length("memo");
}
