//! What of a return value is stored, decided by its type.
//!
//! Of a `Result<T, E>` (whatever alias it hides behind) only `T` is stored, so `E` needs no
//! `Clone`; `None` is a value like any other. [`global::OutcomeProbe`] and its siblings choose,
//! in the way of [`crate::key`]'s probes.

mod failing;
mod missing;
mod probe;
mod weak;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::accounting::{self, Heap};
use crate::singleflight::Handed;
#[cfg(feature = "serde")]
use crate::snapshot::TypeCodec;
use crate::store::Held;

pub use failing::{FailureProbe, MissingFailure};
pub(crate) use probe::{global, local};

/// How a return type is stored and given back.
pub trait Outcome: 'static {
    /// What the function returns.
    type Ret: 'static;
    /// What is stored.
    type Stored: Clone + 'static;
    /// What to store of it, if anything.
    fn keep(ret: &Self::Ret) -> Option<Self::Stored>;
    /// Whether what is stored may be gone when it is wanted.
    const IS_WEAK: bool = false;
    /// The return value from what was stored, unless that is gone.
    fn give(stored: Self::Stored) -> Option<Self::Ret>;
    /// The return value where it is stored; made for the purpose, where only a part of it is.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn show<G>(held: Held<G, Self::Stored>) -> Option<Shown<G, Self::Ret>> {
        Some(Shown::Made(Self::give(held.get().clone())?))
    }
    /// Whether what was stored is gone, for good. No user code: a table asks it under its lock.
    #[inline]
    fn is_gone(_: &Self::Stored) -> bool {
        false
    }
    /// What a stored value has on the heap, by what is known of its type.
    #[inline]
    fn heap(stored: &Self::Stored) -> Heap {
        accounting::heap_of(stored)
    }
    /// Whether it is an error.
    fn is_failure(ret: &Self::Ret) -> bool;
    /// A value that is not stored, for the callers that waited for it; `None` if it cannot be
    /// copied.
    fn hand(ret: &Self::Ret) -> Option<Handed>;
    /// The same, received.
    fn receive(handed: &Handed) -> Option<Self::Ret>;
    /// How stored values are written to a snapshot, if they can be.
    #[cfg(feature = "serde")]
    fn stored() -> Option<&'static TypeCodec<Self::Stored>> {
        None
    }
}

/// A return value to look at.
pub enum Shown<G, R> {
    /// The one that is stored.
    Stored(Held<G, R>),
    /// One that was put together: nothing is held for it.
    Made(R),
}

impl<G, R> Shown<G, R> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn get(&self) -> &R {
        match self {
            Self::Stored(held) => held.get(),
            Self::Made(value) => value,
        }
    }
}

/// Whether a value that is not stored can be handed to waiting callers.
pub trait HandOver<R> {
    /// Copies it for them.
    fn hand(ret: &R) -> Option<Handed>;
    /// Copies it from there.
    fn receive(handed: &Handed) -> Option<R>;
}

/// By a clone.
#[derive(Debug)]
pub struct ByClone;

impl<R: Clone + Send + Sync + 'static> HandOver<R> for ByClone {
    fn hand(ret: &R) -> Option<Handed> {
        Some(Arc::new(ret.clone()))
    }

    fn receive(handed: &Handed) -> Option<R> {
        handed.downcast_ref().cloned()
    }
}

/// Not at all: the callers start over, one by one.
#[derive(Debug)]
pub struct Never;

impl<R> HandOver<R> for Never {
    fn hand(_: &R) -> Option<Handed> {
        None
    }

    fn receive(_: &Handed) -> Option<R> {
        None
    }
}

/// Every value is stored.
pub struct Whole<R, H>(PhantomData<fn() -> (R, H)>);

impl<R: Clone + 'static, H: HandOver<R> + 'static> Outcome for Whole<R, H> {
    type Ret = R;
    type Stored = R;

    fn is_failure(_: &R) -> bool {
        false
    }

    #[inline]
    fn keep(ret: &R) -> Option<R> {
        Some(ret.clone())
    }

