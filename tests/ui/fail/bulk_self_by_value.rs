//! The body of a method over many keys may run more than once.

use std::sync::Arc;

use memokit::memoize;

struct Users;

impl Users {
    #[memoize(bulk, skip(self))]
    fn load(self: Arc<Self>, ids: &[u64]) -> Vec<u64> {
        ids.to_vec()
    }
}

fn main() {}
