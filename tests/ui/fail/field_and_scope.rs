//! Whoever has the object has its results.
use memokit::{Memo, memoize};

#[derive(Default)]
struct Text {
    memo: Memo,
}

impl Text {
    #[memoize(field = memo, scope = thread)]
    fn length(&self) -> usize {
        1
    }
}

fn main() {
    let text = Text::default();
    text.memo.clear();
    text.length();
}
