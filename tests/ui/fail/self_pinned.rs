//! `&mut`, in whatever form.
use std::pin::Pin;

use memokit::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Counter(u64);

impl Counter {
    #[memoize]
    fn next(mut self: Pin<&mut Self>) -> u64 {
        self.0 += 1;
        self.0
    }
}

fn main() {
    Pin::new(&mut Counter(1)).next();
}
