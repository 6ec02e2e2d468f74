//! Scopes of tasks.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use memokit::{Answer, Cache, Trace, bypass, bypass_async, memoize, read_only_async, trace_async};
use tokio::task::yield_now;

use crate::support::Runs;

fn answers(trace: &Trace) -> Vec<Answer> {
    trace.calls.iter().map(|call| call.answer).collect()
}

fn is_send<T: Send>(t: T) -> T {
    t
}

/// Polls once.
fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

static LOADED: Runs = Runs::new();

#[memoize]
async fn loaded(n: u64) -> u64 {
    LOADED.add();
    yield_now().await;
    n * 2
}

#[tokio::test]
async fn functions() {
    assert_eq!(is_send(bypass_async(loaded(1))).await, 2);
    assert_eq!(is_send(read_only_async(loaded(1))).await, 2);
    assert_eq!(loaded::cache_info().currsize, 0);
    assert_eq!(loaded(1).await, 2);
    assert_eq!(LOADED.get(), 3);
    assert_eq!(read_only_async(loaded(1)).await, 2);
    assert_eq!(LOADED.get(), 3);
    assert_eq!(bypass_async(loaded(1)).await, 2);
    assert_eq!(LOADED.get(), 4);
    let info = loaded::cache_info();
    assert_eq!((info.hits, info.misses, info.bypassed), (1, 2, 2));
    assert_eq!((info.load_successes, info.load_failures), (1, 0));
}

#[memoize]
async fn outer(n: u64) -> u64 {
    yield_now().await;
    inner(n).await + inner(n).await
}

#[memoize]
async fn inner(n: u64) -> u64 {
    yield_now().await;
    n
}

#[test]
fn a_scope_is_in_place_after_every_await() {
    smol::block_on(async {
        assert_eq!(bypass_async(outer(1)).await, 2);
        let infos = (outer::cache_info(), inner::cache_info());
        assert_eq!((infos.0.bypassed, infos.1.bypassed), (1, 2));
        assert_eq!((infos.0.currsize, infos.1.currsize), (0, 0));
        let (value, trace) = trace_async(outer(1)).await;
        let expected = [Answer::Miss, Answer::Miss, Answer::Hit];
        assert_eq!((value, answers(&trace)), (2, expected.to_vec()));
    });
}

#[memoize]
async fn beside(n: u64) -> u64 {
    yield_now().await;
    n
}

#[test]
fn tasks_of_one_thread_stay_apart() {
    // Turn by turn: the one inside of a scope, the other not.
    let mut bypassed = pin!(bypass_async(beside(1)));
    let mut normal = pin!(beside(1));
    assert!(poll(bypassed.as_mut()).is_pending());
    assert!(poll(normal.as_mut()).is_pending());
    assert_eq!(poll(bypassed.as_mut()), Poll::Ready(1));
    assert!(!beside::contains(&1));
    assert_eq!(poll(normal.as_mut()), Poll::Ready(1));
    assert!(beside::contains(&1));
}

#[memoize]
async fn met(n: u64) -> u64 {
    yield_now().await;
    n
}

