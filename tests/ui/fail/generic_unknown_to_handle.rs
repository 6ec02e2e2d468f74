//! Where no argument tells the instantiation, the handle has to be told.
use memokit::memoize;

#[memoize]
fn size<T: 'static>() -> usize {
    size_of::<T>()
}

fn main() {
    size::<u8>();
    size::peek();
    size::peek::<u8>();
}
