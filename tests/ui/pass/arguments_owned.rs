//! Owned arguments, patterns, and none at all.
use memokit::memoize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Colour {
    Red,
    Other(u8),
}

#[memoize]
fn owned(
    text: String,
    list: Vec<u8>,
    path: PathBuf,
    map: BTreeMap<u8, u8>,
    arc: Arc<str>,
) -> usize {
    text.len() + list.len() + path.as_os_str().len() + map.len() + arc.len()
}

#[memoize]
fn patterns((a, b): (u64, u64), [first, ..]: [u64; 3], mut sum: u64, _: u64, _rest: Colour) -> u64 {
    sum += a + b + first;
    sum
}

#[memoize]
fn once() -> Vec<u64> {
    vec![1]
}

#[memoize]
fn nothing(_: ()) {}

fn main() {
    let call = || {
        owned(
            "a".into(),
            vec![1],
            "p".into(),
            BTreeMap::new(),
            "arc".into(),
        )
    };
    assert_eq!((call(), call()), (6, 6));
    assert_eq!(owned::cache_info().hits, 1);
    assert_eq!(patterns((1, 2), [3, 4, 5], 6, 7, Colour::Red), 12);
    assert_eq!(patterns((1, 2), [3, 4, 5], 6, 7, Colour::Other(1)), 12);
    assert_eq!(patterns::cache_info().currsize, 2);
    assert_eq!((once(), once::peek()), (vec![1], Some(vec![1])));
    nothing(());
    assert!(nothing::contains(&()));
}
