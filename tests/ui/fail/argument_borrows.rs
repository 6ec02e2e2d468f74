//! A type with a lifetime needs an owned form.
use memokit::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Word<'a>(&'a str);

#[memoize]
fn length(word: Word<'_>) -> usize {
    word.0.len()
}

fn main() {
    length(Word("memo"));
}
