//! What the compiler says of an argument that cannot be a key.
//!
//! The probes fall back to the methods here. Each asks for a trait that nothing implements, whose
//! message tells what is missing. They are written out, not made by a macro: the compiler shows
//! these lines under its error.
#![allow(
    missing_docs,
    reason = "called by expansions only; the module tells how"
)]

use std::fmt;
use std::hash::Hasher;

use super::{KeyQuery, KeyRef};

/// Stands in for an unusable part, so that only its own error is reported.
#[derive(Clone, Copy, Debug)]
pub struct BadPart;

impl KeyQuery<()> for BadPart {
    fn feed<H: Hasher>(&self, _: &mut H) {}

    fn matches(&self, (): &()) -> bool {
        true
    }

    fn is_long(&self) -> bool {
        false
    }
}

impl KeyRef for BadPart {
    type Owned = ();

    fn own(&self) {}

    fn same((): &(), (): &()) -> bool {
        true
    }

    fn show((): &(), f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a cache key",
    label = "needs `Hash + Eq + Clone + Send + Sync + 'static`",
    note = "derive them, `#[derive(Clone, PartialEq, Eq, Hash)]`, or choose what counts: `#[memoize(key(argument = ..))]`",
    note = "if the argument does not change the result, leave it out of the key: `#[memoize(skip(argument))]`",
    note = "a cache for each thread needs neither `Send` nor `Sync`: `#[memoize(scope = thread)]`"
)]
pub trait SharedCacheKey {}

pub trait SharedKeyMissing {
    type X: ?Sized;
    fn __part(&self) -> BadPart
    where
        Self::X: SharedCacheKey;
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a cache key",
    label = "needs `Hash + Eq + Clone + 'static`",
    note = "derive them, `#[derive(Clone, PartialEq, Eq, Hash)]`, or choose what counts: `#[memoize(key(argument = ..))]`",
    note = "if the argument does not change the result, leave it out of the key: `#[memoize(skip(argument))]`"
)]
pub trait LocalCacheKey {}

pub trait LocalKeyMissing {
    type X: ?Sized;
    fn __part(&self) -> BadPart
    where
        Self::X: LocalCacheKey;
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a cache key, as `self` is unless it is said otherwise",
    label = "needs `Hash + Eq + Clone + Send + Sync + 'static`",
    note = "keep the results in the object: a field `memo: memokit::Memo`, and `#[memoize(field = memo)]`",
    note = "say what counts of the object: `#[memoize(key(self = self.id))]`",
    note = "if it does not change the result, leave it out of the key: `#[memoize(skip(self))]`",
    note = "or derive what is needed: `#[derive(Clone, PartialEq, Eq, Hash)]`"
)]
pub trait SharedSelfKey {}

pub trait SharedSelfMissing {
    type X: ?Sized;
    fn __part(&self) -> BadPart
    where
        Self::X: SharedSelfKey;
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a cache key, as `self` is unless it is said otherwise",
    label = "needs `Hash + Eq + Clone + 'static`",
    note = "say what counts of the object: `#[memoize(key(self = self.id))]`",
    note = "if it does not change the result, leave it out of the key: `#[memoize(skip(self))]`",
    note = "or derive what is needed: `#[derive(Clone, PartialEq, Eq, Hash)]`"
)]
pub trait LocalSelfKey {}

pub trait LocalSelfMissing {
    type X: ?Sized;
    fn __part(&self) -> BadPart
    where
        Self::X: LocalSelfKey;
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` borrows data, so it cannot be stored in a cache key",
    label = "this argument has a lifetime in its type",
    note = "choose what counts, owned: `#[memoize(key(argument = ..))]`, or implement `memokit::BorrowKey` for the type",
    note = "if the argument does not change the result, leave it out of the key: `#[memoize(skip(argument))]`"
)]
pub trait CacheBorrowKey {}

pub trait DeepMissing {
    type X: ?Sized;
    fn __part(&self) -> BadPart
    where
        Self::X: CacheBorrowKey;
}

#[diagnostic::on_unimplemented(
    message = "`floats = \"bits\"` cannot make a key of `{Self}`",
    label = "neither a key nor a float, nor a slice, vector, array or option of floats",
    note = "choose what counts, a float by its bits: `#[memoize(key(argument = argument.x.to_bits()))]`",
    note = "if the argument does not change the result, leave it out of the key: `#[memoize(skip(argument))]`"
)]
pub trait CacheFloatKey {}

pub trait FloatMissing {
    type X: ?Sized;
    fn __part(&self) -> BadPart
    where
        Self::X: CacheFloatKey;
}

#[diagnostic::on_unimplemented(
    message = "this `key` is of type `{Self}`, which cannot be a cache key",
    label = "needs `Hash + Eq + Clone + Send + Sync + 'static`",
    note = "choose a part that is one, or make one of it: a float's `to_bits()`, a path's or a name's text",
    note = "a cache for each thread needs neither `Send` nor `Sync`: `#[memoize(scope = thread)]`"
)]
pub trait SharedKeyValue {}

pub trait SharedValueMissing {
    type E;
    fn __part(self) -> BadPart
    where
        Self::E: SharedKeyValue;
}

#[diagnostic::on_unimplemented(
    message = "this `key` is of type `{Self}`, which cannot be a cache key",
    label = "needs `Hash + Eq + Clone + 'static`",
    note = "choose a part that is one, or make one of it: a float's `to_bits()`, a path's or a name's text"
)]
pub trait LocalKeyValue {}

pub trait LocalValueMissing {
    type E;
    fn __part(self) -> BadPart
    where
        Self::E: LocalKeyValue;
}
