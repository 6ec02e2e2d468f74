//! Results that a computation finds to be as good as new ones.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use memokit::testing::MockClock;
use memokit::{memoize, not_modified};

use crate::support::{Runs, until, within_time};

const SECOND: Duration = Duration::from_secs(1);

/// What is asked: of which version it is, whether it is down, and how often it gave all or said "the same".
struct Server {
    version: AtomicU64,
    is_down: AtomicBool,
    full: Runs,
    same: Runs,
}

#[derive(Clone, PartialEq, Debug)]
struct Page {
    etag: u64,
    text: Arc<str>,
}

impl Server {
    const fn new() -> Self {
        Self {
            version: AtomicU64::new(0),
            is_down: AtomicBool::new(false),
            full: Runs::new(),
            same: Runs::new(),
        }
    }

    fn get(&self, path: &str, etag: Option<u64>) -> Result<Option<Page>, String> {
        if self.is_down.load(Ordering::SeqCst) {
            return Err("down".to_owned());
        }
        let version = self.version.load(Ordering::SeqCst);
        if etag == Some(version) {
            self.same.add();
            return Ok(None);
        }
        self.full.add();
        Ok(Some(Page {
            etag: version,
            text: path.into(),
        }))
    }

    fn asked(&self) -> (usize, usize) {
        (self.full.get(), self.same.get())
    }
}

fn answer(server: &Server, path: &str, old: Option<Result<Page, String>>) -> Result<Page, String> {
    let old = old.and_then(Result::ok);
    let new = server.get(path, old.as_ref().map(|page| page.etag))?;
    new.or_else(|| old.map(not_modified))
        .ok_or_else(String::new)
}

#[test]
fn what_is_not_modified_lives_anew() {
    static SERVER: Server = Server::new();
    #[memoize(ttl = "10s", keep_expired = "60s")]
    fn page(path: &str) -> Result<Page, String> {
        answer(&SERVER, path, page::previous())
    }
    let clock = MockClock::new();
    assert!(page::cache().set_clock(clock.clone()));
    let first = page("a").unwrap();
    clock.advance(10 * SECOND);
    assert!(!page::contains("a"), "it is not served");
    let again = page("a").unwrap();
    assert!(Arc::ptr_eq(&first.text, &again.text));
    assert_eq!(SERVER.asked(), (1, 1));
    let info = page::entry_info("a").unwrap();
    assert_eq!(
        (info.age, info.expires_in),
        (Duration::ZERO, Some(10 * SECOND))
    );
    clock.advance(9 * SECOND);
    assert_eq!(page("a").unwrap(), first);
    SERVER.version.store(1, Ordering::SeqCst);
    clock.advance(SECOND);
    assert_eq!(page("a").unwrap().etag, 1);
    assert_eq!(SERVER.asked(), (2, 1));
    // A minute after its end it is gone.
    clock.advance(70 * SECOND);
    assert_eq!(page("a").unwrap().etag, 1);
    assert_eq!(SERVER.asked(), (3, 1));
    let info = page::cache_info();
    assert_eq!((info.hits, info.misses, info.stale), (1, 4, 0));
    assert_eq!((info.currsize, info.rejected), (1, 0));
    assert_eq!((info.load_successes, info.load_failures), (4, 0));
    assert_eq!((info.removals.replaced, info.removals.expired), (1, 1));
}

#[test]
fn each_computation_of_a_key_can_ask() {
    static SERVER: Server = Server::new();
    #[memoize(ttl = "10s", keep_expired = "60s", refresh_ahead = 0.5)]
    fn page(path: &str) -> Result<Page, String> {
        answer(&SERVER, path, page::previous())
    }
    let clock = MockClock::new();
    assert!(page::cache().set_clock(clock.clone()));
    page("a").unwrap();
    page::refresh("a").unwrap();
    assert_eq!(SERVER.asked(), (1, 1));
    clock.advance(6 * SECOND);
    page("a").unwrap();
    until(|| page::entry_info("a").unwrap().age == Duration::ZERO);
    assert_eq!(SERVER.asked(), (1, 2));
    // The next one is due after half of its new life, and computed once more.
    clock.advance(6 * SECOND);
    page("a").unwrap();
    until(|| page::entry_info("a").unwrap().age == Duration::ZERO);
    assert_eq!(SERVER.asked(), (1, 3));
    let info = page::cache_info();
    assert_eq!((info.hits, info.misses, info.removals.replaced), (2, 2, 0));
}

