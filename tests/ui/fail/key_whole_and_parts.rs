//! The whole key, or parts of it.
use memokit::memoize;

#[memoize(key = user.len(), key(user = user.len()))]
fn rights(user: &str) -> usize {
    user.len()
}

fn main() {
    rights("ada");
}
