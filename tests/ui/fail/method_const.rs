//! A cache lives at run time, a method's as well.
use memokit::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Square(u64);

impl Square {
    #[memoize]
    const fn area(&self) -> u64 {
        self.0 * self.0
    }
}

const AREA: u64 = Square(2).area();

fn main() {
    assert_eq!(AREA, 4);
}
