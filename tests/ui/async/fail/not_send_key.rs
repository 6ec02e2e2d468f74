//! Tasks move between threads, so what is looked up has to.
use std::rc::Rc;

use memokit::memoize;

#[memoize]
async fn length(text: Rc<str>) -> usize {
    text.len()
}

fn main() {
    drop(length(Rc::from("memo")));
}
