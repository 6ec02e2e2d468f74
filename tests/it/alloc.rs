//! A hit allocates nothing beyond the value's clone.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::path::Path;

use memokit::memoize;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call goes to the system's allocator unchanged; counting is a thread-local
// increment that itself allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|n| n.set(n.get() + 1));
        // SAFETY: the caller keeps `alloc`'s contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps `dealloc`'s contract.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations of the calling thread in `f`, the second time.
fn allocations_of_second<R: PartialEq + std::fmt::Debug>(f: impl Fn() -> R) -> u64 {
    let first = f();
    let before = ALLOCATIONS.get();
    let second = f();
    let allocations = ALLOCATIONS.get() - before;
    assert_eq!(first, second);
    allocations
}

#[memoize]
fn number(n: u64) -> u64 {
    n + 1
}

#[memoize]
fn text(s: &str) -> usize {
    s.len()
}

#[memoize]
fn slice(xs: &[u32]) -> u32 {
    xs.iter().sum()
}

#[memoize]
fn path(p: &Path) -> usize {
    p.components().count()
}

#[memoize]
fn pair(p: (&str, u64)) -> u64 {
    p.0.len() as u64 + p.1
}

#[memoize]
fn many(s: &str, n: Option<&str>, deep: &[&str], t: (&str, u32), name: String) -> usize {
    s.len() + n.map_or(0, str::len) + deep.len() + t.0.len() + name.len()
}

#[memoize(ttl = "1h")]
fn timed(s: &str) -> usize {
    s.len()
}

#[memoize(oom_protection = false)]
fn bare(s: &str) -> usize {
    s.len()
}

#[memoize(scope = thread)]
fn own(s: &str) -> usize {
    s.len()
}

#[test]
fn hits_do_not_allocate() {
    assert_eq!(allocations_of_second(|| number(1)), 0);
    assert_eq!(allocations_of_second(|| text("a text of some length")), 0);
    assert_eq!(allocations_of_second(|| slice(&[1, 2, 3])), 0);
    assert_eq!(
        allocations_of_second(|| path(Path::new("/usr/share/dict"))),
        0
    );
    assert_eq!(allocations_of_second(|| pair(("key", 7))), 0);
    assert_eq!(allocations_of_second(|| timed("timed")), 0);
    assert_eq!(allocations_of_second(|| bare("bare")), 0);
    assert_eq!(allocations_of_second(|| own("own")), 0);
}

#[memoize]
fn repeated(s: &str) -> String {
    s.repeat(100)
}

#[memoize(ttl = "1h")]
fn repeated_timed(s: &str) -> String {
    s.repeat(100)
}

#[test]
fn a_value_that_is_read_in_place_is_not_cloned() {
    let read = |text: &String| text.len();
    assert_eq!(allocations_of_second(|| repeated::with("ab", read)), 0);
    assert_eq!(
        allocations_of_second(|| repeated_timed::with("ab", read)),
        0
    );
    let twice = || repeated::with("ab", |_| repeated::with("ab", read));
    assert_eq!(allocations_of_second(twice), 0);
    assert_eq!(allocations_of_second(|| repeated("ab").len()), 1);
}

#[memoize(oom_protection = false, leak)]
fn repeated_for_ever(s: &str) -> String {
    s.repeat(100)
}

#[test]
fn a_reference_is_no_clone() {
    let refer = || repeated_for_ever::get_ref("ab");
    assert_eq!(allocations_of_second(refer), 0);
}

#[test]
fn borrowed_parts_of_every_kind_do_not_allocate() {
    let call = |name: String| many("s", Some("n"), &["x", "y"], ("t", 3), name);
    call("name".to_owned());
    let name = "name".to_owned();
    let before = ALLOCATIONS.get();
    call(name);
    assert_eq!(ALLOCATIONS.get() - before, 0);
}

thread_local! {
    static WHILE_RENEWED: Cell<Option<u64>> = const { Cell::new(None) };
}

/// The second time, calls itself: the value of the first time is still served.
#[memoize]
fn renewed(n: u64) -> u64 {
    if renewed::contains(&n) {
        let before = ALLOCATIONS.get();
        assert_eq!(renewed(n), n);
        WHILE_RENEWED.set(Some(ALLOCATIONS.get() - before));
    }
    n
}

#[test]
fn a_hit_while_its_value_is_renewed_does_not_allocate() {
    renewed(1);
    assert_eq!(WHILE_RENEWED.get(), None);
    renewed::refresh(1);
    assert_eq!(WHILE_RENEWED.get(), Some(0));
}

#[test]
fn the_counter_counts() {
    let before = ALLOCATIONS.get();
    drop(Box::new(1));
    assert_eq!(ALLOCATIONS.get() - before, 1);
}
