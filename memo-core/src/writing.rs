//! What expansions of `#[invalidates]` call: how a function that writes has ended, and what was noted
//! of its arguments before.

use std::fmt;

/// The result of a function. Whether it has succeeded, its type says: inherent functions come before
/// those of a trait, so that a `Result` answers for itself.
pub struct Succeeded<'a, R>(pub &'a R);

impl<T, E> Succeeded<'_, Result<T, E>> {
    /// Not with an `Err`.
    pub fn holds(&self) -> bool {
        self.0.is_ok()
    }
}

/// What has no way to fail.
pub trait AlwaysSucceeds {
    /// Always.
    fn holds(&self) -> bool;
}

impl<R> AlwaysSucceeds for Succeeded<'_, R> {
    fn holds(&self) -> bool {
        true
    }
}

impl<R> fmt::Debug for Succeeded<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Succeeded")
    }
}

/// A copy that is there when the arguments are gone.
pub fn noted<T: Clone>(value: &T) -> T {
    value.clone()
}

/// Runs a function's body.
pub fn run<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// The same of an asynchronous function; says what its block gives.
pub fn future_of<R, F: Future<Output = R>>(body: F) -> F {
    body
}
