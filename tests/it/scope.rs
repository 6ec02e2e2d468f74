//! Scopes of calls, on memoized functions of every kind.

mod bulk;

use std::cell::Cell;
use std::rc::Rc;

use memokit::{Answer, Memo, Trace, bypass, memoize, read_only, trace};

use crate::support::Runs;

fn answers(trace: &Trace) -> Vec<Answer> {
    trace.calls.iter().map(|call| call.answer).collect()
}

#[memoize]
fn counted(n: u64) -> u64 {
    static RUNS: Runs = Runs::new();
    n * 1_000 + RUNS.add() as u64
}

#[test]
fn functions() {
    assert_eq!(counted(1), 1_000);
    assert_eq!(bypass(|| (counted(1), counted(1))), (1_001, 1_002));
    assert_eq!(read_only(|| (counted(1), counted(2))), (1_000, 2_003));
    assert_eq!(counted::keys(), ["1"]);
    let info = counted::cache_info();
    assert_eq!((info.hits, info.misses, info.bypassed), (1, 2, 2));
    let text = "CacheInfo(hits=1, misses=2, maxsize=128, currsize=1)";
    assert_eq!(info.to_string(), text, "as ever");
}

#[memoize]
fn handled(n: u64) -> u64 {
    n + 1
}

#[test]
fn a_handle_does_what_it_says() {
    for scoped in [bypass::<()> as fn(fn()), read_only::<()>] {
        scoped(|| {
            handled::prime(&1, 10);
            assert_eq!(handled::peek(&1), Some(10));
            assert!(handled::contains(&1) && handled::entry_info(&1).is_some());
            assert_eq!(handled::refresh(1), 2);
            assert_eq!(handled::peek(&1), Some(2));
            assert!(handled::invalidate(&1));
        });
    }
    bypass(|| handled(1));
    assert_eq!(handled::cache_info().bypassed, 1, "a call, and only that");
    handled::prime(&2, 20);
    assert_eq!(bypass(handled::cache_clear), 1);
}

#[memoize]
fn fallible(n: u64) -> Result<u64, String> {
    if n == 0 { Err("zero".into()) } else { Ok(n) }
}

#[test]
fn results() {
    assert_eq!(bypass(|| fallible(0)), Err("zero".into()));
    assert_eq!(read_only(|| fallible(0)), Err("zero".into()));
    assert_eq!(bypass(|| fallible(1)), Ok(1));
    fallible::prime(&1, Ok(10));
    assert_eq!(read_only(|| fallible(1)), Ok(10));
    let info = fallible::cache_info();
    assert_eq!((info.load_successes, info.load_failures), (0, 0));
}

#[memoize]
fn fib(n: u64) -> u64 {
    if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
}

#[test]
fn recursion() {
    assert_eq!(bypass(|| fib(10)), 55);
    let info = fib::cache_info();
    assert_eq!((info.bypassed, info.calls(), info.currsize), (177, 0, 0));
    let (value, seen) = trace(|| fib(10));
    assert_eq!(value, 55);
    let hits = seen.calls.iter().filter(|call| call.answer == Answer::Hit);
    assert_eq!((seen.calls.len(), hits.count()), (19, 8));
    assert_eq!(trace(|| fib(10)).1.calls.len(), 1);
    assert_eq!(read_only(|| fib(11)), 89);
    assert_eq!(fib::cache_info().currsize, 11);
}

#[memoize]
fn bypasses_itself(n: u64) -> u64 {
    if n == 0 {
        0
    } else {
        bypass(|| bypasses_itself(n - 1)) + 1
    }
}

#[test]
fn a_body_may_open_scopes() {
    assert_eq!(bypasses_itself(5), 5);
    assert_eq!(bypasses_itself::keys(), ["5"]);
    assert_eq!(bypasses_itself::cache_info().bypassed, 5);
}

#[memoize(scope = thread)]
fn of_thread(text: Rc<str>) -> Rc<str> {
    text.to_uppercase().into()
}

#[test]
fn caches_of_a_thread() {
    let text: Rc<str> = "a".into();
    let first = bypass(|| of_thread(Rc::clone(&text)));
    assert!(of_thread::keys().is_empty());
    let stored = of_thread(Rc::clone(&text));
    assert!(!Rc::ptr_eq(&first, &stored));
    let read = read_only(|| of_thread(Rc::clone(&text)));
    assert!(Rc::ptr_eq(&read, &stored));
    read_only(|| of_thread("b".into()));
    let info = of_thread::cache_info();
    assert_eq!((info.hits, info.misses, info.bypassed), (1, 2, 1));
    assert_eq!(info.currsize, 1);
}

#[memoize(oom_protection = false)]
fn bare(n: u64) -> u64 {
    n
}

#[memoize(stats = false)]
fn uncounted(n: u64) -> u64 {
    n
}

#[test]
fn other_stores() {
    bypass(|| (bare(1), uncounted(1)));
    let keys = (
        bare::cache_info().currsize,
        uncounted::cache_info().currsize,
    );
    assert_eq!(keys, (0, 0));
    let (_, seen) = trace(|| (bare(1), bare(1), uncounted(1), uncounted(1)));
    let twice = [Answer::Miss, Answer::Hit, Answer::Miss, Answer::Hit];
    assert_eq!(answers(&seen), twice, "also where calls are not counted");
    assert_eq!(uncounted::cache_info().misses, 0);
}

#[memoize]
fn generic<T>(t: T) -> String
where
    T: ToString + Copy + Eq + std::hash::Hash + Send + Sync + 'static,
{
    t.to_string()
}

#[derive(Default)]
struct Text {
    memo: Memo,
    runs: Cell<u32>,
}

impl Text {
    #[memoize(field = memo)]
    fn length(&self, word: &str) -> usize {
        self.runs.set(self.runs.get() + 1);
        word.len()
    }
}

#[test]
fn generics_and_methods() {
    let ((), seen) = trace(|| {
        generic(1_u8);
        generic(1_u16);
        generic(1_u8);
    });
    let expected = [Answer::Miss, Answer::Miss, Answer::Hit];
    assert_eq!(answers(&seen), expected);
    assert_ne!(seen.calls[0].cache, seen.calls[1].cache);
    assert_eq!(seen.calls[0].cache, seen.calls[2].cache);

    let text = Text::default();
    bypass(|| text.length("a"));
    read_only(|| text.length("a"));
    assert_eq!((text.memo.len(), text.runs.get()), (0, 2));
    let ((), seen) = trace(|| {
        text.length("a");
        text.length("a");
    });
    assert_eq!(answers(&seen), [Answer::Miss, Answer::Hit]);
    assert!(seen.calls[0].cache.ends_with("Text::length"), "{seen}");
}

#[memoize(name = "secrets")]
fn secret(key: &str) -> String {
    format!("value of {key}")
}

#[test]
fn a_trace_shows_neither_keys_nor_values() {
    let (_, seen) = trace(|| secret("password"));
    let shown = format!("{seen}{seen:?}");
    assert!(shown.contains("secrets"));
    assert!(
        !shown.contains("password") && !shown.contains("value"),
        "{shown}"
    );
}
