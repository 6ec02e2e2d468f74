//! Results that are read where they are stored: `f::with(args, |value| ..)`.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use memokit::{Answer, Cache, memoize};

use crate::support::{Runs, message, within_time};

/// A value whose clones are counted.
#[derive(PartialEq, Eq, Debug)]
struct Large(Vec<u64>);

static CLONES: AtomicUsize = AtomicUsize::new(0);

impl Clone for Large {
    fn clone(&self) -> Self {
        CLONES.fetch_add(1, Ordering::SeqCst);
        Self(self.0.clone())
    }
}

static RUNS: Runs = Runs::new();

#[memoize(maxsize = 10)]
fn large(n: u64) -> Large {
    RUNS.add();
    Large(vec![n; 1_000])
}

#[test]
fn a_hit_clones_nothing_and_a_miss_what_it_stores() {
    assert_eq!(large::with(7, |value| value.0.len()), 1_000);
    let after_miss = CLONES.load(Ordering::SeqCst);
    assert_eq!(after_miss, 1, "the stored one");
    assert_eq!(large::with(7, |value| value.0[999]), 7);
    // Also inside of another read, where the first look is of no use.
    let both = large::with(7, |one| large::with(7, |other| std::ptr::eq(one, other)));
    assert!(both, "it is the stored value that is seen");
    let (both, trace) = memokit::trace(|| large::with(7, |value| value.0[0]));
    assert_eq!((both, trace.calls[0].answer), (7, Answer::Hit));
    assert_eq!(CLONES.load(Ordering::SeqCst), after_miss);
    let info = large::cache_info();
    assert_eq!((info.hits, info.misses, RUNS.get()), (4, 1, 1));
    assert_eq!(large(7), Large(vec![7; 1_000]));
}

#[memoize]
fn text(word: &str, times: usize) -> String {
    word.repeat(times)
}

#[test]
fn a_call_in_all_respects() {
    assert_eq!(text::with("ab", 3, String::len), 6);
    assert_eq!(text("ab", 3), "ababab");
    let info = text::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (1, 1, 1));

    let read = || text::with("ab", 3, String::clone);
    let (_, trace) = memokit::trace(|| memokit::bypass(read));
    assert_eq!(trace.calls[0].answer, Answer::Bypassed);
    memokit::read_only(|| assert_eq!(text::with("c", 2, String::len), 2));
    assert!(!text::contains("c", &2), "scopes say what is stored");
    assert_eq!(text::cache_info().bypassed, 1);
    assert_eq!(text::cache_info().misses, 2);
}

#[memoize(maxsize = 2)]
fn ordered(n: u32) -> u32 {
    n
}

#[test]
fn a_read_is_a_use() {
    ordered(1);
    ordered(2);
    ordered::with(1, |_| ());
    ordered(3);
    assert!(ordered::contains(&1) && !ordered::contains(&2));
}

#[memoize(maxsize = 0)]
fn unkept(n: u32) -> u32 {
    n + 1
}

#[memoize]
fn parsed(text: &str) -> Result<u32, std::num::ParseIntError> {
    RUNS_OF_PARSED.add();
    text.parse()
}

static RUNS_OF_PARSED: Runs = Runs::new();

#[memoize(cache_none = false)]
fn some(n: u32) -> Option<Vec<u32>> {
    (n > 0).then(|| vec![n])
}

#[memoize(cache_if = |n: &u32| *n > 10)]
fn large_only(n: u32) -> u32 {
    n
}

#[test]
fn what_is_not_kept_is_seen_all_the_same() {
    assert_eq!(unkept::with(1, |n| *n), 2);
    assert_eq!(unkept::cache_info().currsize, 0);
    assert!(parsed::with("x", Result::is_err));
    assert!(parsed::with("x", Result::is_err));
    assert_eq!(RUNS_OF_PARSED.get(), 2);
    assert!(parsed::with("7", |result| *result == Ok(7)));
    assert!(parsed::with("7", |result| *result == Ok(7)));
    assert_eq!(RUNS_OF_PARSED.get(), 3);
    for _ in 0..2 {
        assert!(some::with(0, Option::is_none));
        assert_eq!(
            some::with(3, |value| value.as_deref().map(<[u32]>::len)),
            Some(1)
        );
        assert_eq!(large_only::with(3, |n| *n), 3);
    }
    assert!(some::contains(&3) && !some::contains(&0));
    assert!(!large_only::contains(&3));
}

