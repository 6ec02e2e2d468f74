//! The executors that every test of tasks runs on, behind one trait.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use tokio::runtime;
use tokio::sync::oneshot;

/// Long enough for anything but a hang, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(120);

/// Something that runs tasks.
pub(crate) trait Executor: Clone + Send + Sync + 'static {
    const NAME: &str;

    /// Runs the future that `main` makes, and beside it the tasks that it spawns.
    fn run<F: Future>(main: impl FnOnce(Self) -> F) -> F::Output;

    /// Runs a future to its end or to the call of the function that is returned.
    fn start(&self, future: impl Future<Output = ()> + Send + 'static) -> Abort;

    fn spawn<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Task<T> {
        let (sender, result) = oneshot::channel();
        // Dropped, this drops the future first and the sender after it.
        let abort = self.start(async move {
            let value = future.await;
            let _ = sender.send(value);
        });
        Task { result, abort }
    }
}

type Abort = Box<dyn FnOnce() + Send>;

/// A spawned future.
#[must_use = "one executor lets a forgotten task go on, another one drops it"]
pub(crate) struct Task<T> {
    result: oneshot::Receiver<T>,
    abort: Abort,
}

impl<T> Task<T> {
    /// The task's result; `None` if it has panicked.
    pub(crate) async fn join(self) -> Option<T> {
        // The way to abort is kept until the task has ended.
        let Self { result, abort: _on } = self;
        result.await.ok()
    }

    /// Drops the task's future wherever it stands, and waits until that has happened.
    pub(crate) async fn abort(self) -> Option<T> {
        (self.abort)();
        self.result.await.ok()
    }
}

/// Runs a test on an executor and fails if it has not ended in time: a hang is a failure.
pub(crate) fn run<E: Executor, F: Future<Output = ()> + 'static>(test: fn(E) -> F) {
    let (done, ended) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        E::run(test);
        // The receiver is gone only when the test has failed already.
        let _ = done.send(());
    });
    if let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(PATIENCE) {
        panic!("no end after {PATIENCE:?} on {}", E::NAME);
    }
    thread.join().unwrap_or_else(|panic| resume_unwind(panic));
}

