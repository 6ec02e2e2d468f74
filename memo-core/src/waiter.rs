//! Who is waiting for a value: today threads; a task is one more way to be woken.

use crate::sync::{Thread, current};

/// Something that can be told to look again.
#[derive(Debug)]
pub(crate) enum Waiter {
    Thread(Thread),
}

impl Waiter {
    /// The calling thread, which parks until it is woken.
    pub(crate) fn thread() -> Self {
        Self::Thread(current())
    }

    pub(crate) fn wake(self) {
        match self {
            Self::Thread(thread) => thread.unpark(),
        }
    }
}
