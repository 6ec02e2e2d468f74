//! `skip` and `key`: what counts.

use memokit::memoize;

use crate::support::Runs;

#[derive(Clone, Debug)]
struct User {
    id: u32,
    #[allow(dead_code, reason = "not part of the key, that is the point")]
    score: f64,
}

static RUNS: Runs = Runs::new();

#[memoize(skip(log, scale))]
fn skipped(log: &mut Vec<u32>, n: u32, scale: f64) -> u32 {
    log.push(n);
    assert!(scale > 0.0);
    n * 2
}

#[test]
fn skipped_arguments_stay_out_of_the_key() {
    let mut log = Vec::new();
    assert_eq!(skipped(&mut log, 1, 0.5), 2);
    assert_eq!(skipped(&mut log, 1, 1.5), 2);
    assert_eq!(log, [1], "the second call was a hit");
    assert_eq!(skipped::peek(&1), Some(2));
    assert_eq!(skipped::refresh(&mut log, 1, 1.0), 2);
    assert_eq!(skipped::uncached(&mut log, 3, 1.0), 6);
    assert_eq!(log, [1, 1, 3]);
    assert!(skipped::invalidate(&1));
}

#[memoize(key(user = user.id))]
fn by_part(user: &User, n: u32) -> u32 {
    RUNS.add();
    user.id + n
}

#[memoize(key(user = user.id))]
fn by_part_of_owned(user: User) -> u32 {
    RUNS.add();
    user.id
}

#[test]
fn one_arguments_part() {
    let (a, b) = (
        User { id: 1, score: 0.5 },
        User {
            id: 1,
            score: f64::NAN,
        },
    );
    let before = RUNS.get();
    assert_eq!(by_part(&a, 1), by_part(&b, 1));
    by_part(&a, 2);
    assert_eq!(by_part_of_owned(a.clone()), by_part_of_owned(b.clone()));
    assert_eq!(RUNS.get(), before + 3);
    assert_eq!(by_part::peek(&b, &1), Some(2));
    assert_eq!(by_part_of_owned::peek(&b), Some(1));
}

#[memoize(key = name.to_lowercase())]
fn by_expression(name: &str) -> usize {
    RUNS.add();
    name.len()
}

#[memoize(key = (name.trim(), n % 10), skip(verbose))]
fn by_tuple(name: &str, n: u32, verbose: bool) -> String {
    let _ = verbose;
    format!("{}{}", name.trim(), n % 10)
}

#[memoize(key = n)]
fn by_itself(n: u64) -> u64 {
    n
}

const fn bucket(n: u64) -> u64 {
    n / 10
}

#[memoize(key = (bucket(n), n > 5, if wide { 1_u8 } else { 0 }, n as u8, format!("{wide}")))]
fn by_copies(n: u64, wide: bool) -> u64 {
    n + u64::from(wide)
}

#[memoize(key = (&bytes[..1], text.len(), id.0))]
fn by_borrowed_parts(bytes: [u8; 2], text: String, id: Id) -> usize {
    usize::from(bytes[0]) + text.len() + usize::from(id.0)
}

#[derive(Clone, Copy)]
struct Id(u8);

#[memoize(key = words[0])]
fn by_borrowed(words: &[&str]) -> usize {
    words[0].len()
}

#[test]
fn the_whole_key() {
    let before = RUNS.get();
    assert_eq!(by_expression("Ada"), by_expression("ADA"));
    assert_eq!(RUNS.get(), before + 1);
    assert_eq!(by_expression::keys(), [r#""ada""#]);
    assert_eq!(by_tuple(" x ", 13, true), "x3");
    assert_eq!(by_tuple("x", 23, false), "x3");
    assert_eq!(by_tuple::cache_info().hits, 1);
    assert_eq!(by_tuple::peek("x", &3), Some("x3".to_owned()));
    assert_eq!((by_itself(4), by_itself::contains(&4)), (4, true));
    assert_eq!(by_copies(7, true), 8);
    assert!(by_copies::contains(&7, &true) && !by_copies::contains(&5, &true));
    assert_eq!(by_borrowed_parts([1, 2], "a".into(), Id(3)), 5);
    assert_eq!(by_borrowed_parts([1, 9], "b".into(), Id(3)), 5);
    assert_eq!(by_borrowed_parts::cache_info().hits, 1);
    assert_eq!(by_borrowed(&["ab", "c"]), by_borrowed(&["ab"]));
    assert_eq!(by_borrowed::cache_info().hits, 1);
}

/// Neither `Debug` nor anything else that a key does not need.
#[derive(Clone, Hash, PartialEq, Eq)]
struct Opaque(u8);

#[memoize]
fn opaque(o: Opaque, n: u8) -> u8 {
    o.0 + n
}

#[test]
fn keys_that_cannot_be_shown() {
    opaque(Opaque(1), 2);
    assert_eq!(opaque::keys(), ["(_, 2)"]);
}
