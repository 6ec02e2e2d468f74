//! Keys of one part with and without `Display`, found by type, wherever they come from.
#![deny(warnings)]
use memokit::memoize;
use std::fmt;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Both(u64);

impl fmt::Display for Both {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "both:{}", self.0)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Neither(u64);

type Alias = Both;

#[memoize]
fn by_alias(id: Alias) -> u64 {
    id.0
}

#[memoize]
fn neither(id: &Neither) -> u64 {
    id.0
}

#[memoize]
fn borrowed(names: &[&str]) -> usize {
    names.len()
}

#[memoize]
fn dynamic(text: Box<str>) -> usize {
    text.len()
}

#[memoize(key = 1, skip(_f))]
fn by_number(_f: fn() -> u64) -> u64 {
    1
}

#[memoize(key = (id.0,))]
fn by_one_in_a_tuple(id: Neither) -> u64 {
    id.0
}

#[memoize]
fn generic<T: fmt::Display + std::hash::Hash + Eq + Clone + Send + Sync + 'static>(
    id: T,
) -> String {
    id.to_string()
}

#[memoize(scope = thread)]
fn shared_in_a_thread(id: std::rc::Rc<Both>) -> u64 {
    id.0
}

#[memoize]
impl Both {
    #[memoize]
    fn doubled(&self) -> u64 {
        self.0 * 2
    }
}

fn main() {
    assert_eq!((by_alias(Both(7)), neither(&Neither(7))), (7, 7));
    assert_eq!((borrowed(&["a"]), dynamic("a".into())), (1, 1));
    assert_eq!((by_number(|| 1), by_one_in_a_tuple(Neither(7))), (1, 7));
    assert_eq!(
        (generic(Both(7)), Both(7).doubled()),
        ("both:7".to_owned(), 14)
    );
    assert_eq!(shared_in_a_thread(Both(7).into()), 7);
    assert_eq!(by_alias::invalidate_matching("both:*"), 1);
    assert_eq!(neither::invalidate_matching("both:*"), 0);
    assert_eq!(borrowed::invalidate_matching(r#"\["a"\]"#), 1);
    assert_eq!(dynamic::invalidate_matching("a"), 1);
    assert_eq!(by_number::invalidate_matching("1"), 1);
    assert_eq!(by_one_in_a_tuple::invalidate_matching("7"), 1);
    assert_eq!(memokit::invalidate_matching("*::generic", "both:7"), 1);
    assert_eq!(Both::doubled_cache().invalidate_matching("both:7"), 1);
    assert_eq!(shared_in_a_thread::invalidate_matching("both:7"), 1);
}
