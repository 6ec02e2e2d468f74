//! Keys are shared by threads.
use memokit::memoize;
use std::rc::Rc;

#[memoize]
fn length(text: Rc<str>) -> usize {
    text.len()
}

fn main() {
    length("memo".into());
}
