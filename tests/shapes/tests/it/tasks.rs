//! Async functions and methods.

mod abort;
mod attributes;
mod by_hand;
mod forms;
mod invalidates;
mod invalidation;
mod mixed;
mod one_task;
mod polls;
mod recursion;
mod renewal;
mod send;
mod storm;

use std::rc::Rc;

use memokit::{Memo, memoize};

use crate::support::Runs;

static LOADED: Runs = Runs::new();

#[memoize]
async fn loaded(id: u64) -> Result<u64, Box<dyn std::error::Error>> {
    LOADED.add();
    tokio::task::yield_now().await;
    if id == 0 {
        return Err("none".into());
    }
    let n: u64 = "2".parse()?;
    Ok(id * n)
}

fn is_send<T: Send>(t: T) -> T {
    t
}

#[tokio::test]
async fn functions() {
    assert_eq!(is_send(loaded(4)).await.unwrap(), 8);
    assert_eq!(is_send(loaded(4)).await.unwrap(), 8);
    assert!(loaded(0).await.is_err());
    assert_eq!(LOADED.get(), 2);
    assert_eq!(loaded::peek(&4).unwrap().unwrap(), 8);
    assert_eq!(loaded::refresh(4).await.unwrap(), 8);
    assert_eq!(loaded::uncached(5).await.unwrap(), 10);
}

#[memoize]
async fn not_send(id: u64) -> u64 {
    let own = Rc::new(id);
    tokio::task::yield_now().await;
    *own
}

#[memoize]
fn countdown(n: u64) -> std::pin::Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        if n == 0 {
            0
        } else {
            countdown(n - 1).await + 1
        }
    })
}

#[memoize]
async fn boxed_inside(n: u64) -> u64 {
    if n == 0 {
        0
    } else {
        Box::pin(boxed_inside(n - 1)).await + 1
    }
}

#[memoize]
#[allow(clippy::manual_async_fn, reason = "that form is what is tested")]
fn opaque(n: u64) -> impl Future<Output = u64> + Send {
    async move { n + 1 }
}

#[tokio::test]
async fn other_forms() {
    assert_eq!(not_send(3).await, 3);
    assert_eq!(is_send(countdown(10)).await, 10);
    assert_eq!(countdown::cache_info().currsize, 11);
    assert_eq!(boxed_inside(10).await, 10);
    assert_eq!(is_send(opaque(1)).await, 2);
    assert_eq!(opaque::peek(&1), Some(2));
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Client {
    id: u64,
    memo: Memo,
}

#[async_trait::async_trait]
trait Fetch {
    async fn fetch(&self, path: &str) -> usize;
}

#[async_trait::async_trait]
impl Fetch for Client {
    #[memoize]
    async fn fetch(&self, path: &str) -> usize {
        tokio::task::yield_now().await;
        path.len() + usize::try_from(self.id).unwrap()
    }
}

impl Client {
    #[memoize]
    async fn get(&self, x: u64) -> Result<u64, std::num::ParseIntError> {
        let y: u64 = "7".parse()?;
        tokio::task::yield_now().await;
        if x == 9 {
            return Ok(0);
        }
        Ok(x + y + self.id)
    }

    #[memoize(field = memo)]
    async fn own(&self, x: &str) -> usize {
        tokio::task::yield_now().await;
        x.len()
    }
}

#[tokio::test]
async fn methods() {
    let client = Client {
        id: 1,
        memo: Memo::new(),
    };
    let fetch: Box<dyn Fetch + Send + Sync> = Box::new(client.clone());
    assert_eq!(
        is_send(fetch.fetch("ab")).await + fetch.fetch("ab").await,
        6
    );
    assert_eq!(is_send(client.get(1)).await.unwrap(), 9);
    assert_eq!(client.get(9).await.unwrap(), 0);
    assert_eq!(is_send(client.own("abc")).await, 3);
    assert_eq!(client.memo.len(), 1);
}
