//! What memoized async functions allocate: nothing on a hit, nothing that stays when they are
//! dropped; and how large their futures are.
#![allow(
    clippy::disallowed_types,
    reason = "tests keep what they observe in plain mutexes"
)]

#[path = "alloc/counting.rs"]
mod counting;
#[allow(dead_code, reason = "the other tests need more of it")]
#[path = "it/tasks/executor.rs"]
mod executor;

use std::future::pending;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use memokit::{Cache, Memo, memoize};
use smol::future::{or, yield_now};

use counting::{all_live, allocations_in, live};
use executor::{Executor, on_every_executor};

/// The result of a future that ends without being woken.
fn done<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..10 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
    panic!("it waits for something")
}

/// Asserts that a call allocates this much when it is a hit, a thousand times.
macro_rules! assert_hit_allocates {
    ($expected:expr, $call:expr) => {
        let first = done($call);
        let made = allocations_in(|| {
            for _ in 0..1_000 {
                assert_eq!(done($call), first);
            }
        });
        assert_eq!(made, 1_000 * $expected, "{}", stringify!($call));
    };
}

#[memoize]
async fn number(n: u64) -> u64 {
    yield_now().await;
    n + 1
}

#[memoize]
async fn many(s: &str, n: Option<&str>, deep: &[&str], t: (&str, u32)) -> usize {
    yield_now().await;
    s.len() + n.map_or(0, str::len) + deep.len() + t.0.len()
}

#[memoize(ttl = "1h")]
async fn fallible(s: &str) -> Result<usize, ()> {
    yield_now().await;
    Ok(s.len())
}

#[memoize(oom_protection = false)]
async fn bare(s: &str) -> usize {
    yield_now().await;
    s.len()
}

#[memoize(scope = thread)]
async fn own(s: &str) -> usize {
    yield_now().await;
    s.len()
}

#[memoize]
#[allow(clippy::manual_async_fn, reason = "that form is what is tested")]
fn opaque(s: &str) -> impl Future<Output = usize> + Send {
    async move {
        yield_now().await;
        s.len()
    }
}

#[memoize]
fn boxed(n: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move { n })
}

