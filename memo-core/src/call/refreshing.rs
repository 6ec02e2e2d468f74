//! Calls of functions whose values are computed anew before they are missed.
//!
//! The first who sees that a value is due gets it, and with it the duty to see to its successor. The
//! function makes owned copies of its arguments then, so that its body can run elsewhere.

use std::fmt;

use super::ask::Ask;
use super::at::Lookup;
use super::lead::Lead;
use super::miss::Miss;
#[cfg(feature = "async")]
use super::task::{TaskLead, Turn};
#[cfg(feature = "async")]
use super::timed::TimedTurn;
use crate::background;
use crate::engine::Home;
use crate::nesting::InsideShared;

/// What a call of such a function has found.
#[must_use]
pub enum Found<R, C: Home> {
    /// The value.
    Value(R),
    /// A value that is due.
    Due(Due<R, C>),
    /// None.
    Nothing,
}

/// A value, and the duty to compute its successor in the background.
#[must_use]
pub struct Due<R, C: Home> {
    value: R,
    miss: Miss<R, C>,
}

/// What the function has to do.
#[must_use]
pub enum ToDo<R, L, C: Home> {
    /// To compute the value.
    Compute(L),
    /// To let its successor be computed.
    Renew(Due<R, C>),
}

/// The value that is there, perhaps with the duty to renew it; else what `begin` gives.
fn find_or<R, C: Home, E: Lookup<R, C>, L>(
    entry: E,
    begin: impl FnOnce(E) -> Result<R, L>,
) -> Result<R, ToDo<R, L, C>> {
    let (found, entry) = entry.find_or_renew();
    match found {
        Found::Value(value) => Ok(value),
        Found::Due(due) => {
            // Here, where a panic in the `Drop` of a key unwinds over the duty and ends it.
            drop(entry);
            Err(ToDo::Renew(due))
        }
        Found::Nothing => begin(entry).map_err(ToDo::Compute),
    }
}

/// A value; or the duty to compute it, or its successor.
#[derive(Clone, Copy, Debug)]
pub struct BeginOrRenew;

impl<R, C: Home> Ask<R, C> for BeginOrRenew {
    type Answer = Result<R, ToDo<R, Lead<R, C>, C>>;

    fn ask(self, entry: impl Lookup<R, C>) -> Self::Answer {
        find_or(entry, |entry| entry.begin(true))
    }
}

/// The same for a task.
#[cfg(feature = "async")]
#[derive(Clone, Copy, Debug)]
pub struct BeginOrRenewAsync;

#[cfg(feature = "async")]
impl<R, C: Home> Ask<R, C> for BeginOrRenewAsync {
    type Answer = Result<R, ToDo<R, Turn<R, C>, C>>;

    fn ask(self, entry: impl Lookup<R, C>) -> Self::Answer {
        find_or(entry, |entry| entry.begin_unblocked().map_err(Turn::new))
    }
}

/// The same for a task that waits no longer than its function says.
#[cfg(feature = "async")]
#[derive(Clone, Copy, Debug)]
pub struct BeginOrRenewTimed;

#[cfg(feature = "async")]
impl<R, C: Home> Ask<R, C> for BeginOrRenewTimed {
    type Answer = Result<R, ToDo<R, TimedTurn<R, C>, C>>;

    fn ask(self, entry: impl Lookup<R, C>) -> Self::Answer {
        find_or(entry, |entry| {
            let older = entry.older();
            let begun = entry.begin_unblocked();
            begun.map_err(|miss| TimedTurn::new(miss, older))
        })
    }
}

impl<R, C: Home> Due<R, C> {
    pub(super) fn new(value: R, miss: Miss<R, C>) -> Self {
        Self { value, miss }
    }
}

impl<R, C> Due<R, C>
where
    C: Home + Send + 'static,
    R: 'static,
    Miss<R, C>: Send,
{
    /// Lets the successor be computed by this on another thread; the value.
    pub fn renew(self, compute: impl FnOnce() -> R + Send + 'static) -> R {
        let Self { value, mut miss } = self;
        let job = move || {
            let Some(flight) = miss.restart() else {
                return;
            };
            let _inside = InsideShared::of(&flight);
            let value = compute();
            // Nobody waits for it.
            let _ = miss.finish(&value);
        };
        // One that cannot be run is dropped, and with it the duty: the value is served on, and
        // somebody tries again.
        drop(background::run(Box::new(job)));
        value
    }

    /// The same by a future, on the program's executor.
    #[cfg(feature = "async")]
    pub fn renew_by<F>(self, compute: F) -> R
    where
        F: Future<Output = R> + Send + 'static,
    {
        let Self { value, mut miss } = self;
        let future = async move {
            if miss.restart().is_some() {
                TaskLead::new(miss).run(compute).await;
            }
        };
        drop(background::spawn(Box::pin(future)));
        value
    }
}

impl<R, C: Home> fmt::Debug for Found<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Found")
    }
}

impl<R, C: Home> fmt::Debug for Due<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Due")
    }
}

impl<R, L, C: Home> fmt::Debug for ToDo<R, L, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ToDo")
    }
}