#[test]
fn other_options_see_it_as_a_new_result() {
    static SERVER: Server = Server::new();
    #[memoize(adaptive_ttl = ("10s", "60s"), keep_expired = "60s", stale_if_error = "50s", err_ttl = "1s")]
    fn page(path: &str) -> Result<Page, String> {
        answer(&SERVER, path, page::previous())
    }
    let clock = MockClock::new();
    assert!(page::cache().set_clock(clock.clone()));
    let mut lives = Vec::new();
    for _ in 0..4 {
        page("a").unwrap();
        let life = page::entry_info("a").unwrap().expires_in.unwrap();
        lives.push(life.as_secs());
        clock.advance(life);
    }
    assert_eq!(lives, [10, 20, 40, 60]);
    assert_eq!(SERVER.asked(), (1, 3));
    SERVER.is_down.store(true, Ordering::SeqCst);
    page("a").unwrap();
    assert_eq!(page::cache_info().stale, 1);
    // An error that is kept is no result that anybody could go on with.
    assert!(page("b").is_err());
    SERVER.is_down.store(false, Ordering::SeqCst);
    clock.advance(2 * SECOND);
    page("b").unwrap();
    assert_eq!(SERVER.asked(), (2, 3));
}

#[test]
fn only_the_function_itself_is_told() {
    static SEEN: AtomicU64 = AtomicU64::new(0);
    #[memoize(ttl = "10s", keep_expired = "60s")]
    fn inner(n: u64) -> u64 {
        SEEN.fetch_add(u64::from(inner::previous().is_some()), Ordering::SeqCst);
        // Nobody has asked what the outer one is to replace.
        not_modified(n)
    }
    #[memoize(ttl = "10s", keep_expired = "60s")]
    fn outer(n: u64) -> u64 {
        inner(n) + inner::uncached(n) + memokit::bypass(|| inner(n))
    }
    let clock = MockClock::new();
    assert!(inner::cache().set_clock(clock.clone()) && outer::cache().set_clock(clock.clone()));
    assert_eq!(outer(1), 3);
    clock.advance(10 * SECOND);
    assert_eq!(outer(1), 3);
    assert_eq!(SEEN.load(Ordering::SeqCst), 1);
    assert_eq!(inner::previous(), None, "outside of it there is none");
    assert_eq!(outer::cache_info().removals.replaced, 1);
    assert_eq!(inner::cache_info().removals.replaced, 0);
}

#[test]
fn callers_get_what_stays() {
    static RUNS: Runs = Runs::new();
    #[memoize(ttl = "10s", keep_expired = "60s")]
    fn count<T: Clone + Eq + std::hash::Hash + Send + Sync + 'static>(what: T) -> (T, usize) {
        RUNS.add();
        if let Some(old) = count::previous::<T>() {
            not_modified(old);
        }
        (what, RUNS.get())
    }
    let clock = MockClock::new();
    assert!(count::cache().set_clock(clock.clone()));
    assert_eq!(count("a"), ("a", 1));
    clock.advance(10 * SECOND);
    assert_eq!(count("a"), ("a", 1));
    assert_eq!(count::peek(&"a"), Some(("a", 1)));
    assert_eq!(RUNS.get(), 2);
}

#[test]
fn an_invalidation_wins() {
    static RUNS: Runs = Runs::new();
    #[memoize(ttl = "10s", keep_expired = "60s")]
    fn entry(how: &str) -> usize {
        RUNS.add();
        memokit::tag("previous::all");
        let Some(old) = entry::previous() else {
            return RUNS.get();
        };
        match how {
            "tag" => assert_eq!(memokit::clear_tag("previous::all"), 1),
            "prime" => entry::prime("prime", 77),
            _ => drop(entry::invalidate(how)),
        }
        not_modified(old)
    }
    let clock = MockClock::new();
    assert!(entry::cache().set_clock(clock.clone()));
    for how in ["key", "prime", "tag"] {
        let first = entry(how);
        clock.advance(10 * SECOND);
        let before = entry::cache_info();
        assert_eq!(entry(how), first, "it goes to its own caller");
        let info = entry::cache_info().minus(&before);
        assert_eq!(
            (info.misses, info.rejected, info.load_successes),
            (1, 1, 1),
            "{how}"
        );
        if how == "prime" {
            assert_eq!(entry::peek(how), Some(77));
        } else {
            assert!(!entry::contains(how));
            assert_eq!(entry(how), RUNS.get(), "and is not offered any more");
        }
        entry::cache_clear();
    }
}

