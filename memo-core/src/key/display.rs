//! What people see of a key: parts that are `Debug` in lists of keys, and a key of one part that is `Display` in
//! patterns.
//!
//! `DisplayProbe(part).__displayed()` gives the same part, whose type says so, if its bound holds, and
//! otherwise the part itself; in the way of [`super::probe`]. Only a part that is the whole key is asked.
#![allow(
    missing_docs,
    reason = "called by expansions only; the module tells how"
)]

use std::fmt;
use std::marker::PhantomData;

use super::{BorrowKey, Deep, Plain, Val};

/// Whether a part can be shown: [`Shown`] if it is `Debug`, else [`Hidden`]; one of these in
/// [`Displayed`] if it is the whole key and `Display`.
pub trait Show<X: ?Sized> {
    /// Whether it is `Display`, as far as was asked.
    const IS_DISPLAYED: bool = false;
    /// Writes `x` or a placeholder.
    fn show(x: &X, f: &mut fmt::Formatter<'_>) -> fmt::Result;
    /// Writes `x` as it is displayed, else as it is shown.
    fn display(x: &X, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Self::show(x, f)
    }
}

/// Parts that are `Debug`.
#[derive(Clone, Copy, Debug)]
pub struct Shown;

/// Parts that are not.
#[derive(Clone, Copy, Debug)]
pub struct Hidden;

impl<X: ?Sized + fmt::Debug> Show<X> for Shown {
    fn show(x: &X, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        x.fmt(f)
    }
}

impl<X: ?Sized> Show<X> for Hidden {
    fn show(_: &X, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

/// Parts that are `Display`, and are shown as `D` says.
#[derive(Clone, Copy, Debug)]
pub struct Displayed<D>(D);

impl<X: ?Sized + fmt::Display, D: Show<X>> Show<X> for Displayed<D> {
    const IS_DISPLAYED: bool = true;

    fn show(x: &X, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        D::show(x, f)
    }

    fn display(x: &X, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        x.fmt(f)
    }
}

/// The only part of a key.
#[derive(Debug)]
pub struct DisplayProbe<P>(pub P);

impl<'a, X: ?Sized + fmt::Display, D> DisplayProbe<Plain<'a, X, D>> {
    #[inline]
    pub fn __displayed(self) -> Plain<'a, X, Displayed<D>> {
        Plain::new(self.0.value)
    }
}

impl<E: fmt::Display, D> DisplayProbe<Val<E, D>> {
    #[inline]
    pub fn __displayed(self) -> Val<E, Displayed<D>> {
        Val::new(self.0.value)
    }
}

impl<'a, X: ?Sized + BorrowKey<Owned: fmt::Display>, D> DisplayProbe<Deep<'a, X, D>> {
    #[inline]
    pub fn __displayed(self) -> Deep<'a, X, Displayed<D>> {
        Deep::new(self.0.value)
    }
}

pub trait NotDisplayed {
    type P;
    fn __displayed(self) -> Self::P;
}

impl<P> NotDisplayed for DisplayProbe<P> {
    type P = P;

    #[inline]
    fn __displayed(self) -> P {
        self.0
    }
}

/// The type of a plain function's only argument, with the kind of its part.
pub struct DisplayTypeProbe<X: ?Sized, D>(PhantomData<fn(&X)>, D);

impl<X: ?Sized, D> DisplayTypeProbe<X, D> {
    #[inline]
    pub fn of(kind: D) -> Self {
        Self(PhantomData, kind)
    }
}

// What cannot be a part of a key stays what it is, so that only its own error is reported.
impl<X: ?Sized + fmt::Display, D: Show<X>> DisplayTypeProbe<X, D> {
    #[inline]
    pub fn __displayed(self) -> Displayed<D> {
        Displayed(self.1)
    }
}

pub trait NotDisplayedType {
    type D;
    fn __displayed(self) -> Self::D;
}

impl<X: ?Sized, D> NotDisplayedType for DisplayTypeProbe<X, D> {
    type D = D;

    #[inline]
    fn __displayed(self) -> D {
        self.1
    }
}

impl<X: ?Sized, D> fmt::Debug for DisplayTypeProbe<X, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DisplayTypeProbe")
    }
}