#[memoize]
fn reread(n: u64) -> String {
    n.to_string()
}

#[test]
fn the_reader_may_do_with_the_cache_what_it_likes() {
    within_time(|| {
        reread::with(1, |one| {
            assert_eq!(reread(2), "2", "another key");
            assert_eq!(reread(1), *one, "its own");
            assert!(reread::invalidate(&1));
            assert_eq!(reread::refresh(1), "1");
            reread::cache_clear();
            // Enough for the old value to be collected, if it could be.
            for n in 10..3_000 {
                reread(n);
            }
            assert_eq!(one, "1", "what is being read stays");
        });
        // The same after a miss.
        reread::with(4, |four| {
            assert!(reread::contains(&4), "stored before it is read");
            reread::cache_clear();
            assert_eq!(four, "4");
        });
    });
}

#[memoize]
fn fragile(n: u64) -> String {
    n.to_string()
}

#[test]
fn a_panic_in_the_reader_changes_nothing() {
    let read_and_panic = || {
        let read = AssertUnwindSafe(|| fragile::with(1, |text| panic!("no good: {text}")));
        let panic = catch_unwind(read).expect_err("it panics");
        assert_eq!(message(&*panic), "no good: 1");
    };
    read_and_panic();
    assert!(fragile::contains(&1), "the value was there first");
    read_and_panic();
    fragile::with(1, |_| read_and_panic());
    let info = fragile::cache_info();
    assert_eq!((info.hits, info.misses, info.load_failures), (3, 1, 0));
    // Nothing holds up what leaves the cache: values go on being kept.
    for n in 0..10_000 {
        fragile(n);
    }
    assert!(fragile::contains(&9_999));
    assert_eq!(fragile::cache_info().rejected, 0);
}

#[memoize]
fn own_result(n: u64) -> u64 {
    own_result::with(n, |m| *m)
}

#[test]
fn a_circle_is_found() {
    let panic = within_time(|| catch_unwind(|| own_result::with(1, |n| *n)))
        .expect_err("it depends on itself");
    assert!(
        message(&*panic).contains("own_result"),
        "{}",
        message(&*panic)
    );
}

static MEETING: Runs = Runs::new();

#[memoize]
fn met(n: u64) -> u64 {
    MEETING.add();
    // The others have called before this one ends, or it would never end.
    crate::support::until(|| met::cache_info().waiting == 3);
    n
}

#[test]
fn callers_of_one_key_meet() {
    let sum: u64 = within_time(|| {
        let start = Barrier::new(4);
        std::thread::scope(|scope| {
            let calls: Vec<_> = (0..4)
                .map(|caller| {
                    let start = &start;
                    scope.spawn(move || {
                        start.wait();
                        if caller % 2 == 0 {
                            met::with(5, |n| *n)
                        } else {
                            met(5)
                        }
                    })
                })
                .collect();
            calls.into_iter().map(|call| call.join().unwrap()).sum()
        })
    });
    assert_eq!((sum, MEETING.get()), (20, 1));
    let info = met::cache_info();
    assert_eq!((info.misses, info.coalesced), (1, 3));
}

#[memoize(scope = thread)]
fn of_thread(n: u32) -> std::rc::Rc<Cell<u32>> {
    std::rc::Rc::new(Cell::new(n))
}

#[test]
fn caches_of_one_thread() {
    of_thread::with(1, |cell| cell.set(9));
    assert_eq!(of_thread::with(1, |cell| cell.get()), 9);
    of_thread::with(1, |cell| {
        assert_eq!(of_thread::cache_clear(), 1);
        for n in 10..1_000 {
            of_thread(n);
        }
        assert_eq!((cell.get(), std::rc::Rc::strong_count(cell)), (9, 1));
    });
}

