//! What is held weakly has to be counted.
use std::rc::Rc;
use std::sync::Arc;

use memokit::memoize;

#[memoize(weak)]
fn plain(n: u64) -> u64 {
    n
}

#[memoize(weak)]
fn of_one_thread(n: u64) -> Rc<u64> {
    Rc::new(n)
}

#[memoize(weak, scope = thread)]
fn boxed(n: u64) -> Option<Box<u64>> {
    Some(Box::new(n))
}

#[memoize(weak)]
fn within(n: u64) -> (Arc<u64>, u64) {
    (Arc::new(n), n)
}

fn main() {
    (plain(1), of_one_thread(1), boxed(1), within(1));
}
