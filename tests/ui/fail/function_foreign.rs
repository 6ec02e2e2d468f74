//! A foreign function has no body here.
use memokit::memoize;

unsafe extern "C" {
    #[memoize]
    fn abs(n: std::ffi::c_int) -> std::ffi::c_int;
}

fn main() {
    // SAFETY: the function only computes.
    unsafe { abs(2) };
}
