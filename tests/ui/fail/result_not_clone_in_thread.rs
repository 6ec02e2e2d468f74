//! Those of a cache for each thread are not, but they are cloned.
use memokit::memoize;
use std::cell::RefCell;
use std::sync::Mutex;

#[memoize(scope = thread)]
fn guarded(n: u64) -> Mutex<RefCell<u64>> {
    Mutex::new(RefCell::new(n))
}

fn main() {
    let _ = guarded(2);
}
