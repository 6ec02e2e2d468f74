//! Results that stay for ever: `leak` and `f::get_ref(args)`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use memokit::memoize;

use crate::support::{Runs, message, until, within_time};

static DROPS: AtomicUsize = AtomicUsize::new(0);
static CLONES: AtomicUsize = AtomicUsize::new(0);

/// Counts what happens to it.
#[derive(PartialEq, Eq, Debug)]
struct Told(String);

impl Drop for Told {
    fn drop(&mut self) {
        DROPS.fetch_add(1, Ordering::SeqCst);
    }
}

impl Clone for Told {
    fn clone(&self) -> Self {
        CLONES.fetch_add(1, Ordering::SeqCst);
        Self(self.0.clone())
    }
}

#[memoize(oom_protection = false, leak)]
fn told(n: u64) -> Told {
    Told(n.to_string())
}

#[test]
fn references_outlive_every_removal() {
    let one: &'static Told = told::get_ref(1);
    let clones = CLONES.load(Ordering::SeqCst);
    assert_eq!(one.0, "1");
    assert!(std::ptr::eq(one, told::get_ref(1)), "the stored one");
    assert!(told::with(1, |seen| std::ptr::eq(one, seen)));
    assert_eq!(CLONES.load(Ordering::SeqCst), clones, "hits clone nothing");
    let info = told::cache_info();
    assert_eq!((info.hits, info.misses, info.leaked), (2, 1, 0));

    assert!(told::invalidate(&1));
    let of_one = told::cache_info().leaked;
    assert!(of_one >= size_of::<(u64, Told)>() as u64);
    let other = told::get_ref(1);
    assert!(!std::ptr::eq(one, other) && one == other);
    assert_eq!(told::refresh(1), *other);
    assert_eq!(told::cache_info().leaked, 2 * of_one);
    for n in 10..5_000 {
        told::get_ref(n);
    }
    assert_eq!(told::cache_clear(), 4_991);
    for n in 10..5_000 {
        assert_eq!(told::with(n, |told| told.0.len()), n.to_string().len());
    }
    assert_eq!((&*one.0, &*other.0), ("1", "1"));
    let info = told::cache_info();
    assert_eq!(
        info.leaked,
        4_993 * of_one,
        "it stays when counters are zeroed"
    );
    assert_eq!((info.currsize, info.misses), (4_990, 4_990));
    assert_eq!(info.to_string().matches("leaked").count(), 0);
    // What the computations returned was dropped, and nothing that was stored.
    let computed = 1 + 1 + 1 + 4_990 + 4_990;
    assert_eq!(DROPS.load(Ordering::SeqCst), computed);
    assert_eq!(CLONES.load(Ordering::SeqCst), computed);
    assert_eq!(told::cache_parameters().protection, "leak");
    assert!(!told::set_maxsize(1), "nothing gives way");
}

static LATE: Barrier = Barrier::new(2);
static LATE_RUNS: Runs = Runs::new();

#[memoize(oom_protection = false, leak)]
fn late(n: u64) -> Vec<u64> {
    if LATE_RUNS.add() == 0 {
        LATE.wait();
        LATE.wait();
    }
    vec![n; 3]
}

#[test]
fn a_result_that_was_invalidated_meanwhile_has_a_place_too() {
    let late_one = within_time(|| {
        let call = std::thread::spawn(|| late::get_ref(5));
        LATE.wait();
        assert!(!late::invalidate(&5), "there is none yet");
        LATE.wait();
        call.join().expect("it returns")
    });
    let info = late::cache_info();
    assert!(info.leaked > 0);
    assert_eq!((info.currsize, info.rejected), (0, 1));
    let next = late::get_ref(5);
    assert!(
        !std::ptr::eq(late_one, next),
        "invalidate beats the computation"
    );
    assert_eq!((late_one, LATE_RUNS.get()), (next, 2));
}

static MEETING: Runs = Runs::new();

#[memoize(oom_protection = false, leak)]
fn met(n: u64) -> u64 {
    if MEETING.add() == 0 {
        until(|| met::cache_info().waiting == 3);
        panic!("the first one fails");
    }
    until(|| met::cache_info().waiting == 2);
    n
}

#[test]
fn callers_meet_and_take_over() {
    let refs: Vec<Option<&'static u64>> = within_time(|| {
        let calls: Vec<_> = (0..4)
            .map(|_| std::thread::spawn(|| met::get_ref(5)))
            .collect();
        calls.into_iter().map(|call| call.join().ok()).collect()
    });
    let found: Vec<_> = refs.into_iter().flatten().collect();
    assert_eq!(found, [&5; 3]);
    assert!(found.iter().all(|one| std::ptr::eq(*one, found[0])));
    let info = met::cache_info();
    assert_eq!((info.misses, info.coalesced, info.hits), (2, 2, 0));
    assert_eq!((info.load_failures, info.leaked), (1, 0));
}

