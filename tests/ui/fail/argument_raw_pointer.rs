//! An address says little.
use memokit::memoize;

#[memoize]
fn is_null(pointer: *const u8) -> bool {
    pointer.is_null()
}

fn main() {
    is_null(std::ptr::null());
}
