//! Caches of their own for tests of tasks, and of functions over many keys.

use memokit::memoize;
use memokit::testing::isolate;
use tokio::task::yield_now;

#[memoize]
async fn doubled(n: u64) -> u64 {
    yield_now().await;
    n * 2
}

#[tokio::test]
async fn tasks_of_one_thread() {
    assert_eq!(doubled(1).await, 2);
    let isolation = isolate();
    let (one, other) = tokio::join!(doubled(1), doubled(1));
    assert_eq!((one, other), (2, 2));
    assert_eq!(doubled(1).await, 2);
    assert_eq!(doubled::refresh(1).await, 2);
    let info = doubled::cache_info();
    assert_eq!((info.hits, info.misses, info.coalesced), (1, 2, 1));
    drop(isolation);
    let info = doubled::cache_info();
    assert_eq!((info.hits, info.misses), (0, 1));
}

#[tokio::test]
async fn a_computation_may_outlive_its_isolation() {
    let isolation = isolate();
    let mut begun = Box::pin(doubled(7));
    let first = std::future::poll_fn(|context| {
        std::task::Poll::Ready(begun.as_mut().poll(context).is_ready())
    });
    assert!(!first.await);
    drop(isolation);
    let later = isolate();
    assert_eq!(begun.await, 14, "for its caller");
    assert!(!doubled::contains(&7), "and for nobody else");
    drop(later);
}

#[memoize(bulk)]
fn squares(ns: &[u64]) -> Vec<u64> {
    ns.iter().map(|n| n * n).collect()
}

#[test]
fn many_keys() {
    assert_eq!(squares(&[1, 2]), [1, 4]);
    let _isolation = isolate();
    assert_eq!(squares(&[2, 3]), [4, 9]);
    assert_eq!(squares::refresh(&[3]), [9]);
    let info = squares::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (0, 3, 2));
}
