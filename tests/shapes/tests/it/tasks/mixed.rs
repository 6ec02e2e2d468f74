//! Threads and tasks that ask for one key: the computation runs once, whoever leads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use memokit::Cache;
use smol::future::yield_now;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::executor::{Executor, on_every_executor, until};
use crate::support::Runs;

const ROUNDS: u64 = 1_000;
const THREADS: usize = 2;
const TASKS: usize = 4;

/// Who begins, and whether the computation lasts until everybody is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    Thread,
    Task,
    Anyone,
}

struct Shared {
    cache: Cache<u64, u64>,
    runs: Runs,
    led_by_tasks: AtomicUsize,
    /// A computation has begun.
    begun: UnboundedSender<()>,
}

impl Shared {
    fn has_all(&self) -> bool {
        self.cache.stats().waiting == THREADS + TASKS - 1
    }

    fn begin(&self) {
        self.runs.add();
        self.begun.send(()).expect("the test listens");
    }

    fn call(&self, key: u64, start: Start) -> u64 {
        self.cache.get_or_insert_with(&key, || {
            self.begin();
            while start != Start::Anyone && !self.has_all() {
                thread::yield_now();
            }
            key * 2
        })
    }

    async fn call_async(&self, key: u64, start: Start) -> u64 {
        let load = || async {
            self.begin();
            self.led_by_tasks.fetch_add(1, Ordering::SeqCst);
            until(|| start == Start::Anyone || self.has_all()).await;
            yield_now().await;
            key * 2
        };
        self.cache.get_or_insert_with_async(&key, load).await
    }
}

/// Threads that call when they are told to.
struct Callers {
    orders: Vec<mpsc::Sender<(u64, Start)>>,
    values: UnboundedReceiver<u64>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Callers {
    fn start(shared: &Arc<Shared>) -> Self {
        let (tell, values) = unbounded_channel();
        let (orders, threads) = (0..THREADS)
            .map(|_| {
                let (order, orders) = mpsc::channel();
                let (shared, tell) = (Arc::clone(shared), tell.clone());
                let thread = thread::spawn(move || {
                    for (key, start) in orders {
                        tell.send(shared.call(key, start))
                            .expect("the test listens");
                    }
                });
                (order, thread)
            })
            .unzip();
        Self {
            orders,
            values,
            threads,
        }
    }

    fn order(&self, thread: usize, key: u64, start: Start) {
        self.orders[thread].send((key, start)).expect("it listens");
    }
}

async fn a_thousand_rounds<E: Executor>(executor: E) {
    let (begun, mut begins) = unbounded_channel();
    let shared = Arc::new(Shared {
        cache: Cache::builder().maxsize(10).build(),
        runs: Runs::new(),
        led_by_tasks: AtomicUsize::new(0),
        begun,
    });
    let mut callers = Callers::start(&shared);
    for key in 0..ROUNDS {
        let start = [Start::Thread, Start::Task, Start::Anyone][usize::try_from(key % 3).unwrap()];
        let spawn = || {
            let shared = Arc::clone(&shared);
            executor.spawn(async move { shared.call_async(key, start).await })
        };
        let mut tasks = Vec::new();
        match start {
            Start::Thread => callers.order(0, key, start),
            Start::Task => tasks.push(spawn()),
            Start::Anyone => {}
        }
        if start != Start::Anyone {
            begins.recv().await.expect("it begins");
        }
        for thread in usize::from(start == Start::Thread)..THREADS {
            callers.order(thread, key, start);
        }
        tasks.resize_with(TASKS, spawn);
        for task in tasks {
            assert_eq!(task.join().await, Some(key * 2));
        }
        for _ in 0..THREADS {
            assert_eq!(callers.values.recv().await, Some(key * 2));
        }
        if start == Start::Anyone {
            begins.recv().await.expect("it has begun");
        }
        assert!(begins.try_recv().is_err(), "a second run in round {key}");
        assert_eq!(shared.runs.get() as u64, key + 1);
    }
    drop(callers.orders);
    for thread in callers.threads {
        thread.join().expect("no panic");
    }
    let info = shared.cache.stats();
    assert_eq!((info.misses, info.waiting), (ROUNDS, 0));
    assert_eq!(info.calls(), ROUNDS * (THREADS + TASKS) as u64);
    println!(
        "{} of {ROUNDS} rounds led by tasks, {} calls waited, on {}",
        shared.led_by_tasks.load(Ordering::SeqCst),
        info.coalesced,
        E::NAME
    );
}

/// A thread takes over from a task that is aborted, and a task from a thread that panics.
async fn taking_over<E: Executor>(executor: E) {
    let cache: Cache<u64, u64> = Cache::builder().build();
    let runs = Arc::new(Runs::new());
    let hanging = {
        let (cache, runs) = (cache.clone(), Arc::clone(&runs));
        executor.spawn(async move {
            let load = || async {
                runs.add();
                std::future::pending().await
            };
            cache.get_or_insert_with_async(&1, load).await
        })
    };
    until(|| runs.get() == 1).await;
    let (value, told) = tokio::sync::oneshot::channel();
    let thread = {
        let cache = cache.clone();
        thread::spawn(move || value.send(cache.get_or_insert_with(&1, || 2)))
    };
    until(|| cache.stats().waiting == 1).await;
    assert_eq!(hanging.abort().await, None);
    assert_eq!(told.await, Ok(2));
    thread.join().expect("no panic").expect("the test listens");

    let panicking = {
        let (cache, runs) = (cache.clone(), Arc::clone(&runs));
        thread::spawn(move || {
            cache.get_or_insert_with(&2, || {
                runs.add();
                while cache.stats().waiting == 0 {
                    thread::yield_now();
                }
                crate::support::fail_silently()
            })
        })
    };
    until(|| runs.get() == 2).await;
    let task = {
        let cache = cache.clone();
        executor.spawn(async move { cache.get_or_insert_with_async(&2, async || 4).await })
    };
    assert_eq!(task.join().await, Some(4));
    assert!(panicking.join().is_err());
}

on_every_executor!(a_thousand_rounds, taking_over);
