//! In a cache for each thread less is asked for.
use memokit::memoize;
use std::cell::Cell;

#[memoize(scope = thread)]
fn get(cell: Cell<u64>) -> u64 {
    cell.get()
}

fn main() {
    get(Cell::new(2));
}
