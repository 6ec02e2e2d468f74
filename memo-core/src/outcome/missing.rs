//! What the compiler says of a result that cannot be cached, or not as an option says.
//!
//! The probes fall back to the methods here. Each asks for a trait that nothing implements, whose
//! message tells what is missing. They are written out, not made by a macro: the compiler shows
//! these lines under its error.
#![allow(
    missing_docs,
    reason = "called by expansions only; the module tells how"
)]

use std::marker::PhantomData;

use super::BadOutcome;

/// Implemented for nothing: a result that cannot be cached asks for it, to be told what is missing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is returned by a memoized function, but cannot be cached",
    label = "a cached value must be `Clone + Send + Sync + 'static`",
    note = "derive `Clone` for it, or return it in an `Arc`, which is cheap to clone",
    note = "of a `Result` only the `Ok` value is stored: it has to be `Clone`, the error need not be",
    note = "a cache for each thread needs neither `Send` nor `Sync`: `#[memoize(scope = thread)]`"
)]
pub trait SharedCacheValue {}

/// The same for caches of one thread.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is returned by a memoized function, but cannot be cached",
    label = "a cached value must be `Clone + 'static`",
    note = "derive `Clone` for it, or return it in an `Rc`, which is cheap to clone",
    note = "of a `Result` only the `Ok` value is stored: it has to be `Clone`, the error need not be"
)]
pub trait LocalCacheValue {}

/// Asked for by `cache_err = true` and `err_ttl` where there is no error.
#[diagnostic::on_unimplemented(
    message = "`cache_err = true` or `err_ttl` needs a function that returns a `Result` whose value and error can be cached, this one returns `{Self}`",
    label = "not a `Result` with `Clone` value and error",
    note = "remove that option, or make both sides of the `Result` `Clone + Send + Sync + 'static`"
)]
pub trait CacheableResult {}

/// Asked for by `cache_none = false` where there is no `None`.
#[diagnostic::on_unimplemented(
    message = "`cache_none = false` needs a function that returns an `Option` whose value can be cached, this one returns `{Self}`",
    label = "not an `Option` with a `Clone` value",
    note = "remove `cache_none`, or make the value `Clone + Send + Sync + 'static`"
)]
pub trait CacheableOption {}

/// Asked for by `leak` where a part of the results is not stored.
#[diagnostic::on_unimplemented(
    message = "`leak` needs a function whose results are all kept, of `{Self}` an `Err` is not",
    label = "an `Err` is not kept",
    note = "write `cache_err = true` beside `leak`, to keep both sides of the `Result`"
)]
pub trait KeptForEver {}

/// What a result that cannot be cached resolves to.
pub trait SharedMissingOutcome {
    type R;
    fn __outcome(&self) -> PhantomData<BadOutcome<Self::R>>
    where
        Self::R: SharedCacheValue;
}

/// The same for caches of one thread.
pub trait LocalMissingOutcome {
    type R;
    fn __outcome(&self) -> PhantomData<BadOutcome<Self::R>>
    where
        Self::R: LocalCacheValue;
}

/// The same for `cache_err = true`.
pub trait MissingErr {
    type R;
    fn __outcome(&self) -> PhantomData<BadOutcome<Self::R>>
    where
        Self::R: CacheableResult;
}

/// The same for `cache_none = false`.
pub trait MissingNone {
    type R;
    fn __outcome(&self) -> PhantomData<BadOutcome<Self::R>>
    where
        Self::R: CacheableOption;
}

/// The same for a `Result` with `leak`.
pub trait MissingWhole {
    type R;
    fn __outcome(&self) -> PhantomData<BadOutcome<Self::R>>
    where
        Self::R: KeptForEver;
}
