//! Tasks that are polled by hand, functions that wait until they are told to go on, and the program's
//! executor: a list for each thread.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use memokit::testing::MockClock;
use memokit::{BackgroundFuture, CacheHandle, Clock, TimedOut};

pub(crate) const MILLI: Duration = Duration::from_millis(1);
pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// The error of the functions here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Failed {
    Slow(TimedOut),
    Down,
}

impl From<TimedOut> for Failed {
    fn from(timed_out: TimedOut) -> Self {
        Self::Slow(timed_out)
    }
}

impl Failed {
    pub(crate) fn is_slow(&self) -> bool {
        matches!(self, Self::Slow(_))
    }
}

pub(crate) type Price = Result<u64, Failed>;

/// What a function waits for: one answer for each of its runs, in the order in which they come to be asked.
pub(crate) struct Gate(Mutex<Inside>);

struct Inside {
    answers: VecDeque<Answer>,
    wakers: Vec<Waker>,
    runs: usize,
    /// Runs that have begun and not ended.
    running: usize,
}

#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Is(Price),
    Panics,
}

impl Gate {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Inside {
            answers: VecDeque::new(),
            wakers: Vec::new(),
            runs: 0,
            running: 0,
        }))
    }

    /// Lets one run end.
    pub(crate) fn give(&self, answer: Answer) {
        let mut inside = self.lock();
        inside.answers.push_back(answer);
        let wakers = std::mem::take(&mut inside.wakers);
        drop(inside);
        wakers.into_iter().for_each(Waker::wake);
    }

    pub(crate) fn ok(&self, value: u64) {
        self.give(Answer::Is(Ok(value)));
    }

    pub(crate) fn runs(&self) -> usize {
        self.lock().runs
    }

    pub(crate) fn running(&self) -> usize {
        self.lock().running
    }

    /// A run of the function.
    pub(crate) async fn pass(&'static self) -> Price {
        {
            let mut inside = self.lock();
            inside.runs += 1;
            inside.running += 1;
        }
        let _run = Run(self);
        let answer = std::future::poll_fn(|context| {
            let mut inside = self.lock();
            if let Some(answer) = inside.answers.pop_front() {
                return Poll::Ready(answer);
            }
            inside.wakers.push(context.waker().clone());
            Poll::Pending
        });
        match answer.await {
            Answer::Is(price) => price,
            Answer::Panics => panic!("the body panics"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Run(&'static Gate);

impl Drop for Run {
    fn drop(&mut self) {
        self.0.lock().running -= 1;
    }
}

/// A memoized function that waits at a gate of its own.
macro_rules! function {
    ($name:ident, $gate:ident, $($options:tt)*) => {
        static $gate: crate::support::Gate = crate::support::Gate::new();

        #[memokit::memoize($($options)*)]
        async fn $name(item: &str) -> crate::support::Price {
            let _ = item;
            $gate.pass().await
        }
    };
}
pub(crate) use function;

/// A task, polled by hand.
pub(crate) struct Task<T> {
    future: Pin<Box<dyn Future<Output = T> + Send>>,
    woken: Arc<Woken>,
}

#[derive(Default)]
pub(crate) struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl<T> Task<T> {
    pub(crate) fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self {
            future: Box::pin(future),
            woken: Arc::default(),
        }
    }

    /// The task's result, if it has come to that.
    pub(crate) fn poll(&mut self) -> Option<T> {
        self.woken.0.store(0, Ordering::SeqCst);
        let waker = Waker::from(Arc::clone(&self.woken));
        match self.future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        }
    }

    /// Whether it was woken since it was polled.
    pub(crate) fn is_woken(&self) -> bool {
        self.woken.0.load(Ordering::SeqCst) > 0
    }

    /// The result of a task that is to be woken by now.
    pub(crate) fn end(&mut self) -> T {
        assert!(self.is_woken(), "nobody has woken it");
        self.poll().expect("a result")
    }

    /// Polled, it waits, and nobody has woken it.
    pub(crate) fn waits(&mut self) -> bool {
        self.poll().is_none() && !self.is_woken()
    }
}

/// The result of a call that need not wait.
pub(crate) fn now<T>(future: impl Future<Output = T> + Send + 'static) -> T {
    Task::new(future).poll().expect("it does not wait")
}

thread_local! {
    static BACKGROUND: RefCell<Vec<BackgroundFuture>> = const { RefCell::new(Vec::new()) };
}

/// What is left to the background goes to tokio where that runs, else to a list of this thread.
pub(crate) fn set_spawner() {
    memokit::set_spawner(|future| match tokio::runtime::Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn(future)),
        Err(_) => BACKGROUND.with(|list| list.borrow_mut().push(future)),
    });
}

/// A clock for the cache.
pub(crate) fn begin(cache: CacheHandle) -> MockClock {
    set_spawner();
    let clock = MockClock::new();
    assert!(cache.set_clock(clock.clone()));
    clock
}

/// Polls all that is in the background; how many have ended, by a panic too.
pub(crate) fn run_background() -> usize {
    let list = BACKGROUND.with(|list| std::mem::take(&mut *list.borrow_mut()));
    let count = list.len();
    let mut waiting = Vec::new();
    for mut future in list {
        let poll = || {
            future
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
        };
        match catch_unwind(AssertUnwindSafe(poll)) {
            Ok(Poll::Pending) => waiting.push(future),
            Ok(Poll::Ready(())) | Err(_) => drop(future),
        }
    }
    let ended = count - waiting.len();
    BACKGROUND.with(|list| list.borrow_mut().append(&mut waiting));
    ended
}

/// How many computations are in the background.
pub(crate) fn in_background() -> usize {
    BACKGROUND.with(|list| list.borrow().len())
}

/// An executor that drops what it has to do.
pub(crate) fn drop_background() {
    let list = BACKGROUND.with(|list| std::mem::take(&mut *list.borrow_mut()));
    drop(list);
}

/// How many calls wait for the clock.
pub(crate) fn alarms(clock: &MockClock) -> usize {
    clock.timers().expect("it has some").len()
}