#[memoize(oom_protection = false, leak)]
fn circle(n: u64) -> u64 {
    *circle::get_ref(n)
}

#[memoize(oom_protection = false, leak)]
fn fib(n: u64) -> u64 {
    if n < 2 {
        n
    } else {
        fib::get_ref(n - 1) + fib::get_ref(n - 2)
    }
}

#[test]
fn recursion() {
    let panic = within_time(|| catch_unwind(|| circle::get_ref(1))).expect_err("a circle");
    assert!(message(&*panic).contains("circle"), "{}", message(&*panic));
    assert_eq!(fib::get_ref(50), &12_586_269_025);
    assert_eq!(fib::cache_info().misses, 51);
}

#[memoize(oom_protection = false, leak, cache_err = true)]
fn parsed(text: &str) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

#[memoize(oom_protection = false, leak, skip(log))]
fn of_any<T: Clone + std::hash::Hash + Eq + Send + Sync + 'static>(
    value: T,
    log: &mut u32,
) -> Vec<T> {
    *log += 1;
    vec![value]
}

#[memoize(oom_protection = false, leak)]
unsafe fn without_arguments() -> Option<String> {
    None
}

#[test]
fn functions_of_every_shape() {
    assert_eq!(parsed::get_ref("7"), &Ok(7));
    assert!(parsed::get_ref("x").is_err() && parsed("x").is_err());
    assert_eq!(parsed::cache_info().misses, 2);
    let mut log = 0;
    let words = of_any::get_ref("a".to_owned(), &mut log);
    assert!(std::ptr::eq(
        words,
        of_any::get_ref("a".to_owned(), &mut log)
    ));
    assert_eq!(of_any::get_ref(3, &mut log), &[3]);
    assert_eq!(log, 2);
    // SAFETY: it asks for nothing.
    assert_eq!(unsafe { without_arguments::get_ref() }, &None);
}

#[memoize(oom_protection = false, leak)]
fn scoped(n: u64) -> u64 {
    n
}

#[test]
fn scopes_do_not_concern_references() {
    let one = memokit::bypass(|| scoped::get_ref(1));
    let same = memokit::read_only(|| scoped::get_ref(1));
    assert!(std::ptr::eq(one, same));
    assert!(scoped::contains(&1));
}

/// Its clone panics, so it cannot be stored.
#[derive(Debug)]
struct Unclonable;

impl Clone for Unclonable {
    fn clone(&self) -> Self {
        panic!("no copies")
    }
}

#[memoize(oom_protection = false, leak)]
fn unclonable(n: u64) -> std::sync::Arc<(u64, Unclonable)> {
    assert!(n > 0, "not zero");
    std::sync::Arc::new((n, Unclonable))
}

#[memoize(oom_protection = false, leak)]
fn never_stored(_: u64) -> Unclonable {
    Unclonable
}

#[test]
fn panics_leave_the_cache_usable() {
    let call = AssertUnwindSafe(|| unclonable::get_ref(0));
    catch_unwind(call).expect_err("the body panics");
    assert_eq!(unclonable::get_ref(1).0, 1);
    assert_eq!(
        unclonable::cache_info().leaked,
        0,
        "a failed computation leaves nothing"
    );
    for _ in 0..2 {
        let call = AssertUnwindSafe(|| never_stored::get_ref(0));
        catch_unwind(call).map(drop).expect_err("the clone panics");
    }
    let info = never_stored::cache_info();
    assert_eq!((info.load_failures, info.currsize), (2, 0));
}

#[memoize(oom_protection = false, leak)]
fn crowded(n: u64) -> String {
    if n >= 1_000 {
        std::panic::resume_unwind(Box::new("without a message"));
    }
    n.to_string()
}

#[test]
fn there_is_a_place_also_when_failures_have_taken_all() {
    crowded(1);
    let seven = crowded::with(1, |_| {
        // Their keys cannot be freed while this reads.
        for n in 1_000..2_000 {
            catch_unwind(|| crowded::get_ref(n)).expect_err("the body panics");
        }
        crowded::get_ref(7)
    });
    let info = crowded::cache_info();
    assert_eq!(info.leaked, size_of::<String>() as u64, "it has no node");
    assert!(!crowded::contains(&7), "it was not kept");
    let again = crowded::get_ref(7);
    assert!(seven == again && !std::ptr::eq(seven, again));
    assert!(std::ptr::eq(again, crowded::get_ref(7)), "as ever");
    assert_eq!(crowded::cache_info().leaked, info.leaked);
}
