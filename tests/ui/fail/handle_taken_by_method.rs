//! A handle beside a method is a function of the type.
use memokit::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Square(u64);

impl Square {
    #[memoize(handle = area)]
    fn area(&self) -> u64 {
        self.0 * self.0
    }
}

#[memoize]
impl Square {
    #[memoize]
    fn side(&self) -> u64 {
        self.0
    }

    fn side_cache(&self) -> u64 {
        1
    }
}

fn main() {
    Square(2).area();
    Square(2).side() + Square(2).side_cache();
}
