//! Filling a cache before anybody asks it.
//!
//! The calling thread takes the arguments from the iterator and tells of progress; threads of their
//! own compute. So neither the iterator nor the callback has to be `Send`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread::{Builder, Scope, available_parallelism, scope};

use crate::common::drop_quietly;
use crate::sync::Mutex;

/// What became of the arguments that a cache was warmed with.
///
/// ```
/// #[memokit::memoize]
/// fn inverse(n: u32) -> u32 { 100 / n }
///
/// inverse(5);
/// let warmed = inverse::warm([0, 4, 5]); // the first one panics
/// assert_eq!((warmed.computed, warmed.present, warmed.failed), (1, 1, 1));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Warmed {
    /// The function ran and returned. What its options refuse, an `Err` say, is not stored even so.
    pub computed: usize,
    /// There was a result, or somebody else computed it meanwhile.
    pub present: usize,
    /// The function panicked.
    pub failed: usize,
}

impl Warmed {
    /// All arguments that are done.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
    /// assert_eq!(cache.warm(1..=3, |n| n * n).total(), 3);
    /// ```
    pub fn total(&self) -> usize {
        self.computed + self.present + self.failed
    }

    fn add(&mut self, one: Self) {
        self.computed += one.computed;
        self.present += one.present;
        self.failed += one.failed;
    }
}

/// As many threads as there are processors.
pub(crate) fn processors() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// Does the work for each item, on so many threads; `work` says whether it had to compute.
pub(crate) fn warm<T: Send>(
    threads: usize,
    items: impl IntoIterator<Item = T>,
    work: impl Fn(T) -> bool + Sync,
    mut progress: impl FnMut(Warmed),
) -> Warmed {
    let threads = threads.max(1);
    // A queue that is short: an iterator may be endless but for what the callback does.
    let (items_in, items_out) = sync_channel(2 * threads);
    let (done_in, done_out) = channel();
    let items_out = Mutex::new(items_out);
    let mut warmed = Warmed::default();
    scope(|scope| {
        let started = (0..threads)
            .map_while(|_| spawn(scope, &items_out, done_in.clone(), &work))
            .count();
        // The queue of results ends with the last thread.
        drop(done_in);
        for item in items {
            if started == 0 {
                warmed.add(attempt(&work, item));
                progress(warmed);
            } else if items_in.send(item).is_err() {
                break;
            }
            for one in done_out.try_iter() {
                warmed.add(one);
                progress(warmed);
            }
        }
        drop(items_in);
        for one in done_out {
            warmed.add(one);
            progress(warmed);
        }
    });
    warmed
}

/// A thread that takes items until there are no more; `None` if the system gives none.
fn spawn<'scope, T: Send>(
    scope: &'scope Scope<'scope, '_>,
    items: &'scope Mutex<Receiver<T>>,
    done: Sender<Warmed>,
    work: &'scope (impl Fn(T) -> bool + Sync),
) -> Option<()> {
    let take_all = move || {
        loop {
            // Whoever waits for an item holds the lock; the others wait for just that.
            let item = items.lock().recv();
            let Ok(item) = item else { return };
            if done.send(attempt(work, item)).is_err() {
                return;
            }
        }
    };
    let builder = Builder::new().name("memokit-warm".to_owned());
    builder.spawn_scoped(scope, take_all).ok().map(drop)
}

fn attempt<T>(work: &impl Fn(T) -> bool, item: T) -> Warmed {
    let mut warmed = Warmed::default();
    match catch_unwind(AssertUnwindSafe(|| work(item))) {
        Ok(true) => warmed.computed = 1,
        Ok(false) => warmed.present = 1,
        Err(panic) => {
            drop_quietly(panic);
            warmed.failed = 1;
        }
    }
    warmed
}
