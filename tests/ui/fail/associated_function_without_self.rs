//! Where nothing tells it from a free function, the compiler reports the handle that it emits.
use memokit::memoize;

struct Square;

impl Square {
    #[memoize]
    fn area(side: u64) -> u64 {
        side * side
    }
}

fn main() {
    Square::area(2);
}
