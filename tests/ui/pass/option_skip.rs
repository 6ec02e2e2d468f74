//! Skipped arguments can be of any type, and are absent from the by-reference forms.
use memokit::memoize;

struct Log(Vec<String>);

#[memoize(skip(log, weight))]
fn square(n: u64, log: &mut Log, weight: f64) -> u64 {
    log.0.push(format!("{n} at {weight}"));
    n * n
}

#[memoize(skip(f))]
fn apply(n: u64, f: fn(u64) -> u64) -> u64 {
    f(n)
}

fn main() {
    let mut log = Log(Vec::new());
    assert_eq!(square(3, &mut log, 0.5), 9);
    assert_eq!(square(3, &mut log, 1.5), 9);
    assert_eq!(log.0, ["3 at 0.5"]);
    assert_eq!(square::peek(&3), Some(9));
    assert_eq!(square::refresh(3, &mut log, 2.5), 9);
    assert_eq!(log.0.len(), 2);
    assert_eq!(apply(16, u64::isqrt), 4);
}
