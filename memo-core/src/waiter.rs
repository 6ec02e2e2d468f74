//! Who is waiting for a value: threads, and tasks of whatever executor.

#[cfg(feature = "async")]
use std::panic::{AssertUnwindSafe, catch_unwind};
#[cfg(feature = "async")]
use std::task::Waker;

#[cfg(feature = "async")]
use crate::common::drop_quietly;
use crate::sync::{Thread, current};

/// Something that can be told to look again.
#[derive(Debug)]
pub(crate) enum Waiter {
    Thread(Thread),
    #[cfg(feature = "async")]
    Task(Waker),
}

impl Waiter {
    /// The calling thread, which parks until it is woken.
    pub(crate) fn thread() -> Self {
        Self::Thread(current())
    }

    /// A task, which is polled when it is woken.
    #[cfg(feature = "async")]
    pub(crate) fn task(waker: &Waker) -> Self {
        Self::Task(waker.clone())
    }

    pub(crate) fn wake(self) {
        match self {
            Self::Thread(thread) => thread.unpark(),
            // An executor's waker that panics must not keep the others from being woken.
            #[cfg(feature = "async")]
            Self::Task(waker) => {
                if let Err(panic) = catch_unwind(AssertUnwindSafe(|| waker.wake())) {
                    drop_quietly(panic);
                }
            }
        }
    }
}
