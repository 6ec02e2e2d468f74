//! What expansions ask of an entry.
//!
//! The type of an entry is that of a key, which has no name: only the function that makes the key
//! knows it. So that function is not asked for the entry; it is given a question, and returns the
//! answer, whose type does have a name.

use super::at::Lookup;
use super::bulk::Bulk;
use super::lead::Lead;
#[cfg(feature = "async")]
use super::task::{TaskLead, Turn};
use crate::engine::{EntryInfo, Home};

/// A question about the entry of one call's arguments.
pub trait Ask<R, C: Home> {
    /// What comes of it.
    type Answer;
    /// Asks it.
    fn ask(self, entry: impl Lookup<R, C>) -> Self::Answer;
}

macro_rules! questions {
    ($($(#[$attr:meta])* $name:ident -> $answer:ty, $ask:expr;)*) => {$(
        $(#[$attr])*
        #[derive(Debug)]
        pub struct $name;

        $(#[$attr])*
        impl<R, C: Home> Ask<R, C> for $name {
            type Answer = $answer;

            #[inline]
            fn ask(self, entry: impl Lookup<R, C>) -> $answer {
                $ask(entry)
            }
        }
    )*};
}

questions! {
    /// A value, or the duty to compute it.
    Begin -> Result<R, Lead<R, C>>, Lookup::begin;
    /// The same, for a task.
    #[cfg(feature = "async")]
    BeginAsync -> Result<R, Turn<R, C>>, |entry| {
        Lookup::begin_unblocked(entry).map_err(Turn::new)
    };
    /// The duty to compute the value anew.
    Supersede -> Lead<R, C>, Lookup::supersede;
    /// The same, for a task.
    #[cfg(feature = "async")]
    SupersedeAsync -> TaskLead<R, C>, |entry| {
        TaskLead::new(Lookup::supersede_unblocked(entry, None))
    };
    /// The value, if there is one.
    Peek -> Option<R>, Lookup::peek;
    /// Whether there is a value.
    Contains -> bool, Lookup::contains;
    /// Removes the entry; whether there was one.
    Invalidate -> bool, Lookup::invalidate;
    /// What is known about the entry.
    Inspect -> Option<EntryInfo>, Lookup::entry_info;
}

/// Stores a value.
#[derive(Debug)]
pub struct Prime<R>(pub R);

impl<R, C: Home> Ask<R, C> for Prime<R> {
    type Answer = ();

    #[inline]
    fn ask(self, entry: impl Lookup<R, C>) {
        entry.prime(self.0);
    }
}

/// Asks for the value as that of one key among many.
#[derive(Debug)]
pub struct InBulk<'a, R, C: Home>(pub &'a mut Bulk<R, C>);

impl<R, C: Home> Ask<R, C> for InBulk<'_, R, C> {
    type Answer = ();

    fn ask(self, entry: impl Lookup<R, C>) {
        self.0.begin(entry);
    }
}

/// The same, for a value that is computed anew.
#[derive(Debug)]
pub struct AnewInBulk<'a, R, C: Home>(pub &'a mut Bulk<R, C>);

impl<R, C: Home> Ask<R, C> for AnewInBulk<'_, R, C> {
    type Answer = ();

    fn ask(self, entry: impl Lookup<R, C>) {
        self.0.begin_anew(entry);
    }
}
