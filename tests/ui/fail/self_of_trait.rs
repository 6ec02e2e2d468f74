//! In a trait, whether `Self` is a key is for its bounds to say.
use memokit::memoize;

trait Shape {
    fn side(&self) -> u64;

    #[memoize]
    fn area(&self) -> u64 {
        self.side() * self.side()
    }
}

impl Shape for u64 {
    fn side(&self) -> u64 {
        *self
    }
}

fn main() {
    2_u64.area();
}
