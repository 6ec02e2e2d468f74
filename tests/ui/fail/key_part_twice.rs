//! One expression for an argument.
use memokit::memoize;

#[memoize(key(user = user.len(), user = user.to_lowercase()))]
fn rights(user: &str) -> usize {
    user.len()
}

fn main() {
    rights("ada");
}
