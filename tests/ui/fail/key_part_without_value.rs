//! A list of names is not what `key(..)` takes.
use memokit::memoize;

#[memoize(key(user))]
fn rights(user: &str, verbose: bool) -> usize {
    if verbose { user.len() } else { 0 }
}

fn main() {
    rights("ada", true);
}
