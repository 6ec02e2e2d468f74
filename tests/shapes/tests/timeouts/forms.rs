//! Functions of every form that can have timeouts.

use std::error::Error;
use std::future::pending;
use std::pin::Pin;

use memokit::{TimedOut, memoize};

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
    async fn price(&self, n: u64) -> Shared<u64> {
        Ok(opaque(n).await? + 1)
    }
}

#[test]
fn all_forms() {
    for cache in [alias::cache(), boxed::cache(), opaque::cache()] {
        let clock = begin(cache);
        let calls: [fn(u64) -> Pin<Box<dyn Future<Output = Shared<u64>> + Send>>; 4] = [
            |n| Box::pin(async move { alias("a".to_owned(), &[n, 1], n > 0).await }),
            |n| boxed(n),
            |n| Box::pin(opaque(n)),
            |n| Box::pin(async move { Shop.price(n).await }),
        ];
        let name = cache.name();
        let names = ["alias", "boxed", "opaque"];
        let at = names.iter().position(|own| name.ends_with(own)).unwrap();
        let before = in_background();
        assert!(now(calls[at](1)).is_ok());
        let mut slow = Task::new(calls[at](0));
        assert!(slow.waits());
        clock.advance(2 * SECOND);
        let error = slow.end().unwrap_err();
        assert!(error.is::<TimedOut>(), "{error}");
        assert_eq!(in_background(), before + 1);
        if at == 2 {
            let mut method = Task::new(calls[3](0));
            assert!(method.waits());
            clock.advance(2 * SECOND);
            assert!(method.end().is_err());
        }
    }
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
