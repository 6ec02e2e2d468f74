//! Without a name for it, a lone method has no handle.
use memokit::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Square(u64);

impl Square {
    #[memoize]
    fn area(&self) -> u64 {
        self.0 * self.0
    }
}

fn main() {
    Square(2).area();
    Square::area_cache();
}