#[memoize]
async fn generic<T: AsRef<str> + std::hash::Hash + Eq + Clone + Send + Sync + 'static>(
    text: &T,
) -> usize {
    yield_now().await;
    text.as_ref().len()
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Client {
    name: String,
    memo: Memo,
}

impl Client {
    #[memoize]
    async fn get(&self, path: &str) -> usize {
        yield_now().await;
        self.name.len() + path.len()
    }

    #[memoize(field = memo)]
    async fn kept(&self, path: &str) -> usize {
        yield_now().await;
        self.name.len() + path.len()
    }
}

#[test]
fn hits_do_not_allocate() {
    let text = "a text that is too long for any trick with small ones";
    assert_hit_allocates!(0, number(1));
    assert_hit_allocates!(0, many(text, Some(text), &[text], (text, 1)));
    assert_hit_allocates!(0, fallible(text));
    assert_hit_allocates!(0, bare(text));
    assert_hit_allocates!(0, own(text));
    assert_hit_allocates!(0, opaque(text));
    let owned = text.to_owned();
    assert_hit_allocates!(0, generic(&owned));
    let client = Client {
        name: owned,
        ..Client::default()
    };
    assert_hit_allocates!(0, client.get(text));
    assert_hit_allocates!(0, client.kept(text));
    let cache: Cache<String, usize> = Cache::builder().build();
    assert_hit_allocates!(0, cache.get_or_insert_with_async(text, async || 7));
    // The box that its type demands.
    assert_hit_allocates!(1, boxed(1));
}

mod plain {
    use smol::future::yield_now;

    pub(super) async fn number(n: u64) -> u64 {
        yield_now().await;
        n + 1
    }

    pub(super) async fn kibibyte(n: u64) -> u64 {
        let block = [n.to_ne_bytes()[0]; 1024];
        yield_now().await;
        block.iter().map(|byte| u64::from(*byte)).sum()
    }

    pub(super) async fn texts(a: String, b: String, c: String) -> usize {
        yield_now().await;
        a.len() + b.len() + c.len()
    }

    pub(super) async fn five(n: u64) -> u64 {
        four(n).await + 1
    }
    async fn four(n: u64) -> u64 {
        three(n).await + 1
    }
    async fn three(n: u64) -> u64 {
        two(n).await + 1
    }
    async fn two(n: u64) -> u64 {
        one(n).await + 1
    }
    async fn one(n: u64) -> u64 {
        yield_now().await;
        n
    }
}

#[memoize]
async fn kibibyte(n: u64) -> u64 {
    let block = [n.to_ne_bytes()[0]; 1024];
    yield_now().await;
    block.iter().map(|byte| u64::from(*byte)).sum()
}

#[memoize]
async fn texts(a: String, b: String, c: String) -> usize {
    yield_now().await;
    a.len() + b.len() + c.len()
}

#[memoize]
async fn five(n: u64) -> u64 {
    four(n).await + 1
}
#[memoize]
async fn four(n: u64) -> u64 {
    three(n).await + 1
}
#[memoize]
async fn three(n: u64) -> u64 {
    two(n).await + 1
}
#[memoize]
async fn two(n: u64) -> u64 {
    one(n).await + 1
}
#[memoize]
async fn one(n: u64) -> u64 {
    yield_now().await;
    n
}

#[test]
fn futures_are_small() {
    let text = String::new;
    assert_size("one await", &plain::number(1), &number(1), [8]);
    assert_size(
        "1 KiB over an await",
        &plain::kibibyte(1),
        &kibibyte(1),
        [8],
    );
    assert_size("five nested calls", &plain::five(1), &five(1), [8; 5]);
    let plain = plain::texts(text(), text(), text());
    let memoized = texts(text(), text(), text());
    assert_size("three texts", &plain, &memoized, [3 * size_of::<String>()]);
}

/// The body's future is there once, whatever it holds. Its arguments are there twice more, as an
/// `async` block keeps a place for what it is made of beside the place that it moves that to. The
/// rest is the boxed duty to compute and the states of two futures: measured 32 bytes, and room for
/// two words more, as the layout is the compiler's.
///
/// `arguments` are the bytes of them, for each of the nested calls.
fn assert_size<P, M, const CALLS: usize>(what: &str, _: &P, _: &M, arguments: [usize; CALLS]) {
    let (plain, memoized) = (size_of::<P>(), size_of::<M>());
    println!("{what}: {plain} bytes plain, {memoized} memoized");
    let bound = plain + 2 * arguments.iter().sum::<usize>() + 48 * CALLS;
    assert!(memoized <= bound, "{what}: {memoized}, not {bound}");
}

#[memoize]
async fn endless(_key: u64) -> u64 {
    pending().await
}

#[memoize]
async fn waits_inside(key: u64) -> u64 {
    endless(key).await
}

fn polled<F: Future + ?Sized>(future: Pin<&mut F>) {
    let mut context = Context::from_waker(Waker::noop());
    assert!(future.poll(&mut context).is_pending());
}

/// Five futures of one key, dropped at different points and in another order each time.
fn drop_five(key: u64) {
    let mut futures: [Option<Pin<Box<dyn Future<Output = u64>>>>; 5] = [
        Some(Box::pin(endless(key))),
        Some(Box::pin(endless(key))),
        // A computation that waits for another one.
        Some(Box::pin(waits_inside(key))),
        Some(Box::pin(waits_inside(key))),
        Some(Box::pin(endless(key))),
    ];
    // The last one is never polled.
    for future in futures[..4].iter_mut().flatten() {
        polled(future.as_mut());
    }
    let at = usize::try_from(key % 5).expect("below 5");
    for turn in 0..5 {
        futures[(at + turn) % 5] = None;
        // Some of those that wait take over, others leave without having looked.
        if key.is_multiple_of(2) {
            for future in futures[..4].iter_mut().flatten() {
                polled(future.as_mut());
            }
        }
    }
}

#[test]
fn a_million_dropped_futures_leave_nothing() {
    // What tables and lists keep for later.
    (0..1_000).for_each(drop_five);
    let before = live();
    (1_000..201_000).for_each(drop_five);
    assert_eq!(live(), before, "bytes that stay");
    for info in [endless::cache_info(), waits_inside::cache_info()] {
        assert_eq!((info.currsize, info.waiting), (0, 0));
    }
    // Nobody computes it: the next call does.
    let misses = endless::cache_info().misses;
    polled(pin!(endless(0)));
    assert_eq!(endless::cache_info().misses, misses + 1);
}

#[memoize]
async fn raced(_key: u64) -> u64 {
    pending().await
}

/// Calls for keys that other tasks call for, too, each dropped after a poll or two.
async fn drop_many<E: Executor>(executor: &E, tasks: u64, calls: u64) {
    let tasks: Vec<_> = (0..tasks)
        .map(|first| {
            executor.spawn(async move {
                for call in 0..calls {
                    let late = async {
                        yield_now().await;
                        1
                    };
                    assert_eq!(or(raced((first + call) % 16), late).await, 1);
                }
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.join().await, Some(()));
    }
}

/// What executors, and the other tests of this program, may hold on to meanwhile.
const SLACK: isize = 64 << 10;

async fn a_million_dropped_in_tasks<E: Executor>(executor: E) {
    drop_many(&executor, 10, 1_000).await;
    let before = all_live();
    drop_many(&executor, 10, 100_000).await;
    let grown = all_live() - before;
    let info = raced::cache_info();
    println!(
        "{grown} bytes more after a million futures, {} of which computed, on {}",
        info.misses,
        E::NAME
    );
    assert!(grown < SLACK, "{grown}");
    assert_eq!((info.currsize, info.waiting), (0, 0));
    raced::cache_clear();
}

on_every_executor!(a_million_dropped_in_tasks);
