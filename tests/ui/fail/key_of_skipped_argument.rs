//! Skipped, and in the key: one of them is a mistake.
use memokit::memoize;

#[memoize(key = (user.len(), verbose), skip(verbose))]
fn rights(user: &str, verbose: bool) -> usize {
    if verbose { user.len() } else { 0 }
}

fn main() {
    rights("ada", true);
}
