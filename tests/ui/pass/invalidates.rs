//! A function that writes says what it makes stale.
#![deny(warnings)]
use memokit::{invalidates, memoize};

#[memoize]
fn square(n: u64) -> u64 {
    n * n
}

#[memoize]
fn length(text: &str) -> usize {
    text.len()
}

#[memoize]
fn constant() -> u64 {
    7
}

type Saved = Result<(), std::num::ParseIntError>;

/// With an early return, a `?`, an argument that is moved, and one that is changed.
#[must_use]
#[invalidates(
    square(n), constant(), length(text), length(format!("{text}!")), length(&format!("{text}?")),
    all(square, length), matching(length, "a*"), tag = "group", tag = format!("{n}"),
)]
fn save(mut n: u64, text: String) -> Saved {
    if n == 0 {
        return Ok(());
    }
    n += 1;
    let _: u64 = text.parse()?;
    drop(text);
    assert!(n > 1);
    Ok(())
}

#[invalidates(square(9), crate = ::memokit)]
fn plain(_: ()) {}

struct Number(u64);

impl Number {
    #[invalidates(square(self.0))]
    fn double(&mut self) -> &mut Self {
        self.0 *= 2;
        self
    }
}

fn main() {
    square(3);
    assert!(save(3, "x".to_owned()).is_err());
    assert!(square::contains(&3));
    assert!(save(3, "4".to_owned()).is_ok());
    assert!(!square::contains(&3));
    square(3);
    assert_eq!(Number(3).double().0, 6);
    assert!(!square::contains(&3));
    constant();
    plain(());
    length("a");
}
