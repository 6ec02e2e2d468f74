//! Settings are the same for all instantiations.
use std::time::Duration;

use memokit::memoize;

#[memoize(maxsize = N, oom_protection = N > 2)]
fn rows<const N: usize>(width: usize) -> usize {
    width * N
}

#[memoize(ttl = Duration::from_secs(size_of::<T>() as u64))]
fn size<T: 'static>() -> usize {
    size_of::<T>()
}

#[memoize(tti = || Duration::from_secs(size_of::<T>() as u64))]
fn idle<T: 'static>() -> usize {
    size_of::<T>()
}

struct Rows<const N: usize>;

#[memoize]
impl<const N: usize> Rows<N> {
    #[memoize(skip(self), maxsize = N)]
    fn rows(&self) -> usize {
        N
    }
}

fn main() {
    rows::<2>(1) + size::<u8>() + idle::<u8>() + Rows::<3>.rows();
}