    #[inline]
    fn give(stored: R) -> Option<R> {
        Some(stored)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn show<G>(held: Held<G, R>) -> Option<Shown<G, R>> {
        Some(Shown::Stored(held))
    }

    fn hand(ret: &R) -> Option<Handed> {
        H::hand(ret)
    }

    fn receive(handed: &Handed) -> Option<R> {
        H::receive(handed)
    }
}

/// `Ok` values are stored, errors are not.
pub struct OkOnly<T, E, H>(PhantomData<fn() -> Result<T, E>>, PhantomData<fn() -> H>);

impl<T, E, H> Outcome for OkOnly<T, E, H>
where
    T: Clone + 'static,
    E: 'static,
    H: HandOver<Result<T, E>> + 'static,
{
    type Ret = Result<T, E>;
    type Stored = T;

    fn is_failure(ret: &Result<T, E>) -> bool {
        ret.is_err()
    }

    #[inline]
    fn keep(ret: &Result<T, E>) -> Option<T> {
        ret.as_ref().ok().cloned()
    }

    #[inline]
    fn give(stored: T) -> Option<Result<T, E>> {
        Some(Ok(stored))
    }

    fn hand(ret: &Result<T, E>) -> Option<Handed> {
        H::hand(ret)
    }

    fn receive(handed: &Handed) -> Option<Result<T, E>> {
        H::receive(handed)
    }
}

/// Errors are stored, too: `cache_err = true`.
pub struct WithErr<T, E, H>(PhantomData<fn() -> Result<T, E>>, PhantomData<fn() -> H>);

impl<T, E, H> Outcome for WithErr<T, E, H>
where
    T: Clone + 'static,
    E: Clone + 'static,
    H: HandOver<Result<T, E>> + 'static,
{
    type Ret = Result<T, E>;
    type Stored = Result<T, E>;

    fn is_failure(ret: &Result<T, E>) -> bool {
        ret.is_err()
    }

    #[inline]
    fn keep(ret: &Result<T, E>) -> Option<Result<T, E>> {
        Some(ret.clone())
    }

    #[inline]
    fn give(stored: Result<T, E>) -> Option<Result<T, E>> {
        Some(stored)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn show<G>(held: Held<G, Result<T, E>>) -> Option<Shown<G, Result<T, E>>> {
        Some(Shown::Stored(held))
    }

    fn hand(ret: &Result<T, E>) -> Option<Handed> {
        H::hand(ret)
    }

    fn receive(handed: &Handed) -> Option<Result<T, E>> {
        H::receive(handed)
    }
}

/// `Some` values are stored, `None` is not: `cache_none = false`.
pub struct SomeOnly<T, H>(PhantomData<fn() -> (T, H)>);

impl<T: Clone + 'static, H: HandOver<Option<T>> + 'static> Outcome for SomeOnly<T, H> {
    type Ret = Option<T>;
    type Stored = T;

    fn is_failure(_: &Option<T>) -> bool {
        false
    }

    #[inline]
    fn keep(ret: &Option<T>) -> Option<T> {
        ret.clone()
    }

    #[inline]
    fn give(stored: T) -> Option<Option<T>> {
        Some(Some(stored))
    }

    fn hand(ret: &Option<T>) -> Option<Handed> {
        H::hand(ret)
    }

    fn receive(handed: &Handed) -> Option<Option<T>> {
        H::receive(handed)
    }
}

/// Stands in for a return type that cannot be cached, so that only its own error is reported.
pub struct BadOutcome<R>(PhantomData<fn() -> R>);

impl<R: 'static> Outcome for BadOutcome<R> {
    type Ret = R;
    type Stored = BadValue<R>;

    fn is_failure(_: &R) -> bool {
        false
    }

    fn keep(_: &R) -> Option<BadValue<R>> {
        None
    }

    fn give(stored: BadValue<R>) -> Option<R> {
        match stored.0 {}
    }

    fn hand(_: &R) -> Option<Handed> {
        None
    }

    fn receive(_: &Handed) -> Option<R> {
        None
    }
}

/// What [`BadOutcome`] stores: nothing, ever.
pub struct BadValue<R>(std::convert::Infallible, PhantomData<fn() -> R>);

impl<R> Clone for BadValue<R> {
    fn clone(&self) -> Self {
        match self.0 {}
    }
}

macro_rules! debug_by_name {
    ($($name:ident<$($param:ident),+>;)*) => {$(
        impl<$($param),+> fmt::Debug for $name<$($param),+> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}
debug_by_name! {
    Shown<G, R>;
    Whole<R, H>;
    OkOnly<T, E, H>;
    SomeOnly<T, H>;
    WithErr<T, E, H>;
    BadOutcome<R>;
    BadValue<R>;
}
