//! The error of a call that waits no longer, and what makes a function's own error of it.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

/// A call of a function with `hard_timeout` has waited so long, and there was nothing else to be returned.
///
/// The function returns a `Result<T, E>` with `E: From<TimedOut>`; this is what its callers get as `Err` then.
/// The computation goes on where the program's executor is known (see [`set_spawner`](crate::set_spawner)), and a
/// later call finds its result.
///
/// # Examples
/// ```
/// use memokit::{TimedOut, memoize};
///
/// #[derive(Debug)]
/// enum Failed {
///     Slow(TimedOut),
/// }
///
/// impl From<TimedOut> for Failed {
///     fn from(timed_out: TimedOut) -> Self {
///         Self::Slow(timed_out)
///     }
/// }
///
/// #[memoize(hard_timeout = "2s")]
/// async fn price(item: u64) -> Result<u64, Failed> {
///     Ok(100 + item) // imagine a request
/// }
///
/// # fn describe(failed: &Failed) -> String {
/// let Failed::Slow(timed_out) = failed;
/// format!("after {:?}: {timed_out}", timed_out.limit)
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct TimedOut {
    /// The name of the function's cache.
    pub cache: String,
    /// Its `hard_timeout`.
    pub limit: Duration,
}

impl TimedOut {
    #[cold]
    pub(crate) fn new(cache: &str, limit: Duration) -> Self {
        Self {
            cache: cache.to_owned(),
            limit,
        }
    }
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cache, limit } = self;
        write!(
            f,
            "`{cache}` had no result after its `hard_timeout` of {limit:?}: try again later, or raise the \
             timeout"
        )
    }
}

impl std::error::Error for TimedOut {}

/// Implemented for nothing: a result that cannot tell that time is up asks for it, to be told what is missing.
#[diagnostic::on_unimplemented(
    message = "`hard_timeout` needs a function that returns a `Result` whose error can be a `TimedOut`, this one returns `{Self}`",
    label = "not a `Result<T, E>` with `E: From<memokit::TimedOut>`",
    note = "implement `From<memokit::TimedOut>` for the error; a boxed `dyn Error` has it already"
)]
pub trait CanTimeOut {}

/// How a function says that the time is up, decided by the type of its result: asked as
/// `TimeoutProbe::<R>::NEW.__fail()`.
pub struct TimeoutProbe<R>(PhantomData<fn() -> R>);

#[allow(missing_docs, reason = "called by expansions only")]
impl<R> TimeoutProbe<R> {
    pub const NEW: Self = Self(PhantomData);
}

#[allow(missing_docs, reason = "called by expansions only")]
impl<T, E: From<TimedOut>> TimeoutProbe<Result<T, E>> {
    pub fn __fail(&self) -> fn(TimedOut) -> Result<T, E> {
        |timed_out| Err(E::from(timed_out))
    }
}

/// What a result that cannot say it resolves to.
#[allow(missing_docs, reason = "called by expansions only")]
pub trait MissingTimeout {
    type R;
    fn __fail(&self) -> fn(TimedOut) -> Self::R
    where
        Self::R: CanTimeOut;
}

impl<R> MissingTimeout for TimeoutProbe<R> {
    type R = R;

    fn __fail(&self) -> fn(TimedOut) -> R
    where
        R: CanTimeOut,
    {
        |_| unreachable!("no type is `CanTimeOut`")
    }
}

impl<R> fmt::Debug for TimeoutProbe<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TimeoutProbe")
    }
}
