//! An object may go to another thread, with its results.
use std::rc::Rc;

use memokit::{Memo, memoize};

#[derive(Default)]
struct Text {
    memo: Memo,
}

impl Text {
    #[memoize(field = memo)]
    fn shared(&self) -> Rc<str> {
        Rc::from("memo")
    }
}

fn main() {
    let text = Text::default();
    text.memo.clear();
    text.shared();
}
