//! Functions under conditions, with types that exist under these only.
use memokit::memoize;

#[memoize]
#[cfg(any())]
fn absent(n: NoSuchType) -> NoSuchType {
    n
}

#[cfg(any())]
#[memoize]
fn absent(n: NoSuchType) -> NoSuchType {
    n
}

#[memoize]
#[cfg(all())]
fn present(n: u64) -> u64 {
    n
}

#[memoize(maxsize = 10)]
#[cfg(any())]
fn twofold(n: u64) -> u64 {
    n
}

#[memoize(maxsize = 20)]
#[cfg(not(any()))]
fn twofold(n: u64) -> u64 {
    n
}

#[cfg_attr(all(), memoize(maxsize = 3))]
#[cfg_attr(all(), must_use, cfg(all()))]
fn conditionally(n: u64) -> u64 {
    n
}

#[cfg_attr(any(), memoize)]
fn plain(n: u64) -> u64 {
    n
}

fn main() {
    assert_eq!(present(1) + twofold(1) + conditionally(1) + plain(1), 4);
    assert_eq!(twofold::cache_parameters().maxsize, Some(20));
    assert_eq!(conditionally::cache_parameters().maxsize, Some(3));
}
