//! It has to say what becomes stale.
use memokit::invalidates;

#[invalidates]
fn save() {}

fn main() {
    save();
}
