//! What is left of a call whose first look has not brought the value.
//!
//! The first look is compiled into the memoized function, and is all that runs there on a hit. The
//! rest is one call away and never comes back into the function, so that a hit needs no frame.

use std::fmt;

use super::ask::Ask;
use super::at::Lookup;
use super::lead::Lead;
use crate::engine::Home;
use crate::outcome::Outcome;
use crate::pin::Pinned;
use crate::store::Kept;

/// What a first look leaves to be done.
#[must_use]
pub enum Rest<R, C: Home> {
    /// The value may have expired.
    Timed(Timed<R, C>),
    /// It was not where it most probably is.
    Elsewhere,
    /// There is none.
    Nowhere,
}

/// The question of a call that has looked once: as [`Begin`](super::Begin), without looking again
/// where that is of no use.
#[derive(Clone, Copy, Debug)]
pub struct Again {
    looks: bool,
}

impl<R, C: Home> Ask<R, C> for Again {
    type Answer = Result<R, Lead<R, C>>;

    #[inline]
    fn ask(self, entry: impl Lookup<R, C>) -> Self::Answer {
        entry.begin(self.looks)
    }
}

/// A value with a deadline.
pub struct Timed<R, C: Home> {
    core: C,
    kept: Kept<Pinned, ()>,
    read: fn(&C, &Kept<Pinned, ()>) -> Option<R>,
}

impl<R, C: Home> Rest<R, C> {
    #[inline(always)]
    pub(super) fn timed<K, O>(core: C, kept: Kept<Pinned, O::Stored>) -> Self
    where
        K: 'static,
        O: Outcome<Ret = R>,
    {
        Self::Timed(Timed {
            core,
            kept: kept.forget_type(),
            read: read::<K, O, C>,
        })
    }

    /// The value, by all that it takes.
    #[inline(always)]
    pub fn or_else(self, call: impl FnOnce(Again) -> R) -> R {
        match self {
            Self::Timed(timed) => timed.or_else(call),
            Self::Elsewhere => elsewhere(call, Again { looks: true }),
            Self::Nowhere => elsewhere(call, Again { looks: false }),
        }
    }
}

impl<R, C: Home> Timed<R, C> {
    #[inline(never)]
    fn or_else(self, call: impl FnOnce(Again) -> R) -> R {
        if let Some(value) = (self.read)(&self.core, &self.kept) {
            return value;
        }
        // The pin ends before the call begins.
        drop(self);
        elsewhere(call, Again { looks: false })
    }
}

#[cold]
#[inline(never)]
fn elsewhere<R>(call: impl FnOnce(Again) -> R, again: Again) -> R {
    call(again)
}

#[inline(always)]
#[allow(unsafe_code, reason = "reads the value in its node")]
fn read<K, O, C>(core: &C, kept: &Kept<Pinned, ()>) -> Option<O::Ret>
where
    K: 'static,
    O: Outcome,
    C: Home,
{
    if !core.is_alive(kept, true) {
        return None;
    }
    core.note_hit(kept);
    // SAFETY: `Rest::timed` is given an entry with such a key and value.
    let value = unsafe { kept.value_as::<K, O::Stored>() };
    Some(O::give(value.clone()))
}

impl<R, C: Home> fmt::Debug for Rest<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rest")
    }
}

impl<R, C: Home> fmt::Debug for Timed<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Timed")
    }
}
