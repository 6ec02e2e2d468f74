//! So does what is in it.
use memokit::memoize;
use std::borrow::Cow;

#[memoize]
fn words<'a>(text: &'a str) -> Vec<&'a str> {
    text.split(' ').collect()
}

#[memoize]
fn trimmed(text: &str) -> Option<Cow<'_, str>> {
    Some(text.trim().into())
}

fn main() {
    words("a b");
    trimmed("a ");
}
