//! A call that gives a reference for ever: `f::get_ref(args)`, of caches that free no value.
//!
//! Such a cache is never dropped, and is the only kind of which [`GlobalSite<Leak>`] says so. What
//! scopes say is of no account here: a value that is not stored has no place to refer to.

use std::fmt;

use super::ask::Ask;
use super::at::Lookup;
use super::see::{Here, Seen, Sight};
use crate::engine::{Home, RawLead};
use crate::outcome::Shown;
use crate::pin::Guard;
use crate::protection::Leak;
use crate::site::GlobalSite;

/// How functions that free no value hold their cores.
type Site = GlobalSite<Leak>;

/// Asks for a value to refer to, or for the duty to compute it.
#[derive(Clone, Copy, Debug)]
pub struct Refer;

impl<R: 'static> Ask<R, Site> for Refer {
    type Answer = Referred<R>;

    fn ask(self, entry: impl Lookup<R, Site>) -> Referred<R> {
        Referred(entry.here().see_or_lead())
    }
}

/// A value to refer to, or the duty to compute it.
#[must_use]
pub struct Referred<R: 'static>(Result<Sight<Guard, R, Site>, LeadInPlace<R, Site>>);

impl<R: 'static> Referred<R> {
    /// A reference to the value, computed if there is none.
    #[inline]
    pub fn or_compute(self, compute: impl FnOnce() -> R) -> &'static R {
        match self.0 {
            Ok(sight) => for_ever(sight.into_shown()),
            Err(lead) => for_ever(lead.finish(compute())),
        }
    }
}

impl<R: 'static> Seen<R, Site> {
    /// A reference to the value, by all that it takes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn refer_or_else(self, rest: impl FnOnce() -> &'static R) -> &'static R {
        match self {
            Self::Here(Here(sight)) => for_ever(sight.into_shown()),
            Self::Timed(timed) => {
                // Its pin has no place around the rest, in which the function may run.
                drop(timed);
                refer_otherwise(rest)
            }
            Self::Elsewhere | Self::Nowhere => refer_otherwise(rest),
        }
    }
}

#[cold]
#[inline(never)]
fn refer_otherwise<R>(rest: impl FnOnce() -> &'static R) -> &'static R {
    rest()
}

/// For values of a [`Site`].
#[cfg_attr(not(debug_assertions), inline(always))]
#[allow(unsafe_code, reason = "values that are never freed")]
fn for_ever<G, R: 'static>(shown: Shown<G, R>) -> &'static R {
    match shown {
        // SAFETY: whoever calls this has the value from a `Site`: its cache is never dropped, as it belongs
        // to a static, or takes that one's place in isolations; and with `Leak` it frees no value.
        Shown::Stored(held) => unsafe { held.for_ever() },
        // One that there was no place for: what is stored is stored as a whole.
        Shown::Made(value) => Box::leak(Box::new(value)),
    }
}

/// The duty to compute a value that is then seen where it is; or the cache that has no place for it.
#[must_use]
pub struct LeadInPlace<R, C: Home>(Result<(RawLead<C>, FinishInPlace<R, C>), C>);

/// Stores the value and shows it.
type FinishInPlace<R, C> = fn(&mut RawLead<C>, R) -> Shown<Guard, R>;

impl<R, C: Home> LeadInPlace<R, C> {
    pub(super) fn new(raw: RawLead<C>, finish: FinishInPlace<R, C>) -> Self {
        Self(Ok((raw, finish)))
    }

    pub(super) fn alone(core: C) -> Self {
        Self(Err(core))
    }

    #[inline(never)]
    fn finish(self, value: R) -> Shown<Guard, R> {
        match self.0 {
            Ok((mut raw, finish)) => finish(&mut raw, value),
            Err(core) => {
                core.common().counters.leaked(size_of::<R>() as u64);
                Shown::Made(value)
            }
        }
    }
}

impl<R, C: Home> fmt::Debug for LeadInPlace<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LeadInPlace")
    }
}

impl<R> fmt::Debug for Referred<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Referred")
    }
}
