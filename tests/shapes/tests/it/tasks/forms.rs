//! Async functions and methods as people write them, each called from many tasks at a time.

use std::hash::Hash;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use memokit::{Memo, memoize};
use smol::future::yield_now;

use crate::executor::{Executor, on_every_executor};
use crate::support::Runs;

/// Calls from this many tasks at once.
const CALLS: usize = 20;

async fn in_tasks<E, T, F>(executor: &E, call: impl Fn() -> F) -> T
where
    E: Executor,
    T: PartialEq + std::fmt::Debug + Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (0..CALLS).map(|_| executor.spawn(call())).collect();
    let mut values = Vec::new();
    for task in tasks {
        values.push(task.join().await.expect("no panic"));
    }
    let first = values.swap_remove(0);
    assert!(values.iter().all(|value| *value == first), "{values:?}");
    first
}

/// Asserts that all calls together run the body once, from each executor anew.
macro_rules! assert_one_run {
    ($executor:expr, $runs:expr, $call:expr, $value:expr) => {
        let before = $runs.get();
        assert_eq!(in_tasks(&$executor, || $call).await, $value);
        assert_eq!($runs.get() - before, 1, "{}", stringify!($call));
    };
}

static REFERENCES: Runs = Runs::new();

/// References to what the caller has, over awaits.
#[memoize(maxsize = None)]
async fn references(
    texts: &[&str],
    (first, mut second): (&str, u64),
    last: Option<&str>,
) -> String {
    REFERENCES.add();
    second += 1;
    yield_now().await;
    let all = texts.join("+");
    yield_now().await;
    format!("{all} {first} {second} {}", last.unwrap_or("-"))
}

async fn arguments_by_reference<E: Executor>(executor: E) {
    references::cache_clear();
    let call = || async {
        let (a, b) = ("a".to_owned(), "b".to_owned());
        references(&[&a, &b], (&a, 1), Some(&b)).await
    };
    assert_one_run!(executor, REFERENCES, call(), "a+b a 2 b");
    assert_eq!(
        references::peek(&["a", "b"], &("a", 1), &Some("b")),
        Some("a+b a 2 b".into())
    );
}

static GENERIC: Runs = Runs::new();

static BOXED: Runs = Runs::new();

#[memoize]
fn boxed<'a>(
    text: &'a str,
    bytes: &'a [u8],
) -> Pin<Box<dyn Future<Output = Result<usize, String>> + Send + 'a>> {
    BOXED.add();
    // What is here runs when the future is polled, and for a miss only.
    let length = bytes.len();
    Box::pin(async move {
        yield_now().await;
        Ok(text.len() + length)
    })
}

/// As the crate `futures` defines it.
type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[memoize]
fn through_alias(text: &str) -> BoxFuture<'_, usize> {
    Box::pin(async move {
        BOXED.add();
        over_an_await(text).await.len()
    })
}

async fn boxed_with_references<E: Executor>(executor: E) {
    boxed::cache_clear();
    drop(boxed("ab", &[1]));
    let call = || async {
        let text = "ab".to_owned();
        boxed(&text, &[1]).await
    };
    assert_one_run!(executor, BOXED, call(), Ok(3));
    through_alias::cache_clear();
    assert_one_run!(executor, BOXED, through_alias("ab"), 2);
}

#[memoize]
async fn generic<T, const N: usize>(items: [T; N], text: impl AsRef<str> + Key) -> usize
where
    T: Key,
{
    GENERIC.add();
    let items = over_an_await(items).await;
    items.len() * text.as_ref().len()
}

trait Key: Hash + Eq + Clone + Send + Sync + 'static {}
impl<T: Hash + Eq + Clone + Send + Sync + 'static> Key for T {}

async fn over_an_await<T>(value: T) -> T {
    yield_now().await;
    value
}

async fn type_parameters<E: Executor>(executor: E) {
    generic::cache_clear();
    assert_one_run!(executor, GENERIC, generic([1_u8, 2], "abc".to_owned()), 6);
    assert_one_run!(executor, GENERIC, generic([1_u16, 2], "abc".to_owned()), 6);
    assert_one_run!(executor, GENERIC, generic([1_u8; 3], "abc".to_owned()), 9);
}

static METHODS: Runs = Runs::new();

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Client {
    id: usize,
    memo: Memo,
}

#[memoize]
impl Client {
    #[memoize]
    async fn by_reference(&self, path: &str) -> usize {
        METHODS.add();
        yield_now().await;
        self.id + path.len()
    }

    #[memoize]
    async fn by_arc(self: Arc<Self>, path: String) -> usize {
        METHODS.add();
        yield_now().await;
        self.id + path.len()
    }

    #[memoize]
    async fn by_value(self, path: &str) -> Self {
        METHODS.add();
        yield_now().await;
        Self {
            id: self.id + path.len(),
            ..self
        }
    }

    #[memoize]
    async fn without_self(id: usize) -> Self {
        METHODS.add();
        yield_now().await;
        Self {
            id,
            ..Self::default()
        }
    }

    #[memoize(field = memo)]
    async fn in_object(&self, path: &str) -> usize {
        METHODS.add();
        yield_now().await;
        self.id + path.len()
    }

    #[memoize(field = memo)]
    async fn taken(self, path: &str) -> usize {
        METHODS.add();
        yield_now().await;
        self.id + path.len()
    }

