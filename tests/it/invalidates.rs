//! `#[invalidates]`: what a function makes stale is gone when it has succeeded.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use memokit::{invalidates, memoize};

mod users {
    use memokit::memoize;

    #[memoize]
    pub(super) fn by_id(id: u64) -> u64 {
        id * 2
    }

    #[memoize]
    pub(super) fn by_name(name: &str) -> usize {
        name.len()
    }

    #[memoize(tags("invalidates::lists"))]
    pub(super) fn list(from: usize, to: usize) -> usize {
        to - from
    }
}

fn fill() {
    for id in [1, 2] {
        users::by_id(id);
    }
    for name in ["a:1", "a:2", "b:1"] {
        users::by_name(name);
    }
    users::list(0, 10);
}

type Saved<T = ()> = Result<T, String>;

#[invalidates(users::by_id(id))]
fn save(id: u64, fails: bool) -> Saved<u64> {
    if fails {
        return Err("full".to_owned());
    }
    let parsed: u64 = "7".parse().map_err(|_| "never".to_owned())?;
    assert!(users::by_id::contains(&id), "not before the body has run");
    Ok(parsed)
}

#[invalidates(users::by_name(name), users::by_name(name[..2].to_owned()))]
fn take(name: String) -> usize {
    let name = name;
    name.len()
}

#[invalidates(all(users::by_id, users::by_name))]
fn reset() {}

#[invalidates(matching(users::by_name, format!("{group}:*")))]
fn regroup(group: &str) {
    assert_eq!(group, "a");
}

#[invalidates(tag = "invalidates::lists", users::by_id(1), users::by_id(*ids.last().unwrap_or(&0)))]
fn import(ids: &[u64]) -> Option<()> {
    assert!(!ids.is_empty());
    None
}

#[test]
fn an_entry() {
    fill();
    assert_eq!(save(1, false), Ok(7));
    assert!(!users::by_id::contains(&1) && users::by_id::contains(&2));
    fill();
    assert!(save(1, true).is_err());
    assert!(users::by_id::contains(&1), "nothing was saved");

    assert_eq!(take("a:1".to_owned()), 3);
    assert!(!users::by_name::contains("a:1") && users::by_name::contains("a:2"));

    fill();
    regroup("a");
    assert!(!users::by_name::contains("a:2") && users::by_name::contains("b:1"));

    fill();
    assert_eq!(import(&[5, 2]), None, "which is no failure");
    assert!(!users::by_id::contains(&1) && !users::by_id::contains(&2));
    assert!(!users::list::contains(&0, &10));

    fill();
    let misses = users::by_id::cache_info().misses;
    reset();
    assert!(users::by_id::keys().is_empty() && users::by_name::keys().is_empty());
    assert_eq!(
        users::by_id::cache_info().misses,
        misses,
        "what was counted stays"
    );
    assert!(users::list::contains(&0, &10));
}

#[memoize]
fn length(name: &str) -> usize {
    name.len()
}

#[test]
fn a_panic_is_no_success() {
    #[invalidates(length("panics"))]
    fn fail() {
        resume_unwind(Box::new("on purpose"));
    }
    length("panics");
    assert!(catch_unwind(AssertUnwindSafe(fail)).is_err());
    assert!(length::contains("panics"));
}

struct Store {
    name: String,
    writes: Cell<u32>,
}

impl Store {
    #[invalidates(length(self.name.as_str()))]
    fn write(&self) -> &str {
        self.writes.set(self.writes.get() + 1);
        &self.name
    }

    #[invalidates(length(self.name), length(name))]
    fn rename(&mut self, name: &str) -> &mut Self {
        name.clone_into(&mut self.name);
        self
    }
}

#[memoize]
fn largest<T: Ord + Clone + std::hash::Hash + Send + Sync + 'static>(items: &[T]) -> Option<T> {
    items.iter().max().cloned()
}

#[invalidates(largest::<u64>(items.clone()))]
fn push<E>(items: &mut Vec<u64>, item: Result<u64, E>) -> Result<usize, E> {
    items.push(item?);
    Ok(items.len())
}

#[test]
fn generic_functions() {
    let mut items = vec![1, 2];
    assert_eq!(largest(&items), Some(2));
    assert_eq!(push(&mut items, Err(())), Err(()));
    assert!(largest::contains::<u64>(&[1, 2]));
    assert_eq!(push::<()>(&mut items, Ok(3)), Ok(3));
    assert!(!largest::contains::<u64>(&[1, 2]));
}

#[test]
fn what_is_removed_is_what_was_named_before() {
    let mut store = Store {
        name: "before".to_owned(),
        writes: Cell::new(0),
    };
    length("before");
    assert_eq!(store.write(), "before");
    assert!(!length::contains("before"));
    length("before");
    length("after");
    assert_eq!(store.rename("after").name, "after");
    assert!(!length::contains("before") && !length::contains("after"));
}

#[invalidates(length(name))]
fn opaque(name: &str) -> impl Iterator<Item = char> + use<'_> {
    name.chars()
}

#[test]
fn an_opaque_result() {
    length("opaque");
    assert_eq!(opaque("opaque").count(), 6);
    assert!(!length::contains("opaque"));
}

#[memoize]
fn title(name: &str) -> usize {
    name.len()
}

fn name_of(id: u64) -> String {
    format!("name:{id}")
}

impl Store {
    #[invalidates(length(&name_of(id)), length(&self.name[..3]))]
    fn number(&self, id: u64) -> u64 {
        assert!(
            length::contains(&name_of(id)),
            "not before the body has run"
        );
        id
    }
}

#[invalidates(
    length(&name_of(id)),
    length(&(format!("{prefix}!"))),
    largest::<u64>(&[id, 1]),
    matching(title, &format!("{prefix}:*")),
)]
fn renumber(id: u64, prefix: String) -> String {
    prefix
}

#[test]
fn arguments_that_are_made_on_the_spot() {
    for name in ["name:3", "a!", "sto"] {
        length(name);
    }
    let _ = ["a:1", "b:1"].map(title);
    largest(&[3, 1]);
    assert_eq!(renumber(3, "a".to_owned()), "a");
    assert!(!length::contains("name:3") && !length::contains("a!"));
    assert!(!largest::contains::<u64>(&[3, 1]));
    assert!(!title::contains("a:1") && title::contains("b:1"));

    length("name:3");
    let store = Store {
        name: "store".to_owned(),
        writes: Cell::new(0),
    };
    assert_eq!(store.number(3), 3);
    assert!(!length::contains("name:3") && !length::contains("sto"));
}
