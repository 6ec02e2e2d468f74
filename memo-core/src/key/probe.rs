//! Which kind of part an argument is, decided by its type.
//!
//! `(&KeyProbe(&x)).__part()` resolves to the first method whose bounds hold: an inherent method
//! before a trait's, a trait on the type before one on a reference to it. So the working part is
//! chosen when the type qualifies, and otherwise a method whose bound carries one clear message,
//! at the argument's type. This sees through aliases and works without specialisation.
//!
//! [`global`] asks for `Send` and `Sync`, as caches shared by threads must; [`local`] does not.

use std::fmt;
use std::hash::Hasher;

use super::{KeyQuery, KeyRef};

/// Stands in for an unusable part, so that only its own error is reported.
#[derive(Debug)]
pub struct BadPart;

impl KeyQuery<()> for BadPart {
    fn feed<H: Hasher>(&self, _: &mut H) {}

    fn matches(&self, (): &()) -> bool {
        true
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

/// Implemented for nothing: what is not a key asks for it, to be told what is missing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a cache key",
    label = "needs `Hash + Eq + Clone + Send + Sync + 'static`",
    note = "derive or implement these traits, or choose what counts: `#[memoize(key(argument = ..))]`",
    note = "if the argument does not change the result, leave it out of the key: `#[memoize(skip(argument))]`",
    note = "a cache for each thread needs neither `Send` nor `Sync`: `#[memoize(scope = thread)]`"
)]
pub trait SharedCacheKey {}

/// The same for caches of one thread.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a cache key",
    label = "needs `Hash + Eq + Clone + 'static`",
    note = "derive or implement these traits, or choose what counts: `#[memoize(key(argument = ..))]`",
    note = "if the argument does not change the result, leave it out of the key: `#[memoize(skip(argument))]`"
)]
pub trait LocalCacheKey {}

/// The same for types that borrow.
#[diagnostic::on_unimplemented(
    message = "`{Self}` borrows data, so it cannot be stored in a cache key",
    label = "this argument has a lifetime in its type",
    note = "choose what counts, owned: `#[memoize(key(argument = ..))]`, or implement `memokit::BorrowKey` for the type",
    note = "if the argument does not change the result, leave it out of the key: `#[memoize(skip(argument))]`"
)]
pub trait CacheBorrowKey {}

/// What an argument that is no key resolves to. Written out, not made by the macro below: the
/// compiler shows these lines under its error.
#[allow(
    missing_docs,
    reason = "called by expansions only; the module tells how"
)]
pub trait SharedKeyMissing {
    type X: ?Sized;
    fn __part(&self) -> BadPart
    where
        Self::X: SharedCacheKey;
}

/// The same for caches of one thread.
#[allow(
    missing_docs,
    reason = "called by expansions only; the module tells how"
)]
pub trait LocalKeyMissing {
    type X: ?Sized;
    fn __part(&self) -> BadPart
    where
        Self::X: LocalCacheKey;
}

/// The same for types that borrow.
#[allow(
    missing_docs,
    reason = "called by expansions only; the module tells how"
)]
pub trait DeepMissing {
    type X: ?Sized;
    fn __part(&self) -> BadPart
    where
        Self::X: CacheBorrowKey;
}

/// The same for the value of a `key = ..` expression.
#[allow(
    missing_docs,
    reason = "called by expansions only; the module tells how"
)]
pub trait SharedExprMissing {
    type E;
    fn __part(self) -> BadPart
    where
        Self::E: SharedCacheKey;
}

/// The same for caches of one thread.
#[allow(
    missing_docs,
    reason = "called by expansions only; the module tells how"
)]
pub trait LocalExprMissing {
    type E;
    fn __part(self) -> BadPart
    where
        Self::E: LocalCacheKey;
}

