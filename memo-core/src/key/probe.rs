//! Which kind of part an argument is, decided by its type.
//!
//! `(&KeyProbe(&x)).__part()` resolves to the first method whose bounds hold: an inherent method
//! before a trait's, a trait on the type before one on a reference to it. So the working part is
//! chosen when the type qualifies, and otherwise a method of [`super::missing`], whose bound
//! carries one clear message, at the argument's type. This sees through aliases and works without
//! specialisation.
//!
//! [`global`] asks for `Send` and `Sync`, as caches shared by threads must; [`local`] does not.

use super::missing::BadPart;

macro_rules! probes {
    (
        $(#[$doc:meta])* $module:ident, [$($shared:tt)*],
        $key_missing:ident, $self_missing:ident, $value_missing:ident
    ) => {
        $(#[$doc])*
        #[allow(missing_docs, reason = "called by expansions only; the module tells how")]
        pub mod $module {
            use std::fmt::{self, Debug};
            use std::hash::Hash;
            use std::marker::PhantomData;

            use super::BadPart;
            use crate::key::bits::FloatKey;
            pub use crate::key::missing::{
                DeepMissing, FloatMissing, $key_missing as KeyMissing,
                $self_missing as SelfMissing, $value_missing as ValueMissing,
            };
            use crate::key::{Bits, BorrowKey, Deep, Hidden, Plain, Shown, Val};

            pub use crate::outcome::$module::*;

            /// The traits whose methods are asked for. Without names, which could meet the user's.
            pub mod traits {
                #[cfg(feature = "get-size")]
                pub use crate::accounting::NotSized as _;
                #[cfg(feature = "serde")]
                pub use crate::snapshot::{
                    NotStoredKey as _, NotStoredOutcome as _, NotStoredParts as _,
                };
                pub use crate::key::{NotDisplayed as _, NotDisplayedType as _};
                pub use super::{
                    BindCopy as _, BindReference as _, DeepMissing as _, DeepWithoutDebug as _,
                    ExprValue as _, FloatMissing as _, FloatPart as _, KeyMissing as _,
                    KeyWithoutDebug as _, MissingErr as _, MissingNone as _, MissingOutcome as _,
                    MissingWeak as _, MissingWhole as _, NoFloatPart as _, OkOutcome as _,
                    PartWithoutDebug as _, WeakResult as _,
                    ResultOutcome as _, SelfMissing as _, SelfWithoutDebug as _,
                    ShowWithoutDebug as _, ValueMissing as _,
                };
            }

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

            /// The type of an argument of a plain function: asked for the kind of its part.
            pub struct PartProbe<X: ?Sized>(PhantomData<fn(&X)>);

            impl<X: ?Sized> PartProbe<X> {
                pub const NEW: Self = Self(PhantomData);
            }

            impl<X: ?Sized> fmt::Debug for PartProbe<X> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("PartProbe")
                }
            }

            impl<X> PartProbe<X>
            where
                X: ?Sized + Hash + Eq + Debug + ToOwned<Owned: $($shared)* 'static>,
            {
                #[inline]
                pub fn __part(&self) -> Shown {
                    Shown
                }
            }

            pub trait PartWithoutDebug {
                fn __part(&self) -> Hidden;
            }

            impl<X> PartWithoutDebug for PartProbe<X>
            where
                X: ?Sized + Hash + Eq + ToOwned<Owned: $($shared)* 'static>,
            {
                #[inline]
                fn __part(&self) -> Hidden {
                    Hidden
                }
            }

            impl<X: ?Sized> KeyMissing for &PartProbe<X> {
                type X = X;

                fn __part(&self) -> BadPart {
                    BadPart
                }
            }

            /// The object whose method is called.
            #[derive(Debug)]
            pub struct SelfProbe<'a, X: ?Sized>(pub &'a X);

            impl<'a, X> SelfProbe<'a, X>
            where
                X: ?Sized + Hash + Eq + Debug + ToOwned<Owned: $($shared)* 'static>,
            {
                #[inline]
                pub fn __part(&self) -> Plain<'a, X, Shown> {
                    Plain::new(self.0)
                }
            }

            pub trait SelfWithoutDebug<'a> {
                type X: ?Sized;
                fn __part(&self) -> Plain<'a, Self::X, Hidden>;
            }

            impl<'a, X> SelfWithoutDebug<'a> for SelfProbe<'a, X>
            where
                X: ?Sized + Hash + Eq + ToOwned<Owned: $($shared)* 'static>,
            {
                type X = X;

                #[inline]
                fn __part(&self) -> Plain<'a, X, Hidden> {
                    Plain::new(self.0)
                }
            }

            impl<X: ?Sized> SelfMissing for &SelfProbe<'_, X> {
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

            /// An argument of a function with `floats = "bits"`. Asked as
            /// `(&&FloatProbe(&x)).__part()`, in the order in which the methods stand here.
            #[derive(Debug)]
            pub struct FloatProbe<'a, X: ?Sized>(pub &'a X);

            pub trait FloatPart<'a> {
                type X: ?Sized;
                fn __part(&self) -> Bits<'a, Self::X>;
            }

            impl<'a, X: ?Sized + FloatKey> FloatPart<'a> for &FloatProbe<'a, X> {
                type X = X;

                #[inline]
                fn __part(&self) -> Bits<'a, X> {
                    Bits(self.0)
                }
            }

            pub trait NoFloatPart<'a> {
                type X: ?Sized;
                fn __part(&self) -> Plain<'a, Self::X, Shown>;
            }

            impl<'a, X> NoFloatPart<'a> for &&FloatProbe<'a, X>
            where
                X: ?Sized + Hash + Eq + Debug + ToOwned<Owned: $($shared)* 'static>,
            {
                type X = X;

                #[inline]
                fn __part(&self) -> Plain<'a, X, Shown> {
                    Plain::new(self.0)
                }
            }

            impl<'a, X> FloatProbe<'a, X>
            where
                X: ?Sized + Hash + Eq + ToOwned<Owned: $($shared)* 'static>,
            {
                #[inline]
                pub fn __part(&self) -> Plain<'a, X, Hidden> {
                    Plain::new(self.0)
                }
            }

            impl<X: ?Sized> FloatMissing for FloatProbe<'_, X> {
                type X = X;

                fn __part(&self) -> BadPart {
                    BadPart
                }
            }

            /// An argument in a `key = ..` expression: a copy where there can be one, so that `n > 5`
            /// and `bucket(n)` mean what they say; otherwise, and for arrays, which people borrow
            /// from, a reference.
            #[derive(Debug)]
            pub struct BindProbe<'a, T>(pub &'a T);

            impl<'a, T, const N: usize> BindProbe<'a, [T; N]> {
                #[inline]
                pub fn __bind(&self) -> &'a [T; N] {
                    self.0
                }
            }

            pub trait BindCopy {
                type T;
                fn __bind(&self) -> Self::T;
            }

            impl<T: Copy> BindCopy for BindProbe<'_, T> {
                type T = T;

                #[inline]
                fn __bind(&self) -> T {
                    *self.0
                }
            }

            pub trait BindReference<'a> {
                type T: 'a;
                fn __bind(&self) -> &'a Self::T;
            }

            impl<'a, T> BindReference<'a> for &BindProbe<'a, T> {
                type T = T;

                #[inline]
                fn __bind(&self) -> &'a T {
                    self.0
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

            impl<E, D> ValueMissing for &ExprProbe<E, D> {
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
    global, [Send + Sync +], SharedKeyMissing, SharedSelfMissing, SharedValueMissing
}
probes! {
    /// For caches of one thread.
    local, [], LocalKeyMissing, LocalSelfMissing, LocalValueMissing
}
