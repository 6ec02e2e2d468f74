//! An object with a lifetime cannot be kept.
use memokit::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Word<'a>(&'a str);

impl Word<'_> {
    #[memoize]
    fn length(&self) -> usize {
        self.0.len()
    }
}

fn main() {
    Word("memo").length();
}
