//! The result of a method in a trait is named there.
use memokit::memoize;

trait Numbers {
    fn numbers(&self) -> impl Iterator<Item = u64>;
}

impl Numbers for u64 {
    #[memoize]
    fn numbers(&self) -> impl Iterator<Item = u64> {
        0..*self
    }
}

fn main() {
    2_u64.numbers().count();
}
