//! Arguments of every ordinary kind.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memokit::memoize;

use crate::support::Runs;

#[derive(Clone, Hash, PartialEq, Eq)]
struct Point {
    x: i32,
    y: i32,
}

static RUNS: Runs = Runs::new();

#[memoize]
fn kinds(
    n: u64,
    s: &str,
    xs: &[u32],
    p: &Path,
    point: &Point,
    owned: String,
    arc: Arc<str>,
) -> u64 {
    RUNS.add();
    n + (s.len() + xs.len() + p.as_os_str().len() + owned.len() + arc.len()) as u64
        + u64::from(point.x.unsigned_abs() + point.y.unsigned_abs())
}

#[test]
fn each_argument_counts() {
    let point = Point { x: 1, y: 2 };
    let arc: Arc<str> = "arc".into();
    let call = |n, s, xs: &[u32], p: &str, owned: &str| {
        kinds(
            n,
            s,
            xs,
            Path::new(p),
            &point,
            owned.to_owned(),
            Arc::clone(&arc),
        )
    };
    assert_eq!(call(1, "s", &[1], "p", "o"), call(1, "s", &[1], "p", "o"));
    assert_eq!(RUNS.get(), 1);
    call(2, "s", &[1], "p", "o");
    call(1, "t", &[1], "p", "o");
    call(1, "s", &[2], "p", "o");
    call(1, "s", &[1], "q", "o");
    call(1, "s", &[1], "p", "oo");
    kinds(
        1,
        "s",
        &[1],
        Path::new("p"),
        &Point { x: 2, y: 2 },
        "o".into(),
        Arc::clone(&arc),
    );
    kinds(
        1,
        "s",
        &[1],
        Path::new("p"),
        &point,
        "o".into(),
        "crc".into(),
    );
    assert_eq!(RUNS.get(), 8);
    assert!(kinds::contains(
        &1,
        "s",
        &[1],
        Path::new("p"),
        &point,
        &"o".to_owned(),
        &arc
    ));
    assert!(!kinds::contains(
        &3,
        "s",
        &[1],
        Path::new("p"),
        &point,
        &"o".to_owned(),
        &arc
    ));
}

#[memoize]
fn options(a: Option<&str>, b: Option<u8>, c: &Option<String>) -> usize {
    a.map_or(0, str::len) + usize::from(b.unwrap_or(0)) + c.as_ref().map_or(0, String::len)
}

#[test]
fn options_of_borrowed_data() {
    assert_eq!(options(Some("ab"), None, &None), 2);
    assert_eq!(options(None, Some(2), &Some("x".into())), 3);
    assert_eq!(options::peek(&Some("ab"), &None, &None), Some(2));
    assert_eq!(options::peek(&None, &None, &None), None);
}

#[memoize]
fn tuples(t: (&str, u64, (&[u8], bool))) -> usize {
    t.0.len() + usize::try_from(t.1).unwrap_or(0) + t.2.0.len() + usize::from(t.2.1)
}

#[memoize]
fn cows(a: Cow<'_, str>, b: &Cow<'static, str>, c: Cow<[u8]>) -> usize {
    a.len() + b.len() + c.len()
}

#[memoize]
fn nested(words: &[&str], pairs: Vec<(&str, u32)>, fixed: [&str; 2]) -> usize {
    words.len() + pairs.len() + fixed[0].len() + fixed[1].len()
}

#[test]
fn borrowed_data_inside() {
    assert_eq!(tuples(("ab", 1, (&[1, 2], true))), 6);
    assert_eq!(tuples::peek(&("ab", 1, (&[1, 2], true))), Some(6));
    assert_eq!(
        cows(Cow::Borrowed("a"), &"b".into(), Cow::Owned(vec![1])),
        3
    );
    assert_eq!(
        cows::peek(&Cow::Owned("a".into()), &"b".into(), &Cow::Borrowed(&[1])),
        Some(3)
    );
    assert_eq!(nested(&["a", "b"], vec![("x", 1)], ["c", "d"]), 5);
    assert_eq!(
        nested::peek(&["a", "b"], &vec![("x", 1)], &["c", "d"]),
        Some(5)
    );
    assert_eq!(nested::peek(&["ab"], &vec![("x", 1)], &["c", "d"]), None);
}

#[memoize]
fn patterns(
    mut n: u64,
    (a, b): (u8, u8),
    [first, ..]: [u8; 3],
    _: u8,
    Point { x, .. }: Point,
) -> u64 {
    n += u64::from(a) + u64::from(b) + u64::from(first) + u64::from(x.unsigned_abs());
    n
}

