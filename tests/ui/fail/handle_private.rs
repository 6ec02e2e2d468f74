//! The handle is as visible as the function.
mod shapes {
    use memokit::memoize;

    #[memoize]
    fn square(n: u64) -> u64 {
        n * n
    }

    pub fn area(n: u64) -> u64 {
        square(n)
    }
}

fn main() {
    shapes::area(2);
    shapes::square::cache_clear();
}
