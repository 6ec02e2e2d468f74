//! What is left of a call whose first look has not brought the value.
//!
//! The first look is all that runs in a memoized function on a hit, or in that of its types. The
//! rest is one call away and never comes back into the function, so that a hit needs no frame.

use std::fmt;

use super::ask::Ask;
use super::at::Lookup;
use super::lead::Lead;
use crate::engine::{Core, Home, Use};
use crate::outcome::Outcome;
use crate::pin::Pinned;
use crate::store::{Found, Typed};

/// What a first look has brought, and what it leaves to be done.
#[must_use]
pub enum Looked<R, C: Home> {
    /// The value: nothing is left.
    Value(R),
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

impl Again {
    pub(crate) const EVERYWHERE: Self = Self { looks: true };
    pub(crate) const NOWHERE: Self = Self { looks: false };

    pub(crate) fn looks(self) -> bool {
        self.looks
    }
}

impl<R, C: Home> Ask<R, C> for Again {
    type Answer = Begun<R, C>;

    #[inline]
    fn ask(self, entry: impl Lookup<R, C>) -> Self::Answer {
        begin(entry, self.looks)
    }
}

/// Once for all functions with such arguments and results, where speed is none of a hit's.
#[cold]
#[inline(never)]
fn begin<R, C: Home>(entry: impl Lookup<R, C>, looks: bool) -> Begun<R, C> {
    Begun(entry.begin(looks))
}

/// A value, or the duty to compute it.
#[must_use]
pub struct Begun<R, C: Home>(Result<R, Lead<R, C>>);

impl<R, C: Home> Begun<R, C> {
    #[inline]
    pub(crate) fn or_lead(self) -> Result<R, Lead<R, C>> {
        self.0
    }

    /// The value, computed if there is none.
    #[inline]
    pub fn or_compute(mut self, compute: impl FnOnce() -> R) -> R {
        match self.0 {
            Ok(value) => value,
            // By reference: what was just written in parts is slow to be moved as a whole.
            Err(ref mut lead) => lead.complete(compute()),
        }
    }
}

impl<R, C: Home> fmt::Debug for Begun<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Begun")
    }
}

/// Reads a value with a deadline.
type Read<R, C> = fn(&Core<<C as Home>::S, <C as Home>::P>, Found<Pinned>) -> Option<R>;

/// A value with a deadline.
pub struct Timed<R, C: Home> {
    core: C,
    found: Found<Pinned>,
    read: Read<R, C>,
}

impl<R, C: Home> Looked<R, C> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn timed<K, O>(core: C, found: Found<Pinned>) -> Self
    where
        K: 'static,
        O: Outcome<Ret = R>,
    {
        Self::Timed(Timed {
            core,
            found,
            read: read::<K, O, C>,
        })
    }

    /// The value, by all that it takes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn or_else(self, call: impl FnOnce(Again) -> R) -> R {
        match self.read() {
            Ok(value) => value,
            Err(again) => elsewhere(call, again),
        }
    }

    /// The value, as far as that takes no call. Apart from the closures, as each function has its
    /// own.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read(self) -> Result<R, Again> {
        match self {
            Self::Value(value) => Ok(value),
            // The pin ends in there.
            Self::Timed(Timed { core, found, read }) => read(&core, found).ok_or(Again::EVERYWHERE),
            Self::Elsewhere => Err(Again::EVERYWHERE),
            Self::Nowhere => Err(Again::NOWHERE),
        }
    }
}

#[cold]
#[inline(never)]
pub(super) fn elsewhere<R>(call: impl FnOnce(Again) -> R, again: Again) -> R {
    call(again)
}

#[inline(never)]
fn read<K, O, C>(core: &Core<C::S, C::P>, found: Found<Pinned>) -> Option<O::Ret>
where
    K: 'static,
    O: Outcome,
    C: Home,
{
    read_timed::<K, O, C>(core, &found.typed()?)
}

/// The value of an entry with a deadline, if that has not passed.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn read_timed<K, O, C>(
    core: &Core<C::S, C::P>,
    typed: &Typed<Pinned, K, O::Stored>,
) -> Option<O::Ret>
where
    K: 'static,
    O: Outcome,
    C: Home,
{
    // Before it counts as a hit: a value that is gone is none.
    let held = if O::IS_WEAK {
        Some(O::give(typed.value().clone())?)
    } else {
        None
    };
    if !core.is_alive(typed.kept(), Use::First) {
        return None;
    }
    core.note_hit(typed.kept());
    match held {
        Some(value) => Some(value),
        None => O::give(typed.value().clone()),
    }
}

impl<R, C: Home> fmt::Debug for Looked<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Looked")
    }
}

impl<R, C: Home> fmt::Debug for Timed<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Timed")
    }
}
