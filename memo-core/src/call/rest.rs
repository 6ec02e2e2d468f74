//! What is left of a call whose first look has not brought the value.
//!
//! The first look is compiled into the memoized function, and is all that runs there on a hit. The
//! rest is one call away and never comes back into the function, so that a hit needs no frame.

use std::fmt;

use super::ask::Ask;
use super::at::Lookup;
use super::lead::Lead;
use crate::engine::{Core, Home};
use crate::outcome::Outcome;
use crate::pin::Pinned;
use crate::store::{Kept, Untyped};

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
    pub(super) looks: bool,
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
    /// The value, computed if there is none.
    #[inline]
    pub fn or_compute(self, compute: impl FnOnce() -> R) -> R {
        match self.0 {
            Ok(value) => value,
            Err(lead) => lead.finish(compute()),
        }
    }
}

impl<R, C: Home> fmt::Debug for Begun<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Begun")
    }
}

/// Reads a value with a deadline.
type Read<R, C> = fn(&Core<<C as Home>::S, <C as Home>::P>, Untyped<Pinned>) -> Option<R>;

/// A value with a deadline.
pub struct Timed<R, C: Home> {
    core: C,
    kept: Untyped<Pinned>,
    read: Read<R, C>,
}

impl<R, C: Home> Looked<R, C> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn timed<K, O>(core: C, kept: Kept<Pinned, K, O::Stored>) -> Self
    where
        K: 'static,
        O: Outcome<Ret = R>,
    {
        Self::Timed(Timed {
            core,
            kept: kept.forget_types(),
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
            Self::Timed(Timed { core, kept, read }) => {
                read(&core, kept).ok_or(Again { looks: false })
            }
            Self::Elsewhere => Err(Again { looks: true }),
            Self::Nowhere => Err(Again { looks: false }),
        }
    }
}

#[cold]
#[inline(never)]
pub(super) fn elsewhere<R>(call: impl FnOnce(Again) -> R, again: Again) -> R {
    call(again)
}

#[inline(never)]
#[allow(unsafe_code, reason = "types that were forgotten")]
fn read<K, O, C>(core: &Core<C::S, C::P>, kept: Untyped<Pinned>) -> Option<O::Ret>
where
    K: 'static,
    O: Outcome,
    C: Home,
{
    // SAFETY: `Looked::timed` puts the two together: an entry with these types, and this function.
    let kept = unsafe { kept.remember::<K, O::Stored>() };
    if !core.is_alive(&kept, true) {
        return None;
    }
    core.note_hit(&kept);
    Some(O::give(kept.value().clone()))
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
