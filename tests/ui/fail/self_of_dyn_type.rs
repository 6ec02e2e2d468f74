//! The methods of a trait object's own type.
use memokit::memoize;

trait Shape {
    fn side(&self) -> u64;
}

impl dyn Shape {
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
    let shape: &dyn Shape = &2;
    shape.area();
}
