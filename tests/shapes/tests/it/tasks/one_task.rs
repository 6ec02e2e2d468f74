//! Several calls of one key in one task: leader and followers are polled in turn.

use std::future::pending;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use memokit::memoize;
use smol::future::{or, poll_fn, yield_now, zip};

use super::by_hand::{Hold, Polled, held, now};
use crate::executor::{Executor, on_every_executor};
use crate::support::Runs;

static RUNS: Runs = Runs::new();

#[memoize(maxsize = None)]
async fn doubled(key: u64) -> u64 {
    RUNS.add();
    for _ in 0..3 {
        yield_now().await;
    }
    key * 2
}

async fn joined<E: Executor>(_: E) {
    doubled::cache_clear();
    let runs = RUNS.get();
    assert_eq!(zip(doubled(1), doubled(1)).await, (2, 2));
    assert_eq!(tokio::join!(doubled(2), doubled(2), doubled(2)), (4, 4, 4));
    assert_eq!(RUNS.get() - runs, 2);
    let info = doubled::cache_info();
    assert_eq!((info.misses, info.coalesced, info.waiting), (2, 3, 0));
}

/// Polls all futures whenever one is woken, the last one first.
async fn all_of<T>(mut futures: Vec<Pin<Box<dyn Future<Output = T> + Send>>>) -> Vec<T> {
    let mut values = Vec::new();
    poll_fn(|context| {
        for at in (0..futures.len()).rev() {
            if let Poll::Ready(value) = futures[at].as_mut().poll(context) {
                drop(futures.swap_remove(at));
                values.push(value);
            }
        }
        if futures.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    values
}

async fn a_thousand_in_one_task<E: Executor>(executor: E) {
    doubled::cache_clear();
    let runs = RUNS.get();
    let values = executor
        .spawn(async {
            let futures = (0..1_000).map(|n| Box::pin(doubled(n % 10)) as Pin<Box<_>>);
            all_of(futures.collect()).await
        })
        .join()
        .await;
    assert_eq!(values.expect("no panic").iter().sum::<u64>(), 100 * 2 * 45);
    assert_eq!(RUNS.get() - runs, 10);
}

#[memoize]
async fn sum_of_two_equal(key: u64) -> u64 {
    // Two calls of one key inside of a computation: neither waits for the computation.
    let (a, b) = zip(doubled(100 + key), doubled(100 + key)).await;
    a + b
}

async fn joined_inside_of_a_computation<E: Executor>(executor: E) {
    doubled::cache_clear();
    sum_of_two_equal::cache_clear();
    let runs = RUNS.get();
    let tasks: Vec<_> = (0..10)
        .map(|_| executor.spawn(async { zip(sum_of_two_equal(1), sum_of_two_equal(1)).await }))
        .collect();
    for task in tasks {
        assert_eq!(task.join().await, Some((404, 404)));
    }
    assert_eq!(RUNS.get() - runs, 1);
}

/// The loser of a race is dropped, leader or follower.
async fn raced<E: Executor>(_: E) {
    doubled::cache_clear();
    let runs = RUNS.get();
    assert_eq!(or(doubled(3), async { 0 }).await, 0);
    assert_eq!(or(doubled(3), doubled(3)).await, 6);
    assert_eq!(RUNS.get() - runs, 2);
    tokio::select! {
        biased;
        _ = doubled(4) => panic!("it is suspended first"),
        () = std::future::ready(()) => {}
    }
    let value = tokio::select! {
        value = doubled(4) => value,
        value = doubled(4) => value,
        () = pending() => 0,
    };
    assert_eq!(value, 8);
    assert_eq!(RUNS.get() - runs, 4);
    assert_eq!(doubled::cache_info().waiting, 0);
}

on_every_executor!(
    joined,
    a_thousand_in_one_task,
    joined_inside_of_a_computation,
    raced,
);

#[tokio::test]
async fn timeouts() {
    held!(f);
    let hold = Hold::default();
    let mut leader = Polled::suspended(f(1, &hold));
    // Polled once, then out of time.
    let late = tokio::time::timeout(Duration::ZERO, f(1, &hold)).await;
    assert!(late.is_err());
    assert_eq!(f::cache_info().waiting, 0);
    hold.release();
    leader.assert_ready(2);
    assert!(
        tokio::time::timeout(Duration::ZERO, f(2, &hold))
            .await
            .is_err()
    );
    assert_eq!(hold.running(), 0);
    hold.release();
    assert_eq!(now(f(2, &hold)), 4);
}

#[test]
fn a_leader_that_is_not_polled_holds_up_its_own_task() {
    held!(f);
    let hold = Hold::default();
    let leader = Polled::suspended(f(1, &hold));
    let mut follower = Polled::suspended(f(1, &hold));
    hold.release();
    for _ in 0..10 {
        follower.assert_pending();
    }
    // The way out: who does not go on lets go.
    drop(leader);
    hold.release();
    follower.assert_ready(2);
}
