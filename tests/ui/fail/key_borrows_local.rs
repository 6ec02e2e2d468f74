//! The value of a key expression is kept, so it cannot point into the expression.
use memokit::memoize;

#[memoize(key = user.to_lowercase().as_str())]
fn rights(user: &str) -> usize {
    user.len()
}

fn main() {
    rights("ada");
}
