//! The attribute is for functions.
use memokit::memoize;

#[memoize]
struct Square(u64);

#[memoize]
enum Shape {
    Square(Square),
}

#[memoize]
union Bits {
    number: u64,
    float: f64,
}

#[memoize]
trait Area {
    fn area(&self) -> u64;
}

#[memoize]
mod areas {}

#[memoize]
const SQUARE: Square = Square(2);

#[memoize]
static SHAPE: Shape = Shape::Square(SQUARE);

#[memoize]
type Alias = Square;

#[memoize]
use std::collections::HashMap;

#[memoize]
macro_rules! area {
    () => {
        fn area() {}
    };
}

#[memoize]
unsafe extern "C" {
    fn abs(n: std::ffi::c_int) -> std::ffi::c_int;
}

area!();

fn main() {
    let _: (Bits, Alias) = (Bits { number: 1 }, SQUARE);
    let _: HashMap<u8, u8> = HashMap::new();
    let Shape::Square(_) = SHAPE;
    let _ = unsafe { abs(1) };
    area();
}
