//! What C passes cannot be stored.
use memokit::memoize;

#[memoize]
unsafe extern "C" fn sum(count: u32, _: ...) -> u32 {
    count
}

fn main() {
    unsafe { sum(1, 2) };
}
