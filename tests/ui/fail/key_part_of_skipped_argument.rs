//! What is skipped has no part in the key.
use memokit::memoize;

#[memoize(skip(user), key(user = user.len()))]
fn rights(user: &str) -> usize {
    user.len()
}

fn main() {
    rights("ada");
}
