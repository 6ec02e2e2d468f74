//! What an `Arc` holds has to be a key.
use std::sync::Arc;

use memokit::memoize;

struct Square(u64);

impl Square {
    #[memoize]
    fn area(self: Arc<Self>) -> u64 {
        self.0 * self.0
    }
}

fn main() {
    Arc::new(Square(2)).area();
}
