//! A trait's block has room for the trait's functions only; a memoized block makes another.
use memokit::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Square(u64);

trait Shape {
    fn area(&self) -> u64;
}

impl Shape for Square {
    #[memoize(handle = area_cache)]
    fn area(&self) -> u64 {
        self.0 * self.0
    }
}

fn main() {
    Square(2).area();
    Square::area_cache();
}
