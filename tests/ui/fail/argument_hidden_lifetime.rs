//! A lifetime that an alias hides.
use memokit::memoize;

type Text<'a> = &'a str;

#[memoize]
fn length(text: Text) -> usize {
    text.len()
}

fn main() {
    length("memo");
}
