//! What counts of the object has to be a key itself.
use memokit::memoize;

struct Circle {
    radius: f64,
}

impl Circle {
    #[memoize(key(self = self.radius))]
    fn area(&self) -> f64 {
        self.radius * self.radius * 3.0
    }
}

fn main() {
    Circle { radius: 2.0 }.area();
}
