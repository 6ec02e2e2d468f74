//! Settings are the same for all instantiations.
use memokit::memoize;

#[memoize(maxsize = N)]
fn rows<const N: usize>(width: usize) -> usize {
    width * N
}

#[memoize(maxsize = size_of::<T>())]
fn size<T: 'static>() -> usize {
    size_of::<T>()
}

struct Rows<const N: usize>;

impl<const N: usize> Rows<N> {
    #[memoize(skip(self), maxsize = N)]
    fn rows(&self) -> usize {
        N
    }
}

fn main() {
    rows::<2>(1) + size::<u8>() + Rows::<3>.rows();
}