#[test]
fn patterns_and_wildcards() {
    let point = Point { x: 7, y: 8 };
    assert_eq!(patterns(1, (2, 3), [4, 5, 6], 0, point.clone()), 17);
    assert_eq!(
        patterns::peek(&1, &(2, 3), &[4, 5, 6], &0, &point),
        Some(17)
    );
    assert_eq!(
        patterns::peek(&1, &(2, 3), &[4, 5, 6], &1, &point),
        None,
        "`_` is an argument too"
    );
}

static ONCE: Runs = Runs::new();

#[memoize]
fn once() -> String {
    ONCE.add();
    "once".to_owned()
}

#[test]
fn no_arguments() {
    assert_eq!(once() + &once(), "onceonce");
    assert_eq!(ONCE.get(), 1);
    assert_eq!(once::peek(), Some("once".to_owned()));
    assert!(once::invalidate());
    once::prime("primed".to_owned());
    assert_eq!(once(), "primed");
    assert_eq!(once::refresh(), "once");
}

#[memoize(floats = "bits")]
fn floats(x: f64, y: Option<f32>, zs: &[f64], w: (f64, u8)) -> bool {
    x.is_sign_negative() || y.is_some() || zs.is_empty() || w.0.is_nan()
}

type Metres = f64;

#[memoize(floats = "bits")]
fn aliased(side: Metres, sides: Option<Vec<Metres>>, n: u8, name: &str) -> Metres {
    side + sides.map_or(0.0, |sides| sides.iter().sum()) + f64::from(n) + f64::from(name == "ab")
}

#[test]
#[allow(clippy::float_cmp, reason = "the very same float comes back")]
fn floats_are_seen_through_aliases() {
    assert_eq!(aliased(1.5, Some(vec![2.0]), 1, "ab"), 5.5);
    assert_eq!(aliased(1.5, Some(vec![2.0]), 1, "ab"), 5.5);
    assert_eq!(aliased::cache_info().hits, 1);
    assert_eq!(aliased::keys(), [r#"(1.5, Some([2.0]), 1, "ab")"#]);
}

#[test]
fn floats_by_their_bits() {
    assert!(floats(-0.0, None, &[1.0], (1.0, 1)));
    assert!(
        !floats(0.0, None, &[1.0], (1.0, 1)),
        "0.0 is not -0.0: the function can tell them"
    );
    assert!(floats(1.0, None, &[1.0], (f64::NAN, 1)));
    assert!(floats(1.0, None, &[1.0], (f64::NAN, 1)));
    let info = floats::cache_info();
    assert_eq!((info.hits, info.misses), (1, 3), "a NaN is found again");
}

#[memoize]
fn lifetimes<'a, 'b: 'a>(a: &'a str, b: &'b str) -> usize {
    let longer: &'a str = if a.len() > b.len() { a } else { b };
    longer.len()
}

#[memoize]
fn references(a: &&str, b: &&&u8) -> usize {
    a.len() + usize::from(***b)
}

#[test]
fn lifetimes_and_double_references() {
    assert_eq!(lifetimes("a", "bc"), 2);
    assert_eq!(lifetimes::peek("a", "bc"), Some(2));
    assert_eq!(references(&"abc", &&&1), 4);
    assert_eq!(references::peek(&"abc", &&&1), Some(4));
}

#[memoize]
fn ambiguous(a: &str, b: &str) -> String {
    format!("{a}|{b}")
}

#[memoize]
fn slices(a: &[&str], b: &[&str]) -> String {
    format!("{a:?}{b:?}")
}

#[test]
fn neighbours_do_not_run_together() {
    for (a, b) in [
        ("1", "23"),
        ("12", "3"),
        ("a:b", ""),
        ("a", "b:"),
        ("", "a:b:"),
    ] {
        assert_eq!(ambiguous(a, b), format!("{a}|{b}"));
    }
    assert_eq!(slices(&["a"], &["b", "c"]), r#"["a"]["b", "c"]"#);
    assert_eq!(slices(&["a", "b"], &["c"]), r#"["a", "b"]["c"]"#);
}

#[memoize]
fn owned_path(path: PathBuf, bytes: Vec<u8>, boxed: Box<str>, c: char, unit: ()) -> usize {
    let () = unit;
    path.as_os_str().len() + bytes.len() + boxed.len() + c.len_utf8()
}

#[test]
fn owned_arguments() {
    assert_eq!(owned_path("/a".into(), vec![1], "b".into(), 'c', ()), 5);
    assert_eq!(
        owned_path::peek(&"/a".into(), &vec![1], &"b".into(), &'c', &()),
        Some(5)
    );
}
