//! Tasks beside threads: leaders that are dropped at an `await`, and values that are handed over.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use memokit::{Memo, memoize};
use shuttle::future::block_on;

use super::*;

/// Pending once.
struct Later(bool);

impl Future for Later {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

fn later() -> Later {
    Later(false)
}

type Runs = Arc<AtomicU64>;

async fn call(cache: &Cache<u64, u64>, runs: &Runs) -> u64 {
    let body = async || {
        runs.fetch_add(1, Ordering::SeqCst);
        later().await;
        10
    };
    cache.get_or_insert_with_async(&KEY, body).await
}

/// A thread and two tasks ask for one key: one computes, all get its value.
#[test]
fn a_thread_and_tasks_meet() {
    explore(|| {
        let cache: Cache<u64, u64> = Cache::builder().build();
        let runs = Runs::default();
        let tasks: Vec<_> = (0..2)
            .map(|_| {
                let (cache, runs) = (cache.clone(), Arc::clone(&runs));
                thread::spawn(move || block_on(call(&cache, &runs)))
            })
            .collect();
        let value = cache.get_or_insert_with(&KEY, || {
            runs.fetch_add(1, Ordering::SeqCst);
            thread::yield_now();
            10
        });
        assert_eq!(value, 10);
        for task in tasks {
            assert_eq!(task.join().unwrap(), 10);
        }
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    });
}

/// A task is dropped after its first poll, whether it leads or waits by then: the others finish.
#[test]
fn a_dropped_task_passes_the_duty_on() {
    explore(|| {
        let cache: Cache<u64, u64> = Cache::builder().build();
        let runs = Runs::default();
        let others: Vec<_> = (0..2)
            .map(|n| {
                let (cache, runs) = (cache.clone(), Arc::clone(&runs));
                thread::spawn(move || match n {
                    0 => block_on(call(&cache, &runs)),
                    _ => cache.get_or_insert_with(&KEY, || {
                        runs.fetch_add(1, Ordering::SeqCst);
                        10
                    }),
                })
            })
            .collect();
        let polled = {
            let mut call = Box::pin(call(&cache, &runs));
            let mut context = Context::from_waker(Waker::noop());
            call.as_mut().poll(&mut context)
        };
        assert!(polled.is_pending() || polled == Poll::Ready(10));
        for other in others {
            assert_eq!(other.join().unwrap(), 10);
        }
        let runs = runs.load(Ordering::SeqCst);
        assert!(runs == 1 || (runs == 2 && polled.is_pending()), "{runs}");
        assert_eq!(cache.stats().waiting, 0);
        assert_eq!(cache.len(), 1);
    });
}

/// An object whose results are its own, so that each schedule begins anew.
#[derive(Default)]
struct Object {
    memo: Memo,
    runs: AtomicU64,
}

impl Object {
    /// Never stored.
    #[memoize(field = memo)]
    fn failing(&self) -> Result<u64, u64> {
        thread::yield_now();
        Err(self.runs.fetch_add(1, Ordering::SeqCst))
    }

    /// With a panic at the first run.
    #[memoize(bulk, field = memo)]
    fn all(&self, keys: &[u64]) -> Vec<u64> {
        let run = self.runs.fetch_add(1, Ordering::SeqCst);
        thread::yield_now();
        if run == 0 && keys.contains(&0) {
            fail_silently();
        }
        keys.iter().map(|key| key * 10).collect()
    }
}

/// Explores a model of objects. What stands beside their functions is static and made at the first
/// call, in a `OnceLock` that blocks: not where threads switch.
fn explore_objects(model: impl Fn() + Send + Sync + Clone + 'static) {
    let call_once = || {
        let object = Object::default();
        object.all(&[7]);
        assert!(object.failing().is_err());
    };
    shuttle::check_random(call_once, 1);
    explore(model);
}

/// What is not stored goes to those who came in time; nobody is left waiting.
#[test]
fn a_value_that_is_not_stored_reaches_who_waits() {
    let shared = Arc::new(Tally::new(0));
    let seen = Arc::clone(&shared);
    explore_objects(move || {
        let object = Arc::new(Object::default());
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let object = Arc::clone(&object);
                thread::spawn(move || object.failing())
            })
            .collect();
        let mut results = vec![object.failing()];
        results.extend(threads.into_iter().map(|thread| thread.join().unwrap()));
        let runs = object.runs.load(Ordering::SeqCst);
        assert!(
            results
                .iter()
                .all(|result| result.is_err_and(|run| run < runs))
        );
        if runs < 3 {
            seen.fetch_add(1, Ordering::Relaxed);
        }
    });
    assert!(
        shared.load(Ordering::Relaxed) > 0,
        "some schedule shares a run"
    );
}

/// Two calls for the same keys in opposite orders: no key is computed twice, no call waits for
/// ever.
#[test]
fn bulk_calls_cross() {
    explore_objects(|| {
        let object = Arc::new(Object::default());
        let other = {
            let object = Arc::clone(&object);
            thread::spawn(move || object.all(&[3, 2, 1]))
        };
        assert_eq!(object.all(&[1, 2]), [10, 20]);
        assert_eq!(other.join().unwrap(), [30, 20, 10]);
        assert!(object.runs.load(Ordering::SeqCst) <= 2);
    });
}

/// The body panics for one of two crossing calls: the other computes all of its keys.
#[test]
fn a_bulk_call_that_fails_leaves_its_keys() {
    explore_objects(|| {
        let object = Arc::new(Object::default());
        let other = {
            let object = Arc::clone(&object);
            thread::spawn(move || object.all(&[2, 1]))
        };
        let own = catch_unwind(AssertUnwindSafe(|| object.all(&[1, 2, 0])));
        // A lock, for the wake-ups of a thread that has unwound.
        object.memo.len();
        assert!(own.is_err() || own.is_ok_and(|own| own == [10, 20, 0]));
        assert_eq!(other.join().unwrap(), [20, 10]);
        assert_eq!(object.all(&[0, 1, 2]), [0, 10, 20]);
    });
}
