//! What other cache crates call an option: the name here, or what to write instead.
use memokit::memoize;

#[memoize(size = 100)]
fn by_size(n: u64) -> u64 {
    n
}

#[memoize(time_to_live = 60)]
fn by_age(n: u64) -> u64 {
    n
}

#[memoize(sync_writes = true)]
fn together(n: u64) -> u64 {
    n
}

#[memoize(unbounded)]
fn all(n: u64) -> u64 {
    n
}

fn main() {
    by_size(1) + by_age(2) + together(3) + all(4);
}
