//! A key expression sees the arguments by reference.
use memokit::memoize;

#[memoize(key = user.into_bytes())]
fn rights(user: String) -> usize {
    user.len()
}

fn main() {
    rights("ada".to_owned());
}
