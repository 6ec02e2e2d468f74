//! Nobody can give a foreign type functions of their own.
use memokit::memoize;

trait Shape {
    fn area(&self) -> u64;
    fn sides(&self) -> u64;
}

#[memoize]
impl Shape for String {
    #[memoize]
    fn area(&self) -> u64 {
        1
    }

    #[memoize(handle = sides_cache)]
    fn sides(&self) -> u64 {
        4
    }
}

fn main() {
    let text = String::new();
    text.area() + text.sides();
}