macro_rules! probes {
    ($(#[$doc:meta])* $module:ident, [$($shared:tt)*], $key_missing:ident, $expr_missing:ident) => {
        $(#[$doc])*
        #[allow(missing_docs, reason = "called by expansions only; the module tells how")]
        pub mod $module {
            use std::fmt::Debug;
            use std::hash::Hash;
            use std::marker::PhantomData;

            use super::BadPart;
            pub use super::{DeepMissing, $expr_missing as ExprMissing, $key_missing as KeyMissing};
            use crate::key::{BorrowKey, Deep, Hidden, Plain, Shown, Val};

            pub use crate::outcome::$module::*;

            /// An argument without a lifetime in its type.
            #[derive(Debug)]
            pub struct KeyProbe<'a, X: ?Sized>(pub &'a X);

            impl<'a, X> KeyProbe<'a, X>
            where
                X: ?Sized + Hash + Eq + Debug + ToOwned<Owned: $($shared)* 'static>,
            {
                #[inline]
                pub fn __part(&self) -> Plain<'a, X, Shown> {
                    Plain::new(self.0)
                }
            }

            pub trait KeyWithoutDebug<'a> {
                type X: ?Sized;
                fn __part(&self) -> Plain<'a, Self::X, Hidden>;
            }

            impl<'a, X> KeyWithoutDebug<'a> for KeyProbe<'a, X>
            where
                X: ?Sized + Hash + Eq + ToOwned<Owned: $($shared)* 'static>,
            {
                type X = X;

                #[inline]
                fn __part(&self) -> Plain<'a, X, Hidden> {
                    Plain::new(self.0)
                }
            }

            impl<X: ?Sized> KeyMissing for &KeyProbe<'_, X> {
                type X = X;

                fn __part(&self) -> BadPart {
                    BadPart
                }
            }

            /// An argument with a lifetime in its type.
            #[derive(Debug)]
            pub struct DeepProbe<'a, X: ?Sized>(pub &'a X);

            impl<'a, X> DeepProbe<'a, X>
            where
                X: ?Sized + BorrowKey<Owned: $($shared)* Debug>,
            {
                #[inline]
                pub fn __part(&self) -> Deep<'a, X, Shown> {
                    Deep::new(self.0)
                }
            }

            pub trait DeepWithoutDebug<'a> {
                type X: ?Sized;
                fn __part(&self) -> Deep<'a, Self::X, Hidden>;
            }

            impl<'a, X> DeepWithoutDebug<'a> for DeepProbe<'a, X>
            where
                X: ?Sized + BorrowKey<Owned: $($shared)*>,
            {
                type X = X;

                #[inline]
                fn __part(&self) -> Deep<'a, X, Hidden> {
                    Deep::new(self.0)
                }
            }

            impl<X: ?Sized> DeepMissing for &DeepProbe<'_, X> {
                type X = X;

                fn __part(&self) -> BadPart {
                    BadPart
                }
            }

            /// Whether the value of a `key = ..` expression can be shown.
            #[derive(Debug)]
            pub struct ShowProbe<'a, E: ?Sized>(pub &'a E);

            impl<E: ?Sized + Debug> ShowProbe<'_, E> {
                #[inline]
                pub fn __show(&self) -> PhantomData<Shown> {
                    PhantomData
                }
            }

            pub trait ShowWithoutDebug {
                fn __show(&self) -> PhantomData<Hidden>;
            }

            impl<E: ?Sized> ShowWithoutDebug for ShowProbe<'_, E> {
                #[inline]
                fn __show(&self) -> PhantomData<Hidden> {
                    PhantomData
                }
            }

            /// The value of a `key = ..` expression: a reference to something with an owned form,
            /// which stays borrowed until a miss, or a value that is kept.
            #[derive(Debug)]
            pub struct ExprProbe<E, D>(pub E, pub PhantomData<D>);

            impl<'a, X, D> ExprProbe<&'a X, D>
            where
                X: ?Sized + Hash + Eq + ToOwned<Owned: $($shared)* 'static>,
            {
                #[inline]
                pub fn __part(self) -> Plain<'a, X, D> {
                    Plain::new(self.0)
                }
            }

            pub trait ExprValue<D> {
                type E;
                fn __part(self) -> Val<Self::E, D>;
            }

            impl<E, D> ExprValue<D> for ExprProbe<E, D>
            where
                E: Hash + Eq + Clone + $($shared)* 'static,
            {
                type E = E;

                #[inline]
                fn __part(self) -> Val<E, D> {
                    Val::new(self.0)
                }
            }

            impl<E, D> ExprMissing for &ExprProbe<E, D> {
                type E = E;

                fn __part(self) -> BadPart {
                    BadPart
                }
            }
        }
    };
}

probes! {
    /// For caches that all threads share.
    global, [Send + Sync +], SharedKeyMissing, SharedExprMissing
}
probes! {
    /// For caches of one thread.
    local, [], LocalKeyMissing, LocalExprMissing
}
