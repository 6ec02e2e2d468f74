//! A field is an object's.
use memokit::memoize;

#[memoize(field = memo)]
fn square(n: u64) -> u64 {
    n * n
}

struct Square;

#[memoize]
impl Square {
    #[memoize(field = memo)]
    fn area(side: u64) -> u64 {
        side * side
    }
}

fn main() {
    square(2);
    Square::area(2);
}
