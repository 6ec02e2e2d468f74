//! Results are shared by threads.
use memokit::memoize;
use std::rc::Rc;

#[memoize]
fn shared(n: u64) -> Rc<u64> {
    Rc::new(n)
}

fn main() {
    shared(2);
}
