//! Borrowed arguments in every ordinary shape.
use memokit::memoize;
use std::borrow::Cow;
use std::ffi::{CStr, OsStr};
use std::path::Path;
use std::sync::Arc;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Point(i32, i32);

#[memoize]
fn plain(text: &str, list: &[u32], path: &Path, point: &Point, os: &OsStr, c: &CStr) -> usize {
    let point = usize::from(point.0 == point.1);
    text.len() + list.len() + path.as_os_str().len() + point + os.len() + c.count_bytes()
}

#[memoize]
fn inside(
    maybe: Option<&str>,
    pair: (&str, u64),
    nested: Option<(&Path, Option<&[u8]>)>,
    cow: Cow<'_, str>,
    strs: &[&str],
    twice: &&str,
    arc: &Arc<str>,
) -> usize {
    let nested = nested.is_some_and(|(_, bytes)| bytes.is_some());
    let maybe = maybe.map_or(0, str::len);
    maybe + pair.0.len() + usize::from(nested) + cow.len() + strs.len() + twice.len() + arc.len()
}

#[memoize]
fn named<'a, 'b: 'a>(first: &'a str, second: Option<&'b str>, third: &'static str) -> usize {
    first.len() + second.map_or(0, str::len) + third.len()
}

#[memoize]
fn statically(n: u64) -> &'static str {
    if n == 0 { "none" } else { "some" }
}

fn main() {
    let point = Point(1, 1);
    assert_eq!(
        plain("a", &[1], Path::new("p"), &point, OsStr::new("o"), c"c"),
        6
    );
    assert!(plain::contains(
        "a",
        &[1],
        Path::new("p"),
        &point,
        OsStr::new("o"),
        c"c"
    ));
    let arc: Arc<str> = "arc".into();
    let nested = Some((Path::new("p"), Some(&b"b"[..])));
    assert_eq!(
        inside(Some("a"), ("b", 1), nested, "c".into(), &["d"], &"e", &arc),
        9
    );
    assert!(inside::contains(
        &Some("a"),
        &("b", 1),
        &nested,
        &"c".into(),
        &["d"],
        &"e",
        &arc
    ));
    assert_eq!(named("a", Some("b"), "c"), 3);
    assert_eq!(statically(0), "none");
}
