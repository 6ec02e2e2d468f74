//! Of a result, the bounds say whether it can be stored.
use memokit::memoize;

#[memoize]
fn fresh<T: Default + Send + Sync + 'static>(n: u64) -> Option<T> {
    (n > 0).then(T::default)
}

fn main() {
    fresh::<u64>(2);
}
