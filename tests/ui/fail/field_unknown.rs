//! A slip in the name of the field.
use memokit::{Memo, memoize};

#[derive(Default)]
struct Text {
    words: Vec<String>,
    memo: Memo,
}

impl Text {
    #[memoize(field = meno)]
    fn count(&self, word: &str) -> usize {
        self.words.iter().filter(|own| *own == word).count()
    }
}

fn main() {
    let text = Text::default();
    text.count("memo");
    text.memo.clear();
}
