//! Traits implemented for types of other crates.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;

use memokit::memoize;

use crate::support::Runs;

static FOREIGN: Runs = Runs::new();

trait Summary {
    fn summary(&self) -> String;
}

trait Pieces {
    fn pieces(self, by: char) -> Vec<String>;
}

impl<T: Debug + Hash + Eq + Clone + Send + Sync + 'static> Summary for Vec<T> {
    #[memoize]
    fn summary(&self) -> String {
        FOREIGN.add();
        format!("{} {:?}", self.len(), self.first())
    }
}

impl Summary for str {
    #[memoize]
    fn summary(&self) -> String {
        FOREIGN.add();
        format!("{} letters", self.len())
    }
}

impl<T: Debug + Hash + Eq + Clone + Send + Sync + 'static, const N: usize> Summary for [T; N] {
    #[memoize]
    fn summary(&self) -> String {
        FOREIGN.add();
        format!("{N} {:?}", self.last())
    }
}

impl<T: Summary + ?Sized> Summary for &T {
    /// Passed on: the object itself is the key there.
    fn summary(&self) -> String {
        (**self).summary()
    }
}

impl Summary for u64 {
    #[memoize]
    fn summary(&self) -> String {
        FOREIGN.add();
        format!("number {self}")
    }
}

impl Summary for (u8, Option<u8>) {
    #[memoize]
    fn summary(&self) -> String {
        FOREIGN.add();
        format!("pair {self:?}")
    }
}

/// Not a key by itself: a part of it is.
impl Summary for HashMap<u8, u8> {
    #[memoize(key(self = self.get(&0).copied()))]
    fn summary(&self) -> String {
        FOREIGN.add();
        format!("first {:?}", self.get(&0))
    }
}

impl Pieces for &str {
    #[memoize(key(self = self.to_string()))]
    fn pieces(self, by: char) -> Vec<String> {
        FOREIGN.add();
        self.split(by).map(str::to_owned).collect()
    }
}

#[test]
fn foreign_types() {
    for _ in 0..2 {
        assert_eq!(vec![1, 2].summary(), "2 Some(1)");
        assert_eq!(vec!['a'].summary(), "1 Some('a')");
        assert_eq!("abc".summary(), "3 letters");
        assert_eq!([1, 2].summary(), "2 Some(2)");
        assert_eq!([1, 2, 3].summary(), "3 Some(3)");
        assert_eq!((&&7_u64).summary(), "number 7");
        assert_eq!((1_u8, None).summary(), "pair (1, None)");
        assert_eq!(HashMap::from([(0, 1), (1, 1)]).summary(), "first Some(1)");
        assert_eq!(HashMap::from([(0, 1), (1, 2)]).summary(), "first Some(1)");
        assert_eq!("a b".to_owned().as_str().pieces(' '), ["a", "b"]);
    }
    assert_eq!(FOREIGN.get(), 9);
}
