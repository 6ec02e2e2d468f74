//! The arguments of a call as a key: borrowed for the lookup, owned on a miss only.
//!
//! A hit must not allocate, so arguments are hashed and compared where they are. Each argument is
//! a *part*; a key is a tuple of parts. Which kind of part an argument is, its type decides, in
//! [`probe`](crate::key).

mod bits;
mod borrow;
mod display;
mod hasher;
mod missing;
mod probe;
mod text;

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

#[cfg(feature = "serde")]
use crate::snapshot::KeyCodec;

pub(crate) use bits::Bits;
#[cfg(feature = "serde")]
pub(crate) use bits::FloatKey;
pub use borrow::BorrowKey;
pub(crate) use borrow::Deep;
pub use display::{DisplayProbe, DisplayTypeProbe, NotDisplayed, NotDisplayedType};
pub(crate) use display::{Displayed, Hidden, Show, Shown};
pub(crate) use hasher::KeyHashes;
pub(crate) use missing::BadPart;
pub use probe::{global, local};

/// Something that can be looked up among keys of type `K`.
///
/// Equal things hash equally, whatever their form.
pub trait KeyQuery<K> {
    /// Feeds the hasher.
    fn feed<H: Hasher>(&self, state: &mut H);
    /// Whether this is the key `owned`.
    fn matches(&self, owned: &K) -> bool;
    /// Whether it takes a call to hash or compare it, as far as that is known.
    fn is_long(&self) -> bool;
}

/// A borrowed key that can become an owned one.
pub trait KeyRef: KeyQuery<Self::Owned> {
    /// The stored form.
    type Owned: 'static;
    /// Whether a stored key is one part that is known to be `Display`.
    const IS_DISPLAYED: bool = false;
    /// Makes the stored form.
    fn own(&self) -> Self::Owned;
    /// Whether two stored keys are equal.
    fn same(a: &Self::Owned, b: &Self::Owned) -> bool;
    /// Writes a stored key for people; `_` stands for parts that are not `Debug`.
    fn show(owned: &Self::Owned, f: &mut fmt::Formatter<'_>) -> fmt::Result;
    /// Writes a stored key as patterns see it: as it is displayed, else as it is shown.
    fn display(owned: &Self::Owned, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Self::show(owned, f)
    }
    /// How stored keys are written to a snapshot, if they can be.
    #[cfg(feature = "serde")]
    fn stored() -> Option<&'static KeyCodec<Self::Owned>> {
        None
    }
}

/// An argument without borrowed data inside: `str`, `[u32]`, `Path`, `u64`, a user's struct.
#[derive(Debug)]
pub struct Plain<'a, X: ?Sized, D> {
    value: &'a X,
    show: PhantomData<D>,
}

impl<'a, X: ?Sized, D> Plain<'a, X, D> {
    #[inline]
    pub(crate) fn new(value: &'a X) -> Self {
        Self {
            value,
            show: PhantomData,
        }
    }
}

impl<X, D> KeyQuery<X::Owned> for Plain<'_, X, D>
where
    X: ?Sized + Hash + Eq + ToOwned,
{
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn feed<H: Hasher>(&self, state: &mut H) {
        text::feed(self.value, state);
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn matches(&self, owned: &X::Owned) -> bool {
        text::same(self.value, owned.borrow())
    }

    #[inline]
    fn is_long(&self) -> bool {
        text::is_long(self.value)
    }
}

impl<X, D> KeyRef for Plain<'_, X, D>
where
    X: ?Sized + Hash + Eq + ToOwned<Owned: 'static>,
    D: Show<X>,
{
    type Owned = X::Owned;

    const IS_DISPLAYED: bool = D::IS_DISPLAYED;

    fn own(&self) -> X::Owned {
        self.value.to_owned()
    }

    fn same(a: &X::Owned, b: &X::Owned) -> bool {
        a.borrow() == b.borrow()
    }

    fn show(owned: &X::Owned, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        D::show(owned.borrow(), f)
    }

    fn display(owned: &X::Owned, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        D::display(owned.borrow(), f)
    }
}

/// The value of a `key = ..` expression.
#[derive(Debug)]
pub struct Val<E, D> {
    value: E,
    show: PhantomData<D>,
}

impl<E, D> Val<E, D> {
    #[inline]
    fn new(value: E) -> Self {
        Self {
            value,
            show: PhantomData,
        }
    }
}

impl<E: Hash + Eq, D> KeyQuery<E> for Val<E, D> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn feed<H: Hasher>(&self, state: &mut H) {
        text::feed(&self.value, state);
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn matches(&self, owned: &E) -> bool {
        text::same(&self.value, owned)
    }

    #[inline]
    fn is_long(&self) -> bool {
        text::is_long(&self.value)
    }
}

impl<E: Hash + Eq + Clone + 'static, D: Show<E>> KeyRef for Val<E, D> {
    type Owned = E;

    const IS_DISPLAYED: bool = D::IS_DISPLAYED;

    fn own(&self) -> E {
        self.value.clone()
    }

    fn same(a: &E, b: &E) -> bool {
        a == b
    }

    fn show(owned: &E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        D::show(owned, f)
    }

    fn display(owned: &E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        D::display(owned, f)
    }
}