#[tokio::test]
async fn a_trace_tells_who_waited() {
    let both = async { tokio::join!(met(1), met(1), met(2), bypass_async(met(1))) };
    let (values, trace) = trace_async(both).await;
    assert_eq!(values, (1, 1, 2, 1));
    let expected = [
        Answer::Miss,
        Answer::Coalesced,
        Answer::Miss,
        Answer::Bypassed,
    ];
    assert_eq!(answers(&trace), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_spawned_inside_is_outside() {
    #[memoize]
    async fn spawned(n: u64) -> u64 {
        yield_now().await;
        n
    }
    let (value, trace) = trace_async(bypass_async(async {
        let other = tokio::spawn(is_send(spawned(1)));
        spawned(2).await + other.await.expect("no panic")
    }))
    .await;
    assert_eq!((value, answers(&trace)), (3, vec![Answer::Bypassed]));
    assert_eq!(spawned::keys(), ["1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scope_moves_with_its_task() {
    #[memoize]
    async fn moved(n: u64) -> u64 {
        yield_now().await;
        n
    }
    let tasks: Vec<_> = (0..200_u64)
        .map(|n| {
            tokio::spawn(is_send(async move {
                if n % 2 == 0 {
                    bypass_async(async { moved(n).await + moved(n).await }).await
                } else {
                    moved(n).await + moved(n).await
                }
            }))
        })
        .collect();
    for (n, task) in (0..).zip(tasks) {
        assert_eq!(task.await.expect("no panic"), 2 * n);
    }
    let info = moved::cache_info();
    assert_eq!((info.bypassed, info.misses, info.hits), (200, 100, 100));
    assert_eq!(info.currsize, 100);
}

#[memoize]
async fn made_inside(n: u64) -> u64 {
    n
}

#[tokio::test]
async fn a_future_is_in_the_scope_in_which_it_is_polled() {
    let future = bypass(|| made_inside(1));
    assert_eq!(future.await, 1);
    assert_eq!(made_inside::cache_info().misses, 1);
}

#[tokio::test]
async fn scopes_nest() {
    let cache: Cache<u64, u64> = Cache::builder().build();
    let call = async |value| cache.get_or_insert_with_async(&1, async || value).await;
    assert_eq!(call(1).await, 1);
    let (values, trace) = trace_async(bypass_async(async {
        let first = call(2).await;
        let second = read_only_async(call(3)).await;
        let (third, inner) = trace_async(call(4)).await;
        assert_eq!(answers(&inner), [Answer::Bypassed]);
        (first, second, third)
    }))
    .await;
    assert_eq!(values, (2, 1, 4));
    let expected = [Answer::Bypassed, Answer::Hit, Answer::Bypassed];
    assert_eq!(answers(&trace), expected);
}

#[test]
fn a_panic_leaves_the_scope() {
    let cache: Cache<u64, u64> = Cache::builder().build();
    let panics = std::panic::catch_unwind(|| {
        smol::block_on(bypass_async(async {
            yield_now().await;
            std::panic::resume_unwind(Box::new("on purpose"))
        }))
    });
    assert!(panics.is_err());
    cache.get_or_insert_with(&1, || 1);
    assert_eq!(cache.len(), 1);
}

/// Calls the cache when it is dropped.
struct CallsWhenDropped<'a>(&'a Cache<u64, u64>);

impl Drop for CallsWhenDropped<'_> {
    fn drop(&mut self) {
        self.0.get_or_insert_with(&1, || 1);
    }
}

#[test]
fn a_future_is_dropped_in_its_scope() {
    let cache: Cache<u64, u64> = Cache::builder().build();
    let waiting = async || {
        let _own = CallsWhenDropped(&cache);
        std::future::pending::<()>().await;
    };
    {
        let mut future = pin!(bypass_async(waiting()));
        assert!(poll(future.as_mut()).is_pending());
    }
    assert_eq!((cache.len(), cache.stats().bypassed), (0, 1));
    let own = CallsWhenDropped(&cache);
    let ((), trace) = smol::block_on(trace_async(std::future::poll_fn(move |_| {
        let _held = &own;
        Poll::Ready(())
    })));
    assert_eq!(answers(&trace), [Answer::Miss]);
}

#[memoize]
async fn cancelled(n: u64) -> u64 {
    yield_now().await;
    n
}

#[tokio::test]
async fn a_cancelled_call_without_an_answer_is_not_in_the_trace() {
    let mut leader = Box::pin(cancelled(1));
    assert!(poll(leader.as_mut()).is_pending());
    let ((), trace) = trace_async(async {
        {
            let mut waiter = pin!(cancelled(1));
            assert!(poll(waiter.as_mut()).is_pending());
        }
        // One whose leader is cancelled leads in its place.
        let mut heir = pin!(cancelled(1));
        assert!(poll(heir.as_mut()).is_pending());
        drop(leader);
        assert_eq!(heir.await, 1);
    })
    .await;
    assert_eq!(answers(&trace), [Answer::Miss]);
}

#[test]
fn a_bypassed_leader_is_in_nobodys_way() {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    let cache: Cache<u64, u64> = Cache::builder().build();
    let call = async || {
        let load = async || {
            yield_now().await;
            RUNS.fetch_add(1, Ordering::Relaxed)
        };
        cache.get_or_insert_with_async(&1, load).await
    };
    {
        let mut abandoned = pin!(bypass_async(call()));
        assert!(poll(abandoned.as_mut()).is_pending());
        assert_eq!(cache.stats().waiting, 0);
        assert_eq!(smol::block_on(call()), 0);
    }
    assert_eq!(smol::block_on(read_only_async(call())), 0);
    assert_eq!(cache.stats().misses, 1);
}

static MANY: Runs = Runs::new();

#[memoize(bulk)]
async fn many(keys: &[u64]) -> Vec<u64> {
    MANY.add();
    yield_now().await;
    keys.iter().map(|n| n * n).collect()
}

#[tokio::test]
async fn calls_for_many_keys() {
    assert_eq!(bypass_async(many(&[1, 2, 1])).await, [1, 4, 1]);
    assert_eq!(many::cache_info().currsize, 0);
    assert_eq!(many(&[1]).await, [1]);
    assert_eq!(read_only_async(many(&[1, 2])).await, [1, 4]);
    assert_eq!(read_only_async(many(&[1])).await, [1]);
    assert_eq!(MANY.get(), 3);
    let (values, trace) = trace_async(many(&[1, 2, 2])).await;
    assert_eq!(values, [1, 4, 4]);
    let expected = [Answer::Hit, Answer::Miss, Answer::Coalesced];
    assert_eq!(answers(&trace), expected);
    assert_eq!(many::cache_info().bypassed, 3);
}
