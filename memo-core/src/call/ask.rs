//! What expansions ask of an entry.
//!
//! The type of an entry is that of a key, which has no name: only the function that makes the key
//! knows it. So that function is not asked for the entry; it is given a question, and returns the
//! answer, whose type does have a name. Questions are `Copy`: that leaves nothing to clean up in a
//! function that is compiled for each memoized one.

use std::cell::Cell;
use std::fmt;

use super::at::Lookup;
use super::bulk::Bulk;
use super::lead::Lead;
use super::rest::Looked;
use super::see::Seen;
#[cfg(feature = "async")]
use super::task::{TaskLead, Turn};
#[cfg(feature = "async")]
use super::timed::{TimedLead, TimedTurn};
use crate::engine::{EntryInfo, Home};
use crate::pin::{Nearby, nearby};

/// A question about the entry of one call's arguments.
pub trait Ask<R, C: Home>: Copy {
    /// What comes of it.
    type Answer;
    /// Asks it.
    fn ask(self, entry: impl Lookup<R, C>) -> Self::Answer;
}

macro_rules! questions {
    ($($(#[$attr:meta])* $name:ident -> $answer:ty, $ask:expr;)*) => {$(
        $(#[$attr])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        $(#[$attr])*
        impl<R, C: Home> Ask<R, C> for $name {
            type Answer = $answer;

            #[cfg_attr(not(debug_assertions), inline(always))]
            fn ask(self, entry: impl Lookup<R, C>) -> $answer {
                $ask(entry)
            }
        }
    )*};
}

questions! {
    /// A value to look at, if it is where it most probably is.
    See -> Seen<R, C>, Lookup::see;
    /// A value, or the duty to compute it.
    Begin -> Result<R, Lead<R, C>>, Lookup::look_or_begin;
    /// The same, for a task.
    #[cfg(feature = "async")]
    BeginAsync -> Result<R, Turn<R, C>>, |entry| {
        Lookup::begin_unblocked(entry).map_err(Turn::new)
    };
    /// The same, for a task that waits no longer than its function says.
    #[cfg(feature = "async")]
    BeginTimed -> Result<R, TimedTurn<R, C>>, |entry| {
        let older = Lookup::older(&entry);
        Lookup::begin_unblocked(entry).map_err(|miss| TimedTurn::new(miss, older))
    };
    /// The duty to compute the value anew.
    Supersede -> Lead<R, C>, |entry| Lookup::supersede(Lookup::here(entry));
    /// The same, for a task.
    #[cfg(feature = "async")]
    SupersedeAsync -> TaskLead<R, C>, |entry| {
        TaskLead::new(Lookup::supersede_unblocked(Lookup::here(entry), None))
    };
    /// The same, for a task that waits no longer than its function says.
    #[cfg(feature = "async")]
    SupersedeTimed -> TimedLead<R, C>, |entry| {
        let older = Lookup::older(&entry);
        TimedLead::anew(Lookup::supersede_unblocked(Lookup::here(entry), None), older)
    };
    /// The value, if there is one.
    Peek -> Option<R>, |entry| Lookup::peek(Lookup::here(entry));
    /// Whether there is a value.
    Contains -> bool, |entry| Lookup::contains(Lookup::here(entry));
    /// Removes the entry; whether there was one.
    Invalidate -> bool, |entry| Lookup::invalidate(Lookup::here(entry));
    /// What is known about the entry.
    Inspect -> Option<EntryInfo>, |entry| Lookup::entry_info(Lookup::here(entry));
}

/// A value, if it is where it most probably is; or what it takes otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Hit(Option<Nearby>);

impl Hit {
    /// Asked by the calling thread. To be made before all else, see [`nearby`].
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn now() -> Self {
        Self(nearby())
    }
}

impl<R, C: Home> Ask<R, C> for Hit {
    type Answer = Looked<R, C>;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn ask(self, entry: impl Lookup<R, C>) -> Looked<R, C> {
        entry.hit(self.0)
    }
}

/// Stores a value.
pub struct Prime<'a, R>(&'a Cell<Option<R>>);

impl<'a, R> Prime<'a, R> {
    /// The value is taken out.
    pub fn new(value: &'a mut Option<R>) -> Self {
        Self(Cell::from_mut(value))
    }
}

impl<R, C: Home> Ask<R, C> for Prime<'_, R> {
    type Answer = ();

    fn ask(self, entry: impl Lookup<R, C>) {
        if let Some(value) = self.0.take() {
            entry.here().prime(value);
        }
    }
}

/// Asks for the value as that of one key among many.
pub struct InBulk<'a, R, C: Home> {
    bulk: &'a Cell<Bulk<R, C>>,
    /// The value is computed, also if there is one.
    anew: bool,
}

impl<'a, R, C: Home> InBulk<'a, R, C> {
    /// The next key of this call.
    pub fn new(bulk: &'a mut Bulk<R, C>, anew: bool) -> Self {
        Self {
            bulk: Cell::from_mut(bulk),
            anew,
        }
    }
}

impl<R, C: Home> Ask<R, C> for InBulk<'_, R, C> {
    type Answer = ();

    fn ask(self, entry: impl Lookup<R, C>) {
        // If this panics, the call ends, and the keys that it leads are given free.
        let mut bulk = self.bulk.replace(Bulk::with_capacity(0));
        if self.anew {
            bulk.begin_anew(entry);
        } else {
            bulk.begin(entry);
        }
        self.bulk.set(bulk);
    }
}

macro_rules! copy {
    ($([$($generics:tt)*] $question:ty;)*) => {$(
        impl<$($generics)*> Clone for $question {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<$($generics)*> Copy for $question {}

        impl<$($generics)*> fmt::Debug for $question {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($question))
            }
        }
    )*};
}

copy! {
    [R] Prime<'_, R>;
    [R, C: Home] InBulk<'_, R, C>;
}
