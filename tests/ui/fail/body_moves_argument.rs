//! The borrow checker speaks of the body as if there were no cache.
use memokit::memoize;

#[memoize]
fn length(text: String) -> usize {
    drop(text);
    text.len()
}

fn main() {
    length("memo".to_owned());
}
