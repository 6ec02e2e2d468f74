//! What belongs to the object cannot outlive it in a cache.
use std::borrow::Cow;

use memokit::{Memo, memoize};

#[derive(Clone, PartialEq, Eq, Hash, Default)]
struct Text {
    text: String,
    memo: Memo,
}

impl Text {
    #[memoize]
    fn trimmed(&self) -> &str {
        self.text.trim()
    }

    #[memoize(field = memo)]
    fn lower(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.text)
    }

    #[memoize(skip(self))]
    fn lines(&self) -> impl Iterator<Item = String> {
        self.text.lines().map(str::to_owned)
    }

    #[memoize]
    fn own(&self) -> &Self {
        self
    }
}

fn main() {
    let text = Text::default();
    text.memo.clear();
    (text.trimmed(), text.lower(), text.lines().count(), text.own());
}
