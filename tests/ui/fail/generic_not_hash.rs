//! What a type parameter can do, its bounds say.
use memokit::memoize;

#[memoize]
fn text<T: ToString>(value: T) -> String {
    value.to_string()
}

fn main() {
    text(2);
}
