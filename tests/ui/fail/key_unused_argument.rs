//! An argument forgotten in the key would be a wrong answer.
use memokit::memoize;

#[memoize(key = user.to_lowercase())]
fn rights(user: &str, resource: u64) -> u64 {
    user.len() as u64 + resource
}

fn main() {
    rights("ada", 2);
}
