//! Where work goes that no caller waits for: a few threads with one bounded queue, and a way to hand
//! futures to an executor.
#![cfg_attr(
    shuttle,
    allow(dead_code, reason = "in models each job has a thread of its own")
)]

use std::fmt;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, LazyLock};
use std::thread;

use crate::common::drop_quietly;
use crate::sync::StaticMutex;

/// Something to be run.
pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// So many jobs wait at most.
const QUEUE: usize = 1_024;
/// Of functions that mostly wait for others, a few run side by side.
const THREADS: usize = 4;

/// A few threads, started one by one as jobs come, which stay.
struct Pool {
    /// So many threads at most. Found once: the system takes longer to tell than a job takes to hand over.
    most: usize,
    sender: SyncSender<Job>,
    jobs: Arc<StaticMutex<Receiver<Job>>>,
    threads: StaticMutex<Threads>,
}

#[derive(Default)]
struct Threads {
    started: usize,
    failed: bool,
}

static POOL: LazyLock<Pool> = LazyLock::new(|| {
    let (sender, jobs) = sync_channel(QUEUE);
    Pool {
        most: thread::available_parallelism()
            .map_or(1, NonZero::get)
            .min(THREADS),
        sender,
        jobs: Arc::new(StaticMutex::new(jobs)),
        threads: StaticMutex::new(Threads::default()),
    }
});

/// Runs a job on another thread, soon. It comes back if too many wait already, or if no thread is to
/// be had.
#[cfg(not(shuttle))]
pub(crate) fn run(job: Job) -> Result<(), Job> {
    use std::sync::mpsc::TrySendError::{Disconnected, Full};
    if !POOL.has_threads() {
        return Err(job);
    }
    POOL.sender.try_send(job).map_err(|error| match error {
        Full(job) | Disconnected(job) => job,
    })
}

/// The same for models: the checker decides when it runs.
#[cfg(shuttle)]
pub(crate) fn run(job: Job) -> Result<(), Job> {
    crate::sync::spawn_job(job);
    Ok(())
}

impl Pool {
    /// Starts one more thread, if there may be more; whether there are any.
    fn has_threads(&self) -> bool {
        let mut threads = self.threads.lock();
        if threads.started < self.most && !threads.failed {
            let jobs = Arc::clone(&self.jobs);
            let started = thread::Builder::new()
                .name("memokit-refresh".to_owned())
                .spawn(move || work(&jobs));
            match started {
                Ok(_) => threads.started += 1,
                Err(_) => threads.failed = true,
            }
        }
        threads.started > 0
    }
}

fn work(jobs: &StaticMutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().recv();
        // The sender lives as long as the program.
        let Ok(job) = job else { return };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(job)) {
            drop_quietly(panic);
        }
    }
}

/// A future that no caller waits for.
#[cfg(feature = "async")]
pub type BackgroundFuture = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

#[cfg(feature = "async")]
type Spawner = Arc<dyn Fn(BackgroundFuture) + Send + Sync>;

#[cfg(feature = "async")]
static SPAWNER: StaticMutex<Option<Spawner>> = StaticMutex::new(None);

/// Says how async functions compute values anew in the background: by handing a future to the program's
/// executor. Without it, `refresh_ahead` and `stale_while_revalidate` of async functions compute only
/// when somebody waits, at the end of the stale window; and what a `soft_timeout` or `hard_timeout` ends is dropped,
/// instead of going on.
///
/// With the feature `tokio` it need not be called: the runtime is used in which a call runs.
///
/// A panic of `spawn` is caught: what it was given is dropped, and a later call tries again.
///
/// ```
/// # let executor = |_future| ();
/// memokit::set_spawner(move |future| executor(future)); // with tokio: tokio::spawn(future)
/// ```
#[cfg(feature = "async")]
pub fn set_spawner(spawn: impl Fn(BackgroundFuture) + Send + Sync + 'static) {
    *SPAWNER.lock() = Some(Arc::new(spawn));
}

/// Hands a future to the executor. It comes back if there is none.
#[cfg(feature = "async")]
pub(crate) fn spawn(future: BackgroundFuture) -> Result<(), BackgroundFuture> {
    let spawner = SPAWNER.lock().clone();
    match spawner {
        Some(spawner) => {
            // The program's code: a call that has its value already does not fail by it.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| spawner(future))) {
                drop_quietly(panic);
            }
            Ok(())
        }
        None => spawn_by_default(future),
    }
}

#[cfg(all(feature = "async", feature = "tokio"))]
fn spawn_by_default(future: BackgroundFuture) -> Result<(), BackgroundFuture> {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => {
            drop(runtime.spawn(future));
            Ok(())
        }
        Err(_) => Err(future),
    }
}

#[cfg(all(feature = "async", not(feature = "tokio")))]
fn spawn_by_default(future: BackgroundFuture) -> Result<(), BackgroundFuture> {
    Err(future)
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pool")
    }
}
