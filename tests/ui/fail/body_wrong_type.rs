//! A mistake in the body is reported in the body.
use memokit::memoize;

#[memoize]
fn length(text: &str) -> u64 {
    text.len()
}

fn main() {
    length("memo");
}
