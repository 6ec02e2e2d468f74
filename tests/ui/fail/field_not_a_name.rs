//! The field is a name, or a way of names.
use memokit::{Memo, memoize};

#[derive(Default)]
struct Text {
    memo: Memo,
}

impl Text {
    #[memoize(field = self.memo)]
    fn one(&self) -> usize {
        1
    }

    #[memoize(field = "memo")]
    fn two(&self) -> usize {
        2
    }

    #[memoize(field = &self.memo)]
    fn three(&self) -> usize {
        3
    }

    #[memoize(field)]
    fn four(&self) -> usize {
        4
    }
}

fn main() {
    let text = Text::default();
    text.memo.clear();
    text.one() + text.two() + text.three() + text.four();
}
