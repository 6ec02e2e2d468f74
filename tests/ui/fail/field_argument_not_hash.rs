//! The object is no part of the key, the arguments are.
use memokit::{Memo, memoize};

#[derive(Default)]
struct Text {
    memo: Memo,
}

struct Word;

impl Text {
    #[memoize(field = memo)]
    fn count(&self, _word: Word) -> usize {
        1
    }
}

fn main() {
    let text = Text::default();
    text.memo.clear();
    text.count(Word);
}
