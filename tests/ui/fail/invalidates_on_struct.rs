//! It goes on a function.
use memokit::invalidates;

#[invalidates(tag = "run")]
struct Save;

fn main() {
    let _ = Save;
}