thread_local! {
    /// Reads in place while its thread ends.
    static LAST: ReadsAtEnd = const { ReadsAtEnd };
    static DROPPED: Cell<bool> = const { Cell::new(false) };
}

struct ReadsAtEnd;

impl Drop for ReadsAtEnd {
    fn drop(&mut self) {
        let was_there = at_end::with(Late, |tells| {
            assert!(
                at_end::invalidate(&Late),
                "the thread's cache is still there"
            );
            tells.0.get() == 7 && !DROPPED.get()
        });
        SEEN_AT_END.store(usize::from(was_there), Ordering::SeqCst);
    }
}

static SEEN_AT_END: AtomicUsize = AtomicUsize::new(2);

/// A key that is looked at after the thread has its cache, and before it reads anything in there: the
/// destructors run in the opposite order.
#[derive(Clone, PartialEq, Eq)]
struct Late;

impl std::hash::Hash for Late {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        let _ = LAST.try_with(|_| ());
        state.write_u8(1);
    }
}

#[derive(Clone)]
struct TellsDrop(std::rc::Rc<Cell<u32>>);

impl Drop for TellsDrop {
    fn drop(&mut self) {
        DROPPED.set(true);
    }
}

#[memoize(scope = thread)]
fn at_end(_: Late) -> TellsDrop {
    TellsDrop(std::rc::Rc::new(Cell::new(7)))
}

#[test]
fn what_is_read_stays_also_while_its_thread_ends() {
    let thread = std::thread::spawn(|| {
        drop(at_end(Late));
        DROPPED.set(false);
    });
    thread.join().expect("it ends well");
    assert_eq!(SEEN_AT_END.load(Ordering::SeqCst), 1);
}

#[memoize]
fn of_any<T: Clone + std::hash::Hash + Eq + Send + Sync + 'static>(value: T) -> Vec<T> {
    vec![value]
}

#[memoize]
fn implied(value: impl ToString + Clone + std::hash::Hash + Eq + Send + Sync + 'static) -> String {
    value.to_string()
}

#[memoize(skip(read))]
fn awkward(read: &mut u32, reader: u32) -> u32 {
    *read += 1;
    reader
}

#[memoize(key = pair.0)]
unsafe fn keyed(pair: (u32, u32)) -> u32 {
    pair.1
}

#[test]
fn functions_of_every_shape() {
    assert_eq!(of_any::with("a", Vec::len), 1);
    assert_eq!(of_any::with(7, |all| all[0]), 7);
    assert_eq!(implied::with(12, String::len), 2);
    let mut calls = 0;
    assert_eq!(awkward::with(&mut calls, 3, |n| *n), 3);
    assert_eq!(awkward::with(&mut calls, 3, |n| *n), 3);
    assert_eq!(calls, 1);
    // SAFETY: it asks for nothing.
    assert_eq!(unsafe { keyed::with((1, 2), |n| *n) }, 2);
    // SAFETY: as above.
    assert_eq!(unsafe { keyed::with((1, 3), |n| *n) }, 2);
    // What moves into the reader comes back out of it.
    let name = String::from("moved");
    assert_eq!(of_any::with(7, move |_| name), "moved");
}

#[test]
fn caches_made_by_hand() {
    let cache: Cache<String, Large> = Cache::builder().maxsize(2).build();
    assert_eq!(cache.with("a", |value| value.0.len()), None);
    cache.insert("a".to_owned(), Large(vec![1, 2]));
    cache.insert("b".to_owned(), Large(vec![]));
    let read = cache.with("a", |value| {
        cache.remove_if(|key, _, _| key == "a");
        value.0.len()
    });
    assert_eq!(read, Some(2));
    let info = cache.stats();
    assert_eq!((info.hits, info.misses, info.currsize), (1, 1, 1));
}