    #[memoize(skip(self))]
    async fn by_mutable_reference(&mut self, n: usize) -> usize {
        METHODS.add();
        self.id += n;
        yield_now().await;
        self.id
    }
}

async fn methods<E: Executor>(executor: E) {
    let caches = [
        Client::by_reference_cache(),
        Client::by_arc_cache(),
        Client::by_value_cache(),
        Client::without_self_cache(),
        Client::in_object_cache(),
        Client::taken_cache(),
        Client::by_mutable_reference_cache(),
    ];
    for cache in caches {
        cache.clear();
    }
    let client = Arc::new(Client {
        id: 1,
        ..Client::default()
    });
    let with = |client: &Arc<Client>| Arc::clone(client);
    let by_reference = |client: Arc<Client>| async move { client.by_reference("ab").await };
    assert_one_run!(executor, METHODS, by_reference(with(&client)), 3);
    let by_arc = |client: Arc<Client>| client.by_arc("ab".to_owned());
    assert_one_run!(executor, METHODS, by_arc(with(&client)), 3);
    let by_value = |client: Arc<Client>| async move { (*client).clone().by_value("ab").await.id };
    assert_one_run!(executor, METHODS, by_value(with(&client)), 3);
    assert_one_run!(
        executor,
        METHODS,
        Client::without_self(3),
        Client {
            id: 3,
            ..Client::default()
        }
    );
    let in_object = |client: Arc<Client>| async move { client.in_object("ab").await };
    assert_one_run!(executor, METHODS, in_object(with(&client)), 3);
    assert_eq!((client.memo.len(), client.memo.clear()), (1, 1));
    let taken = |client: Arc<Client>| async move {
        // Each has a memo of its own, which goes with its call.
        (*client).clone().taken("ab").await
    };
    let before = METHODS.get();
    assert_eq!(in_tasks(&executor, || taken(with(&client))).await, 3);
    assert_eq!(METHODS.get() - before, CALLS);
    let mutable = || async { Client::default().by_mutable_reference(5).await };
    assert_one_run!(executor, METHODS, mutable(), 5);
    for cache in caches {
        let info = cache.info();
        assert_eq!(info.calls(), CALLS as u64, "{}", cache.name());
    }
}

static TRAITS: Runs = Runs::new();

/// As the language has it.
trait Native {
    fn native(&self, path: &str) -> impl Future<Output = usize> + Send;
    #[memoize(skip(self))]
    async fn by_default(&self, n: usize) -> usize {
        TRAITS.add();
        yield_now().await;
        n
    }
}

impl Native for Client {
    #[memoize]
    async fn native(&self, path: &str) -> usize {
        TRAITS.add();
        yield_now().await;
        self.id + path.len()
    }
}

/// As objects need it.
#[async_trait]
trait Boxed: Send + Sync {
    async fn boxed(&self, path: &str) -> usize;
    async fn boxed_too(&self, path: &str) -> Result<usize, String>;
    #[memoize(skip(self))]
    async fn boxed_default(&self, n: usize) -> usize {
        TRAITS.add();
        yield_now().await;
        n
    }
}

#[async_trait]
#[memoize]
impl Boxed for Client {
    #[memoize]
    async fn boxed(&self, path: &str) -> usize {
        TRAITS.add();
        yield_now().await;
        self.id + path.len()
    }

    #[memoize(handle = boxed_errors)]
    async fn boxed_too(&self, path: &str) -> Result<usize, String> {
        TRAITS.add();
        yield_now().await;
        if path.is_empty() {
            Err("empty".into())
        } else {
            Ok(self.id)
        }
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Other<T>(T);

#[memoize]
#[async_trait]
impl<T: Key + std::fmt::Debug> Boxed for Other<T> {
    #[memoize]
    async fn boxed(&self, path: &str) -> usize {
        TRAITS.add();
        yield_now().await;
        path.len()
    }

    async fn boxed_too(&self, path: &str) -> Result<usize, String> {
        self.boxed(path)
            .await
            .checked_sub(1)
            .ok_or_else(|| "empty".into())
    }
}

/// A client that no other call has seen, so that nothing needs to be cleared.
fn fresh() -> usize {
    static IDS: Runs = Runs::new();
    1_000 + IDS.add()
}

async fn methods_of_traits<E: Executor>(executor: E) {
    let id = fresh();
    let client = Arc::new(Client {
        id,
        ..Client::default()
    });
    let native = |client: Arc<Client>| async move { client.native("ab").await };
    assert_one_run!(executor, TRAITS, native(Arc::clone(&client)), id + 2);
    assert_eq!(client.by_default(id).await, id);
    let objects: [Arc<dyn Boxed>; 3] =
        [client, Arc::new(Other(id)), Arc::new(Other(id.to_string()))];
    for (object, value) in objects.into_iter().zip([id + 2, 2, 2]) {
        let boxed = |object: Arc<dyn Boxed>| async move { object.boxed("ab").await };
        assert_one_run!(executor, TRAITS, boxed(Arc::clone(&object)), value);
        assert_eq!(object.boxed_default(id).await, id);
        assert!(object.boxed_too("").await.is_err());
    }
    assert!(Client::boxed_errors().info().load_failures > 0);
}

on_every_executor!(
    arguments_by_reference,
    boxed_with_references,
    type_parameters,
    methods,
    methods_of_traits,
);
