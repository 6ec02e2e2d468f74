//! Types that do not exist.
use memokit::memoize;

#[memoize]
fn length(text: &Txt) -> usize {
    text.len()
}

fn main() {
    length("memo");
}