/// An `Option` around a part.
#[derive(Debug)]
pub struct Opt<A>(pub Option<A>);

impl<A: KeyRef> KeyQuery<Option<A::Owned>> for Opt<A> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn feed<H: Hasher>(&self, state: &mut H) {
        state.write_u8(u8::from(self.0.is_some()));
        if let Some(part) = &self.0 {
            part.feed(state);
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn matches(&self, owned: &Option<A::Owned>) -> bool {
        match (&self.0, owned) {
            (Some(part), Some(owned)) => part.matches(owned),
            (None, None) => true,
            _ => false,
        }
    }

    #[inline]
    fn is_long(&self) -> bool {
        self.0.as_ref().is_some_and(A::is_long)
    }
}

impl<A: KeyRef> KeyRef for Opt<A> {
    type Owned = Option<A::Owned>;

    fn own(&self) -> Self::Owned {
        self.0.as_ref().map(A::own)
    }

    fn same(a: &Self::Owned, b: &Self::Owned) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => A::same(a, b),
            (None, None) => true,
            _ => false,
        }
    }

    fn show(owned: &Self::Owned, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match owned {
            Some(owned) => {
                f.write_str("Some(")?;
                A::show(owned, f)?;
                f.write_str(")")
            }
            None => f.write_str("None"),
        }
    }
}

impl KeyQuery<()> for () {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn feed<H: Hasher>(&self, _: &mut H) {}

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn matches(&self, (): &()) -> bool {
        true
    }

    #[inline]
    fn is_long(&self) -> bool {
        false
    }
}

/// The key of a function without arguments.
impl KeyRef for () {
    type Owned = ();

    fn own(&self) {}

    fn same((): &(), (): &()) -> bool {
        true
    }

    fn show((): &(), f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("()")
    }
}

macro_rules! tuples {
    ($($($part:ident $n:tt),+;)*) => {$(
        impl<$($part: KeyRef),+> KeyQuery<($($part::Owned,)+)> for ($($part,)+) {
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn feed<HH: Hasher>(&self, state: &mut HH) {
                $(self.$n.feed(state);)+
            }

            #[cfg_attr(not(debug_assertions), inline(always))]
            fn matches(&self, owned: &($($part::Owned,)+)) -> bool {
                true $(&& self.$n.matches(&owned.$n))+
            }

            #[inline]
            fn is_long(&self) -> bool {
                false $(|| self.$n.is_long())+
            }
        }

        impl<$($part: KeyRef),+> KeyRef for ($($part,)+) {
            type Owned = ($($part::Owned,)+);

            fn own(&self) -> Self::Owned {
                ($(self.$n.own(),)+)
            }

            fn same(a: &Self::Owned, b: &Self::Owned) -> bool {
                true $(&& $part::same(&a.$n, &b.$n))+
            }

            fn show(owned: &Self::Owned, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let parts: &[&dyn Fn(&mut fmt::Formatter<'_>) -> fmt::Result] =
                    &[$(&|f| $part::show(&owned.$n, f)),+];
                show_tuple(parts, f)
            }

            tuples!(@display $($part $n),+);
        }
    )*};
    (@display $only:ident $n:tt) => {
        const IS_DISPLAYED: bool = $only::IS_DISPLAYED;

        fn display(owned: &Self::Owned, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            $only::display(&owned.$n, f)
        }
    };
    // Several parts look the same to patterns as in the list of keys.
    (@display $($several:tt)*) => {};
}

tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11;
}

type ShowPart<'a> = &'a dyn Fn(&mut fmt::Formatter<'_>) -> fmt::Result;

/// `x` for one part, `(x, y)` for several.
fn show_tuple(parts: &[ShowPart<'_>], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let [only] = parts {
        return only(f);
    }
    for (n, part) in parts.iter().enumerate() {
        f.write_str(if n == 0 { "(" } else { ", " })?;
        part(f)?;
    }
    f.write_str(")")
}

/// A key of a cache used without the macro, in any borrowed form.
#[derive(Debug)]
pub(crate) struct ByBorrow<'a, Q: ?Sized>(pub(crate) &'a Q);

impl<Q: ?Sized + Hash + Eq, K: Borrow<Q>> KeyQuery<K> for ByBorrow<'_, Q> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn feed<H: Hasher>(&self, state: &mut H) {
        text::feed(self.0, state);
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn matches(&self, owned: &K) -> bool {
        text::same(self.0, owned.borrow())
    }

    #[inline]
    fn is_long(&self) -> bool {
        text::is_long(self.0)
    }
}

impl<Q: ?Sized + Hash + Eq + ToOwned<Owned: 'static>> KeyRef for ByBorrow<'_, Q> {
    type Owned = Q::Owned;

    fn own(&self) -> Q::Owned {
        self.0.to_owned()
    }

    fn same(a: &Q::Owned, b: &Q::Owned) -> bool {
        a.borrow() == b.borrow()
    }

    fn show(_: &Q::Owned, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}
