//! Results are kept in a `Memo`.
use std::collections::HashMap;

use memokit::memoize;

struct Text {
    words: Vec<String>,
    memo: HashMap<String, usize>,
}

impl Text {
    #[memoize(field = memo)]
    fn count(&self, word: &str) -> usize {
        self.words.iter().filter(|own| *own == word).count()
    }
}

fn main() {
    let text = Text {
        words: Vec::new(),
        memo: HashMap::new(),
    };
    text.count("memo");
    drop(text.memo);
}