/// Makes a test on each executor of an `async fn test<E: Executor>(executor: E)`. All of one module
/// take turns, so each finds its functions' caches as it would if it were alone.
macro_rules! on_every_executor {
    ($($(#[$meta:meta])* $test:ident),+ $(,)?) => {
        static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
        $(
        mod $test {
            use crate::executor::{ByHand, Executor, Smol, TokioMany, TokioOne, run};

            fn in_turn<E: Executor>() {
                let _turn = super::TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                run::<E, _>(super::$test);
            }

            #[test]
            fn on_tokio_with_one_thread() {
                in_turn::<TokioOne>();
            }

            #[test]
            fn on_tokio_with_many_threads() {
                in_turn::<TokioMany>();
            }

            #[test]
            fn on_smol() {
                in_turn::<Smol>();
            }

            #[test]
            fn on_one_by_hand() {
                in_turn::<ByHand>();
            }
        }
        )+
    };
}
pub(crate) use on_every_executor;

/// Tokio on the calling thread alone.
#[derive(Clone)]
pub(crate) struct TokioOne(runtime::Handle);

impl Executor for TokioOne {
    const NAME: &str = "tokio, current thread";

    fn run<F: Future>(main: impl FnOnce(Self) -> F) -> F::Output {
        run_tokio(runtime::Builder::new_current_thread(), |handle| {
            main(Self(handle))
        })
    }

    fn start(&self, future: impl Future<Output = ()> + Send + 'static) -> Abort {
        let task = self.0.spawn(future);
        Box::new(move || task.abort())
    }
}

/// Tokio with four workers.
#[derive(Clone)]
pub(crate) struct TokioMany(runtime::Handle);

impl Executor for TokioMany {
    const NAME: &str = "tokio, multi-thread";

    fn run<F: Future>(main: impl FnOnce(Self) -> F) -> F::Output {
        let mut builder = runtime::Builder::new_multi_thread();
        builder.worker_threads(4);
        run_tokio(builder, |handle| main(Self(handle)))
    }

    fn start(&self, future: impl Future<Output = ()> + Send + 'static) -> Abort {
        let task = self.0.spawn(future);
        Box::new(move || task.abort())
    }
}

fn run_tokio<F: Future>(
    mut builder: runtime::Builder,
    main: impl FnOnce(runtime::Handle) -> F,
) -> F::Output {
    let runtime = builder.enable_time().build().expect("a runtime");
    runtime.block_on(main(runtime.handle().clone()))
}

/// Smol's global executor, on a thread of its own beside the calling one.
#[derive(Clone)]
pub(crate) struct Smol;

impl Executor for Smol {
    const NAME: &str = "smol";

    fn run<F: Future>(main: impl FnOnce(Self) -> F) -> F::Output {
        smol::block_on(main(Self))
    }

    fn start(&self, future: impl Future<Output = ()> + Send + 'static) -> Abort {
        let task = smol::spawn(future);
        Box::new(move || drop(task))
    }
}

/// The least that an executor can be: a queue of woken tasks, worked off by the calling thread.
#[derive(Clone)]
pub(crate) struct ByHand(mpsc::Sender<Woken>);

enum Woken {
    Main,
    Job(Arc<Job>),
}

struct Job {
    /// `None` when the job has ended.
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    queue: mpsc::Sender<Woken>,
    is_queued: AtomicBool,
}

impl Executor for ByHand {
    const NAME: &str = "an executor by hand";

    fn run<F: Future>(main: impl FnOnce(Self) -> F) -> F::Output {
        let (queue, woken) = mpsc::channel();
        let waker = Waker::from(Arc::new(WakeMain(queue.clone())));
        waker.wake_by_ref();
        let mut main = pin!(main(Self(queue)));
        loop {
            match woken.recv().expect("the waker holds a sender") {
                Woken::Job(job) => job.poll(),
                Woken::Main => {
                    if let Poll::Ready(value) = main.as_mut().poll(&mut Context::from_waker(&waker))
                    {
                        return value;
                    }
                }
            }
        }
    }

    fn start(&self, future: impl Future<Output = ()> + Send + 'static) -> Abort {
        let job = Arc::new(Job {
            future: Mutex::new(Some(Box::pin(future))),
            queue: self.0.clone(),
            is_queued: AtomicBool::new(false),
        });
        Arc::clone(&job).wake();
        Box::new(move || job.end())
    }
}

impl Job {
    fn poll(self: Arc<Self>) {
        self.is_queued.store(false, Ordering::SeqCst);
        let waker = Waker::from(Arc::clone(&self));
        let poll = || match &mut *self.future.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(future) => future.as_mut().poll(&mut Context::from_waker(&waker)),
            None => Poll::Ready(()),
        };
        // A panic ends its own task only, as elsewhere.
        if catch_unwind(AssertUnwindSafe(poll)).unwrap_or(Poll::Ready(())) == Poll::Ready(()) {
            self.end();
        }
    }

    fn end(&self) {
        let future = self
            .future
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(future);
    }
}

impl Wake for Job {
    fn wake(self: Arc<Self>) {
        if !self.is_queued.swap(true, Ordering::SeqCst) {
            let queue = self.queue.clone();
            // Nobody is there when the test has ended.
            let _ = queue.send(Woken::Job(self));
        }
    }
}

struct WakeMain(mpsc::Sender<Woken>);

impl Wake for WakeMain {
    fn wake(self: Arc<Self>) {
        let _ = self.0.send(Woken::Main);
    }
}

/// Lets other tasks go on until something is so.
pub(crate) async fn until(mut holds: impl FnMut() -> bool) {
    poll_fn(|context| {
        if holds() {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
