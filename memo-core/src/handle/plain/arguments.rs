//! How a plain function takes its arguments, and what key they make: as types, without values.

use std::fmt::{self, Debug, Display};
use std::hash::Hash;
use std::marker::PhantomData;
#[cfg(feature = "serde")]
use std::{borrow::Borrow, hash::Hasher};

use crate::key::{BadPart, Displayed, Hidden, KeyRef, Plain, Show, Shown};

/// How an argument is taken.
pub trait Argument: 'static {
    /// By the function.
    type Declared<'a>;
    /// What the functions of its handle refer to that look something up.
    type Target: ?Sized + 'static;
    /// The latter in the former.
    fn borrow<'a>(declared: &'a Self::Declared<'_>) -> &'a Self::Target;
}

/// `T`.
pub struct ByValue<T>(PhantomData<fn() -> T>);

/// `&T`, for any lifetime.
pub struct ByRef<T: ?Sized>(PhantomData<fn(&T)>);

impl<T: 'static> Argument for ByValue<T> {
    type Declared<'a> = T;
    type Target = T;

    #[inline]
    fn borrow(declared: &T) -> &T {
        declared
    }
}

impl<T: ?Sized + 'static> Argument for ByRef<T> {
    type Declared<'a> = &'a T;
    type Target = T;

    #[inline]
    fn borrow<'a>(declared: &'a &T) -> &'a T {
        declared
    }
}

/// How all arguments are taken: a tuple of them.
pub trait Arguments: 'static {
    /// By the functions of its handle that look something up.
    type Borrowed<'a>: Copy;
    /// The function itself.
    type Body<R>;
}

/// The key that arguments make: a tuple of [`PartOf`], one for each.
pub trait KeyOf<A: Arguments> {
    /// The stored form.
    type Owned: 'static;
    /// The form that is looked up.
    type Key<'a>: KeyRef<Owned = Self::Owned>;
    /// The key of these arguments.
    fn key(arguments: A::Borrowed<'_>) -> Self::Key<'_>;
    /// Feeds the hasher with the stored form, as `key` would.
    #[cfg(feature = "serde")]
    fn feed(owned: &Self::Owned, state: &mut dyn Hasher);
}

/// The part of a key that an argument makes. The parts of these types differ in whether they can be
/// shown and displayed.
pub trait PartOf<X: ?Sized + 'static> {
    /// The stored form.
    type Owned: 'static;
    /// The form that is looked up.
    type Part<'a>: KeyRef<Owned = Self::Owned>;
    /// The part of this argument.
    fn part(argument: &X) -> Self::Part<'_>;
    /// Feeds the hasher with the stored form, as the part would.
    #[cfg(feature = "serde")]
    fn feed(owned: &Self::Owned, state: &mut dyn Hasher);
}

macro_rules! parts {
    ($($kind:ty: [$($shows:ident)?] [$($bound:tt)*];)*) => {$(
        impl<X, $($shows: Show<X> + 'static)?> PartOf<X> for $kind
        where
            X: ?Sized + Hash + Eq + ToOwned<Owned: 'static> + $($bound)* 'static,
        {
            type Owned = X::Owned;
            type Part<'a> = Plain<'a, X, $kind>;

            #[inline]
            fn part(argument: &X) -> Self::Part<'_> {
                Plain::new(argument)
            }

            #[cfg(feature = "serde")]
            fn feed(owned: &X::Owned, mut state: &mut dyn Hasher) {
                owned.borrow().hash(&mut state);
            }
        }
    )*};
}

parts! {
    Shown: [] [Debug +];
    Hidden: [] [];
    Displayed<D>: [D] [Display +];
}

impl<X: ?Sized + 'static> PartOf<X> for BadPart {
    type Owned = ();
    type Part<'a> = BadPart;

    fn part(_: &X) -> BadPart {
        BadPart
    }

    #[cfg(feature = "serde")]
    fn feed((): &(), _: &mut dyn Hasher) {}
}

/// Hands numbers of arguments to a macro, with a type and a name for each.
macro_rules! arities {
    ($of:ident) => {
        // One by one: the compiler shows the one in question with an error about an argument.
        $of!();
        $of!(A a KA);
        $of!(A a KA, B b KB);
        $of!(A a KA, B b KB, C c KC);
        $of!(A a KA, B b KB, C c KC, D d KD);
        $of!(A a KA, B b KB, C c KC, D d KD, E e KE);
        $of!(A a KA, B b KB, C c KC, D d KD, E e KE, G g KG);
        $of!(A a KA, B b KB, C c KC, D d KD, E e KE, G g KG, I i KI);
        $of!(A a KA, B b KB, C c KC, D d KD, E e KE, G g KG, I i KI, J j KJ);
        $of!(A a KA, B b KB, C c KC, D d KD, E e KE, G g KG, I i KI, J j KJ, K k KK);
        $of!(A a KA, B b KB, C c KC, D d KD, E e KE, G g KG, I i KI, J j KJ, K k KK, L l KL);
        $of!(
            A a KA, B b KB, C c KC, D d KD, E e KE, G g KG, I i KI, J j KJ, K k KK, L l KL, M m KM
        );
        $of!(
            A a KA, B b KB, C c KC, D d KD, E e KE, G g KG, I i KI, J j KJ, K k KK, L l KL, M m KM,
            N n KN
        );
    };
}

macro_rules! arity {
    ($($A:ident $a:ident $K:ident),*) => {
        impl<$($A: Argument),*> Arguments for ($($A,)*) {
            type Borrowed<'a> = ($(&'a $A::Target,)*);
            type Body<R> = for<'a> fn($($A::Declared<'a>),*) -> R;
        }

        impl<$($A: Argument, $K: PartOf<$A::Target>),*> KeyOf<($($A,)*)> for ($($K,)*) {
            type Owned = ($($K::Owned,)*);
            type Key<'a> = ($($K::Part<'a>,)*);

            #[inline]
            #[allow(clippy::unused_unit, reason = "what no arguments are")]
            fn key(
                ($($a,)*): <($($A,)*) as Arguments>::Borrowed<'_>,
            ) -> Self::Key<'_> {
                ($($K::part($a),)*)
            }

            #[cfg(feature = "serde")]
            #[allow(unused_variables, reason = "there may be no arguments")]
            fn feed(($($a,)*): &Self::Owned, state: &mut dyn Hasher) {
                $($K::feed($a, state);)*
            }
        }
    };
}

arities!(arity);
pub(super) use arities;

impl<T> fmt::Debug for ByValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByValue")
    }
}

impl<T: ?Sized> fmt::Debug for ByRef<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByRef")
    }
}
