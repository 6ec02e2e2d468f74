//! A call that looks at its value where it is stored: `f::with(args, |value| ..)`.
//!
//! A first look is compiled into the function, as that of a call is. Where it shows nothing, the
//! entry is looked for everywhere, and only then the memoized function is called: what a miss takes
//! is compiled once, and the value that comes of it is the caller's own.

use std::fmt;

use super::ask::Ask;
use super::at::Lookup;
use super::rest::{Again, elsewhere};
use crate::engine::{Home, Use};
use crate::outcome::{Outcome, Shown};
use crate::pin::{Guard, Pin, Pinned};
use crate::store::{Found, Typed};

/// A value to look at. The core outlives it, which may be there for this call only.
pub struct Sight<G, R, C> {
    shown: Shown<G, R>,
    #[allow(dead_code, reason = "for its `Drop`, after that of the value")]
    core: C,
}

impl<G: Pin, R, C> Sight<G, R, C> {
    /// The value of this entry, unless it is gone.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn of<K, O>(core: C, typed: Typed<G, K, O::Stored>) -> Option<Self>
    where
        K: 'static,
        O: Outcome<Ret = R>,
    {
        let shown = O::show(typed.hold())?;
        Some(Self { shown, core })
    }
}

impl<G, R, C> Sight<G, R, C> {
    /// Without the core: somebody else has it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn into_shown(self) -> Shown<G, R> {
        self.shown
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read<T>(&self, read: impl FnOnce(&R) -> T) -> T {
        read(self.shown.get())
    }
}

/// What a first look shows.
#[must_use]
pub enum Seen<R, C: Home> {
    /// The value.
    Here(Here<R, C>),
    /// The value, which may have expired.
    Timed(Timed<R, C>),
    /// It is not where it most probably is.
    Elsewhere,
    /// There is none.
    Nowhere,
}

/// A value in the first place where it may be.
pub struct Here<R, C>(pub(super) Sight<Pinned, R, C>);

/// A value with a deadline.
pub struct Timed<R, C> {
    found: Found<Pinned>,
    core: C,
    see: SeeTimed<R, C>,
}

/// Looks at a value with a deadline.
type SeeTimed<R, C> = fn(C, Found<Pinned>) -> Option<Sight<Pinned, R, C>>;

impl<R, C: Home> Seen<R, C> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn timed<K, O>(core: C, typed: Typed<Pinned, K, O::Stored>) -> Self
    where
        K: 'static,
        O: Outcome<Ret = R>,
    {
        Self::Timed(Timed {
            found: typed.found(),
            core,
            see: see_timed::<K, O, C>,
        })
    }

    /// Shows the value to `read`, or leaves that to the `rest` of the call.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn read_or_else<F, T>(self, read: F, rest: impl FnOnce(SeeAnywhere, F) -> T) -> T
    where
        F: FnOnce(&R) -> T,
    {
        let again = match self {
            Self::Here(Here(sight)) => return sight.read(read),
            Self::Timed(Timed { found, core, see }) => match see(core, found) {
                Some(sight) => return sight.read(read),
                None => Again::EVERYWHERE,
            },
            Self::Elsewhere => Again::EVERYWHERE,
            Self::Nowhere => Again::NOWHERE,
        };
        elsewhere(|again| rest(SeeAnywhere(again), read), again)
    }
}

#[inline(never)]
fn see_timed<K, O, C>(core: C, found: Found<Pinned>) -> Option<Sight<Pinned, O::Ret, C>>
where
    K: 'static,
    O: Outcome,
    C: Home,
{
    let typed = found.typed::<K, O::Stored>()?;
    // As in `read_timed`.
    let _held = if O::IS_WEAK {
        Some(O::give(typed.value().clone())?)
    } else {
        None
    };
    if !core.is_alive(typed.kept(), Use::First) {
        return None;
    }
    core.note_hit(typed.kept());
    Sight::of::<K, O>(core, typed)
}

/// The question of a call whose first look has shown nothing.
#[derive(Clone, Copy, Debug)]
pub struct SeeAnywhere(Again);

impl<R, C: Home> Ask<R, C> for SeeAnywhere {
    type Answer = SeenAnywhere<R, C>;

    #[inline]
    fn ask(self, entry: impl Lookup<R, C>) -> SeenAnywhere<R, C> {
        entry.here().see_anywhere(self.0.looks())
    }
}

/// What a look everywhere shows.
#[must_use]
pub struct SeenAnywhere<R, C>(Option<Sight<Guard, R, C>>);

impl<R, C: Home> SeenAnywhere<R, C> {
    pub(super) fn nowhere() -> Self {
        Self(None)
    }

    pub(super) fn here<K, O>(core: C, typed: Typed<Guard, K, O::Stored>) -> Self
    where
        K: 'static,
        O: Outcome<Ret = R>,
    {
        Self(Sight::of::<K, O>(core, typed))
    }

    /// Shows the value to `read`, or that of a call.
    #[inline]
    pub fn read_or_call<T>(self, read: impl FnOnce(&R) -> T, call: impl FnOnce() -> R) -> T {
        match self.0 {
            Some(sight) => sight.read(read),
            None => read(&call()),
        }
    }
}

macro_rules! debug_by_name {
    ($($name:ident<$($param:ident $(: $bound:ident)?),+>;)*) => {$(
        impl<$($param $(: $bound)?),+> fmt::Debug for $name<$($param),+> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}
debug_by_name! {
    Sight<G, R, C>;
    Seen<R, C: Home>;
    Here<R, C>;
    Timed<R, C>;
    SeenAnywhere<R, C>;
}
