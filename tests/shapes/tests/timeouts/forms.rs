//! Functions of every form that can have timeouts.

use std::error::Error;
use std::future::pending;
use std::pin::Pin;

use memokit::{CacheHandle, TimedOut, memoize};

use crate::support::{SECOND, Task, begin, in_background, now};

type Shared<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[memoize(hard_timeout = "2s")]
async fn alias(item: String, n: &[u64], flag: bool) -> Shared<u64> {
    if !flag {
        pending::<()>().await;
    }
    Ok(item.len() as u64 + n.iter().sum::<u64>())
}

#[memoize(hard_timeout = "2s")]
fn boxed(n: u64) -> Pin<Box<dyn Future<Output = Shared<u64>> + Send>> {
    Box::pin(async move {
        if n == 0 {
            pending::<()>().await;
        }
        Ok(n)
    })
}

#[memoize(hard_timeout = "2s")]
#[allow(clippy::manual_async_fn, reason = "that form is what is tested")]
fn opaque(n: u64) -> impl Future<Output = Shared<u64>> + Send {
    async move {
        if n == 0 {
            pending::<()>().await;
        }
        Ok(n)
    }
}

/// The error need be neither `Clone` nor `Send`.
#[derive(Debug)]
struct Own(#[allow(dead_code, reason = "it is there")] std::rc::Rc<str>);

impl From<TimedOut> for Own {
    fn from(timed_out: TimedOut) -> Self {
        Self(timed_out.to_string().into())
    }
}

#[memoize(hard_timeout = LIMIT)]
async fn generic<T>(item: T) -> Result<T, Own>
where
    T: Clone + Eq + std::hash::Hash + Send + Sync + 'static,
{
    pending::<()>().await;
    Ok(item)
}

const LIMIT: std::time::Duration = std::time::Duration::from_secs(2);

struct Shop;

impl Shop {
    /// A method asks a function.
    async fn price(self, n: u64) -> Shared<u64> {
        Ok(opaque(n).await? + 1)
    }
}

/// A call that is in time, and one that is not.
fn both(
    cache: CacheHandle,
    quick: impl Future<Output = Shared<u64>> + Send + 'static,
    slow: impl Future<Output = Shared<u64>> + Send + 'static,
) {
    let clock = begin(cache);
    assert!(now(quick).is_ok());
    let mut slow = Task::new(slow);
    assert!(slow.waits());
    clock.advance(2 * SECOND);
    let error = slow.end().unwrap_err();
    assert!(error.is::<TimedOut>(), "{error}");
    assert_eq!(in_background(), 1);
}

#[test]
fn an_alias_and_arguments_of_several_kinds() {
    async fn call(flag: bool) -> Shared<u64> {
        let local = vec![1, 2];
        alias("a".to_owned(), &local, flag).await
    }
    both(alias::cache(), call(true), call(false));
}

#[test]
fn boxed_futures() {
    both(boxed::cache(), boxed(1), boxed(0));
}

#[test]
fn opaque_futures_called_by_a_method() {
    both(opaque::cache(), Shop.price(1), Shop.price(0));
}

#[test]
fn generic_functions_and_errors_of_one_thread() {
    let clock = begin(generic::cache());
    let mut text = Box::pin(generic("a".to_owned()));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(text.as_mut().poll(&mut context).is_pending());
    clock.advance(LIMIT);
    let std::task::Poll::Ready(Err(error)) = text.as_mut().poll(&mut context) else {
        panic!("its time is up");
    };
    assert!(format!("{error:?}").contains("hard_timeout"));
    assert_eq!(generic::cache().info().timeouts, 1);
}
