//! Tasks that need their own result get a panic, never a hang; others are not mistaken for them.

use std::pin::Pin;
use std::sync::Arc;

use memokit::memoize;
use smol::future::{yield_now, zip};
use tokio::sync::Barrier;

use super::by_hand::Polled;
use crate::executor::{Executor, on_every_executor, until};

#[memoize]
async fn itself(key: u64) -> u64 {
    yield_now().await;
    Box::pin(itself(key)).await
}

#[test]
fn a_key_that_needs_itself() {
    let mut future = Polled::suspended(itself(1));
    let message = future.panic();
    assert!(message.contains("recursion::itself"), "{message}");
    assert!(
        message.contains("its result depends on itself"),
        "{message}"
    );
    drop(future);
    let info = itself::cache_info();
    assert_eq!((info.misses, info.waiting, info.currsize), (2, 0, 0));
}

#[memoize]
fn through_others(key: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        yield_now().await;
        through_others((key + 1) % 3).await
    })
}

#[test]
fn a_circle_over_other_keys() {
    let mut future = Polled::suspended(through_others(0));
    for _ in 0..2 {
        future.assert_pending();
    }
    let message = future.panic();
    assert!(message.contains("recursion::through_others"), "{message}");
}

#[memoize]
async fn refreshes_itself(key: u64) -> u64 {
    yield_now().await;
    Box::pin(refreshes_itself::refresh(key)).await
}

#[test]
fn a_refresh_inside_of_the_computation() {
    let mut future = Polled::suspended(refreshes_itself(1));
    let message = future.panic();
    assert!(message.contains("recursion::refreshes_itself"), "{message}");
}

#[memoize]
async fn one_branch_needs_it(key: u64) -> u64 {
    let own = Box::pin(one_branch_needs_it(key));
    zip(yield_now(), own).await.1
}

#[test]
fn a_branch_of_a_join() {
    let message = Polled::new(one_branch_needs_it(1)).panic();
    assert!(
        message.contains("recursion::one_branch_needs_it"),
        "{message}"
    );
}

/// Key `n` of `length` needs the next one; all begin before one goes on.
#[memoize(skip(all_lead))]
async fn ring(key: u64, length: u64, all_lead: Option<Arc<Barrier>>) -> u64 {
    // Computed for another one, after the panic: no circle any more.
    let Some(all_lead) = all_lead else {
        return 100;
    };
    all_lead.wait().await;
    Box::pin(ring((key + 1) % length, length, None)).await + 1
}

async fn circles_over_tasks<E: Executor>(executor: E) {
    ring::cache_clear();
    for length in [2, 5] {
        let all_lead = Arc::new(Barrier::new(usize::try_from(length).expect("it is small")));
        let tasks: Vec<_> = (0..length)
            .map(|key| executor.spawn(ring(key, length, Some(Arc::clone(&all_lead)))))
            .collect();
        let mut values = Vec::new();
        for task in tasks {
            values.extend(task.join().await);
        }
        values.sort_unstable();
        // One gives way, the one that waited for it computes its key, and the others get on.
        let expected: Vec<u64> = (101..100 + length).collect();
        assert_eq!(values, expected);
    }
    assert_eq!(ring::cache_info().waiting, 0);
}

/// Key `n` needs key `n - 1`, each in a task of its own: a chain and no circle.
#[memoize(skip(all_lead))]
async fn chain(key: u64, all_lead: Arc<Barrier>) -> u64 {
    all_lead.wait().await;
    match key.checked_sub(1) {
        Some(below) => Box::pin(chain(below, all_lead)).await + 1,
        None => 0,
    }
}

async fn waiting_in_line<E: Executor>(executor: E) {
    const LENGTH: usize = 50;
    chain::cache_clear();
    let all_lead = Arc::new(Barrier::new(LENGTH));
    let tasks: Vec<_> = (0..LENGTH as u64)
        .map(|key| executor.spawn(chain(key, Arc::clone(&all_lead))))
        .collect();
    for (key, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.join().await, Some(key as u64));
    }
    let info = chain::cache_info();
    assert_eq!((info.misses, info.currsize), (LENGTH as u64, LENGTH));
}

#[memoize]
async fn outer(key: u64) -> u64 {
    until(|| outer::cache_info().waiting == 1).await;
    inner(key).await
}

#[memoize]
async fn inner(key: u64) -> u64 {
    yield_now().await;
    key
}

/// While a leader is suspended, its thread runs others that call the same key: no recursion.
async fn others_on_the_same_thread<E: Executor>(executor: E) {
    outer::cache_clear();
    inner::cache_clear();
    let tasks = [1, 1].map(|key| executor.spawn(outer(key)));
    for task in tasks {
        assert_eq!(task.join().await, Some(1));
    }
}

/// The computation of key 0 spawns a task that needs it: nothing links the two.
#[memoize(skip(executor, depth))]
fn spawns<E: Executor>(
    key: u64,
    executor: E,
    depth: u64,
) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        if depth > 0 {
            return depth;
        }
        let task = executor.spawn(spawns(key, executor.clone(), depth + 1));
        task.join().await.unwrap_or(0)
    })
}

/// A circle that cannot be seen ends when one of its calls is given up.
async fn a_circle_through_a_spawned_task<E: Executor>(executor: E) {
    spawns::cache_clear();
    let outer = executor.spawn(spawns(0, executor.clone(), 0));
    until(|| spawns::cache_info().waiting == 1).await;
    assert_eq!(outer.abort().await, None);
    // On some executors the task goes on without the one that spawned it, on others it goes, too.
    until(|| spawns::cache_info().waiting == 0).await;
    assert_eq!(spawns(0, executor, 1).await, 1);
}

#[memoize(maxsize = None)]
fn fib(n: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        if n < 2 {
            return n;
        }
        yield_now().await;
        let (a, b) = zip(fib(n - 1), fib(n - 2)).await;
        a + b
    })
}

/// Both branches of each computation meet at the keys below, in one task and over several.
async fn fibonacci<E: Executor>(executor: E) {
    fib::cache_clear();
    let tasks = [60, 59, 60, 58].map(|n| (n, executor.spawn(fib(n))));
    let plain = |n| (0..n).fold((0, 1), |(a, b), _| (b, a + b)).0;
    for (n, task) in tasks {
        assert_eq!(task.join().await, Some(plain(n)));
    }
    assert_eq!(fib::cache_info().misses, 61);
}

on_every_executor!(
    circles_over_tasks,
    waiting_in_line,
    others_on_the_same_thread,
    a_circle_through_a_spawned_task,
    fibonacci,
);
