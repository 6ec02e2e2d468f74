//! A part of the key is an argument's.
use memokit::memoize;

#[memoize(key(usr = user.to_lowercase()))]
fn rights(user: &str) -> usize {
    user.len()
}

fn main() {
    rights("ada");
}
