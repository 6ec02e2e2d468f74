//! `Send` or not: as without the cache.

use std::cell::Cell;
use std::marker::PhantomData;
use std::rc::Rc;

use memokit::{Cache, memoize};
use smol::future::{yield_now, zip};

/// Whether a future can go to another thread.
struct Probe<F>(PhantomData<F>);

impl<F> Probe<F> {
    fn of(_: &F) -> Self {
        Self(PhantomData)
    }
}

trait NotSend {
    #[allow(clippy::unused_self, reason = "found by the type of `self`")]
    fn is_send(&self) -> bool {
        false
    }
}

impl<F> NotSend for Probe<F> {}

/// Found before the trait's.
impl<F: Send> Probe<F> {
    #[allow(clippy::unused_self, reason = "found by the type of `self`")]
    fn is_send(&self) -> bool {
        true
    }
}

macro_rules! is_send {
    ($future:expr) => {
        Probe::of(&$future).is_send()
    };
}

async fn over_an_await<T>(value: T) -> T {
    yield_now().await;
    value
}

#[memoize]
async fn sends(n: u64) -> u64 {
    over_an_await(n).await
}

#[memoize]
async fn holds_rc(n: u64) -> u64 {
    *over_an_await(Rc::new(n)).await
}

#[memoize(skip(cell))]
async fn takes_a_cell(n: u64, cell: &Cell<u64>) -> u64 {
    yield_now().await;
    cell.set(cell.get() + 1);
    n
}

/// The box in the error is neither `Send` nor `Sync`; it never meets an await.
#[memoize]
async fn error_at_the_end(n: u64) -> Result<u64, Box<dyn std::error::Error>> {
    yield_now().await;
    let even = n.checked_rem(2).ok_or("no number")?;
    if even == 0 { Ok(n) } else { Err("odd".into()) }
}

#[memoize(scope = thread)]
async fn of_this_thread(n: u64) -> u64 {
    over_an_await(n).await
}

#[memoize(scope = thread)]
async fn local_types(text: Rc<str>) -> Rc<str> {
    over_an_await(text.to_uppercase().into()).await
}

async fn loads_number(cache: &Cache<u64, u64>) -> u64 {
    cache
        .get_or_insert_with_async(&1, async || over_an_await(1).await)
        .await
}

async fn loads_rc(cache: &Cache<u64, u64>) -> u64 {
    cache
        .get_or_insert_with_async(&1, async || *over_an_await(Rc::new(1)).await)
        .await
}

#[test]
fn futures_are_send_as_their_bodies_are() {
    assert!(is_send!(over_an_await(1)) && !is_send!(over_an_await(Rc::new(1))));
    assert!(is_send!(sends(1)) && is_send!(sends::refresh(1)) && is_send!(sends::uncached(1)));
    assert!(!is_send!(holds_rc(1)) && !is_send!(holds_rc::refresh(1)));
    assert!(!is_send!(takes_a_cell(1, &Cell::new(0))));
    assert!(is_send!(error_at_the_end(1)));
    // A cache of one thread: the future stays there.
    assert!(!is_send!(of_this_thread(1)));
    let cache: Cache<u64, u64> = Cache::builder().build();
    assert!(is_send!(loads_number(&cache)) && !is_send!(loads_rc(&cache)));
}

/// What is not `Send` runs on executors of one thread.
#[test]
fn futures_that_stay_on_their_thread() {
    let cell = Cell::new(0);
    let both = || async {
        let text = zip(local_types("a".into()), local_types("a".into())).await;
        assert_eq!(text, ("A".into(), "A".into()));
        assert_eq!(zip(holds_rc(7), holds_rc(7)).await, (7, 7));
        assert_eq!(
            zip(takes_a_cell(1, &cell), takes_a_cell(1, &cell)).await,
            (1, 1)
        );
        assert_eq!(zip(of_this_thread(1), of_this_thread(1)).await, (1, 1));
    };
    let local = smol::LocalExecutor::new();
    smol::block_on(local.run(both()));
    let builder = || tokio::runtime::Builder::new_current_thread().build();
    tokio::task::LocalSet::new().block_on(&builder().expect("a runtime"), both());
    assert_eq!(cell.get(), 1);
    assert_eq!(holds_rc::cache_info().misses, 1);
}

#[memoize(scope = thread)]
async fn in_each_thread(n: u64) -> u64 {
    over_an_await(n).await
}

#[test]
fn each_thread_computes_for_itself() {
    let call = || smol::block_on(in_each_thread(2));
    assert_eq!((call(), call()), (2, 2));
    assert_eq!(std::thread::spawn(call).join().ok(), Some(2));
    let info = in_each_thread::cache_info();
    assert_eq!((info.misses, info.hits), (2, 1));
}
