//! Whether a function can fail, decided by the type of its result.

use std::fmt;
use std::marker::PhantomData;

/// Implemented for nothing: a result that is never an error asks for it where an option is about errors.
#[diagnostic::on_unimplemented(
    message = "`stale_if_error` needs a function that returns a `Result`, this one returns `{Self}`",
    label = "never an `Err`",
    note = "remove `stale_if_error`, or return a `Result`: a panic does not count as an error"
)]
pub trait CanFail {}

/// Hands on an outcome if there are errors: asked as `FailureProbe::<R>::NEW.__of(outcome)`.
pub struct FailureProbe<R>(PhantomData<fn() -> R>);

#[allow(missing_docs, reason = "called by expansions only")]
impl<R> FailureProbe<R> {
    pub const NEW: Self = Self(PhantomData);
}

#[allow(missing_docs, reason = "called by expansions only")]
impl<T, E> FailureProbe<Result<T, E>> {
    pub fn __of<O>(&self, outcome: O) -> O {
        outcome
    }
}

/// What a result that is never an error resolves to.
#[allow(missing_docs, reason = "called by expansions only")]
pub trait MissingFailure {
    type R;
    fn __of<O>(&self, outcome: O) -> O
    where
        Self::R: CanFail;
}

impl<R> MissingFailure for FailureProbe<R> {
    type R = R;

    fn __of<O>(&self, outcome: O) -> O
    where
        R: CanFail,
    {
        outcome
    }
}

impl<R> fmt::Debug for FailureProbe<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FailureProbe")
    }
}
