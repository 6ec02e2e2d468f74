//! `Self` is a type like others.
use memokit::memoize;

struct Square(u64);

impl Square {
    #[memoize]
    fn unit() -> Self {
        Square(1)
    }
}

fn main() {
    assert_eq!(Square::unit().0, 1);
}
