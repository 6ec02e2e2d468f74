//! Around a lone method, the parameters are the compiler's to report.
use memokit::memoize;

struct Rows<const N: usize>;

impl<const N: usize> Rows<N> {
    #[memoize(skip(self), maxsize = N)]
    fn rows(&self) -> usize {
        N
    }
}

fn main() {
    Rows::<3>.rows();
}