#[test]
fn tags_stay_and_come() {
    const FIRST: &str = "previous::first";
    const SECOND_TAG: &str = "previous::second";
    static TAG: Mutex<Option<&str>> = Mutex::new(Some(FIRST));
    #[memoize(ttl = "10s", keep_expired = "60s")]
    fn entry(n: u8) -> Vec<u8> {
        if let Some(tag) = *TAG.lock().unwrap() {
            memokit::tag(tag);
        }
        entry::previous().map_or_else(|| vec![n; 1_000], not_modified)
    }
    let say = |tag| *TAG.lock().unwrap() = tag;
    let clock = MockClock::new();
    assert!(entry::cache().set_clock(clock.clone()));
    let replaced = || entry::cache_info().removals.replaced;
    entry(7);
    for tag in [Some(FIRST), None] {
        clock.advance(10 * SECOND);
        say(tag);
        entry(7);
        assert!(entry::contains(&7));
    }
    assert_eq!(replaced(), 0);
    clock.advance(9 * SECOND);
    assert!(entry::contains(&7), "tags have a deadline of their own");
    assert_eq!(memokit::clear_tag(FIRST), 1);
    assert!(!entry::contains(&7));
    say(Some(FIRST));
    entry(7);
    clock.advance(10 * SECOND);
    say(Some(SECOND_TAG));
    entry(7);
    assert_eq!(replaced(), 1, "with another tag it is another entry");
    assert!(entry::entry_info(&7).unwrap().bytes.unwrap() > 1_000);
    for tag in [FIRST, SECOND_TAG] {
        assert_eq!(memokit::clear_tag(tag), 1);
        assert!(!entry::contains(&7));
    }
}

#[test]
fn those_who_wait_get_it_too() {
    const CALLERS: usize = 4;
    static RUNS: Runs = Runs::new();
    #[memoize(ttl = "10s", keep_expired = "60s", maxsize = 1)]
    fn entry(n: usize) -> Arc<usize> {
        RUNS.add();
        let old = entry::previous();
        if old.is_some() {
            until(|| entry::cache_info().waiting == CALLERS - 1);
        }
        old.map_or_else(|| Arc::new(n), not_modified)
    }
    let clock = MockClock::new();
    assert!(entry::cache().set_clock(clock.clone()));
    let first = entry(1);
    clock.advance(10 * SECOND);
    let start = Arc::new(Barrier::new(CALLERS));
    let values = within_time(move || {
        let calls: Vec<_> = (0..CALLERS)
            .map(|_| {
                let start = Arc::clone(&start);
                thread::spawn(move || {
                    start.wait();
                    entry(1)
                })
            })
            .collect();
        let values = calls.into_iter().map(|call| call.join().unwrap());
        values.collect::<Vec<_>>()
    });
    assert!(values.iter().all(|value| Arc::ptr_eq(value, &first)));
    let info = entry::cache_info();
    assert_eq!(
        (RUNS.get(), info.misses, info.coalesced),
        (2, 2, CALLERS as u64 - 1)
    );
    assert_eq!((info.currsize, info.evictions()), (1, 0));
}

#[cfg(feature = "async")]
#[test]
fn tasks_can_ask() {
    static SERVER: Server = Server::new();
    #[memoize(ttl = "10s", keep_expired = "60s")]
    async fn page(path: &str) -> Result<Page, String> {
        tokio::task::yield_now().await;
        answer(&SERVER, path, page::previous())
    }
    let clock = MockClock::new();
    assert!(page::cache().set_clock(clock.clone()));
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("it needs no more than a thread");
    runtime.block_on(async {
        let first = page("a").await.unwrap();
        clock.advance(10 * SECOND);
        assert!(Arc::ptr_eq(&first.text, &page("a").await.unwrap().text));
        assert!(page("a").await.is_ok() && page::refresh("a").await.is_ok());
    });
    assert_eq!(SERVER.asked(), (1, 2));
    let info = page::cache_info();
    assert_eq!((info.hits, info.misses, info.removals.replaced), (1, 3, 0));
}
