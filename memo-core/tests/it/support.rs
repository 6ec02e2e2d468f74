//! What the tests share: gates instead of sleeps, a watchdog against hangs, checks of structure.

use std::any::Any;
use std::fmt::Debug;
use std::hash::Hash;
use std::mem::replace;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use memo_core::{Cache, CacheInfo, Protection};

/// Closed until it is opened, once and for everyone.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    pub(crate) fn open(&self) {
        *self.is_open.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.opened.notify_all();
    }

    /// Waits until the gate is open.
    pub(crate) fn pass(&self) {
        let guard = self.is_open.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.opened.wait_while(guard, |is_open| !*is_open));
    }
}

/// A computation that a test holds up: the leader says that it has begun, then waits for leave.
#[derive(Debug, Default)]
pub(crate) struct Held {
    begun: Gate,
    leave: Gate,
}

impl Held {
    /// The body of the computation.
    pub(crate) fn compute<R>(&self, value: R) -> R {
        self.begun.open();
        self.leave.pass();
        value
    }

    /// Waits until the computation runs.
    pub(crate) fn wait_until_begun(&self) {
        self.begun.pass();
    }

    pub(crate) fn release(&self) {
        self.leave.open();
    }
}

/// Runs `test` on a thread of its own and fails if it takes longer than `limit`, so that a
/// deadlock is a failure and not a test run that never ends.
pub(crate) fn within<R: Send + 'static>(
    limit: Duration,
    test: impl FnOnce() -> R + Send + 'static,
) -> R {
    within_each(limit, |_| test())
}

/// The same for a test that counts its steps: the limit is for each of them, whatever a busy machine takes for all.
pub(crate) fn within_each<R: Send + 'static>(
    limit: Duration,
    test: impl FnOnce(&AtomicU64) -> R + Send + 'static,
) -> R {
    let (done, result) = channel();
    let steps = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&steps);
    let worker = thread::spawn(move || {
        let result = test(&counted);
        // The receiver is gone only when the test has failed already.
        let _ = done.send(result);
    });
    let mut seen = 0;
    loop {
        match result.recv_timeout(limit) {
            Ok(result) => {
                worker.join().unwrap_or_else(|panic| resume_unwind(panic));
                return result;
            }
            Err(RecvTimeoutError::Disconnected) => match worker.join() {
                Err(panic) => resume_unwind(panic),
                Ok(()) => unreachable!("the worker sends before it ends"),
            },
            Err(RecvTimeoutError::Timeout) => {
                let before = replace(&mut seen, steps.load(Ordering::Relaxed));
                assert!(before < seen, "no end after {limit:?}: a deadlock");
            }
        }
    }
}

/// Long enough for any test here on a busy machine; only a deadlock takes longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The message of the panic in `f`; `None` if there was none.
pub(crate) fn panic_in<R>(f: impl FnOnce() -> R) -> Option<String> {
    catch_unwind(AssertUnwindSafe(f)).err().map(message)
}

fn message(panic: Box<dyn Any + Send>) -> String {
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(other) => (*other.downcast_ref::<&str>().unwrap_or(&"")).to_owned(),
    }
}

/// A panic that prints nothing: the tests raise thousands.
pub(crate) fn fail_silently() -> ! {
    resume_unwind(Box::new("on purpose"))
}

/// Checks what holds for every cache whose entries are all alive and that nobody uses right now.
pub(crate) fn assert_sound<K, V, P>(cache: &Cache<K, V, P>)
where
    K: Hash + Eq + Clone + Debug + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    P: Protection,
{
    let keys: Vec<K> = cache.iter().map(|(key, _)| key).collect();
    assert_eq!(cache.len(), keys.len(), "len() and iter() differ");
    assert_eq!(cache.stats().currsize, keys.len());
    let mut bytes = 0;
    for key in &keys {
        let Some(info) = cache.entry_info(key) else {
            panic!("{key:?} is listed but not found");
        };
        bytes += info.bytes.unwrap_or(0) as u64;
    }
    assert_eq!(cache.stats().bytes, Some(bytes), "of all entries together");
    if let Some(maxsize) = cache.parameters().maxsize {
        assert!(keys.len() <= maxsize, "{} entries", keys.len());
    }
}

/// Waits until this many calls wait for the computation of another one.
pub(crate) fn wait_for_waiters<K, V, P: Protection>(cache: &Cache<K, V, P>, calls: usize) {
    while cache.stats().waiting < calls {
        thread::yield_now();
    }
}

/// Every call is counted, and once.
pub(crate) fn assert_calls(info: &CacheInfo, calls: u64) {
    assert_eq!(
        info.hits + info.misses + info.coalesced,
        calls,
        "hits + misses + coalesced is not the number of calls: {info:?}"
    );
}

/// A small generator of random numbers (`SplitMix64`), so that failures can be repeated.
#[derive(Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`, small ones more often: roughly Zipf's law.
    pub(crate) fn skewed(&mut self, n: u64) -> u64 {
        let mut draw = || self.next() % 1_000;
        let cube = draw() * draw() * draw();
        cube * n / 1_000_000_000
    }
}
