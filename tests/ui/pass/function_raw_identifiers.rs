//! Keywords as names.
use memokit::memoize;

#[memoize(skip(r#fn))]
fn r#match(r#type: u64, r#fn: u64) -> u64 {
    r#type + r#fn
}

#[memoize(key(r#type = r#type.len()))]
fn r#async(r#type: &str) -> usize {
    r#type.len()
}

fn main() {
    assert_eq!(r#match(1, 2), 3);
    assert!(r#match::contains(&1));
    assert!(r#match::cache().name().ends_with("::match"));
    assert_eq!(r#async("a"), 1);
}
