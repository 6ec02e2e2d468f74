//! `None` is a value, unless it is said not to be.
use memokit::memoize;

#[memoize(cache_none = false)]
fn dropped(n: u64) -> Option<u64> {
    n.checked_sub(1)
}

#[memoize(cache_none = true)]
fn kept(n: u64) -> Option<u64> {
    n.checked_sub(1)
}

fn main() {
    assert_eq!((dropped(0), dropped(1)), (None, Some(0)));
    assert_eq!((kept(0), kept(1)), (None, Some(0)));
    assert!(!dropped::contains(&0) && dropped::contains(&1));
    assert!(kept::contains(&0));
}
