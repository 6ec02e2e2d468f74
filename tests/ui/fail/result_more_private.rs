//! A type that is more private than the function.
#![deny(private_interfaces)]
use memokit::memoize;

mod shapes {
    #[derive(Clone)]
    struct Square(u64);

    #[super::memoize]
    pub fn square(n: u64) -> Square {
        Square(n)
    }

    pub fn side(n: u64) -> u64 {
        square(n).0
    }
}

fn main() {
    shapes::side(2);
}
