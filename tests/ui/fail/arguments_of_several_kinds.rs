//! Each unfit argument is reported at its type.
use memokit::memoize;

#[memoize]
fn mixed(x: f64, list: &mut Vec<u8>, pointer: *const u8, n: u64) -> u64 {
    list.push(u8::from(pointer.is_null()));
    n + x as u64
}

fn main() {
    mixed(2.0, &mut Vec::new(), std::ptr::null(), 2);
}
