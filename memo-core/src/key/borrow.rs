//! Arguments that borrow inside: `Cow<'_, str>`, `&[&str]`, a user's `View<'_>`.

use std::borrow::{Borrow, Cow};
use std::ffi::OsString;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use super::{KeyQuery, KeyRef, Show, text};

/// A type that borrows data and knows its owned form, so that it can be an argument of a memoized
/// function.
///
/// Implemented for `Cow`, references, slices, vectors, arrays, options and tuples of such;
/// implement it for view types of your own.
///
/// # Examples
/// ```
/// use std::hash::{Hash, Hasher};
/// use memokit::BorrowKey;
///
/// struct Name<'a> { first: &'a str, last: &'a str }
///
/// impl BorrowKey for Name<'_> {
///     type Owned = (String, String);
///     fn feed<H: Hasher>(&self, state: &mut H) {
///         self.first.hash(state);
///         self.last.hash(state);
///     }
///     fn matches(&self, owned: &Self::Owned) -> bool {
///         self.first == owned.0 && self.last == owned.1
///     }
///     fn own(&self) -> Self::Owned {
///         (self.first.to_owned(), self.last.to_owned())
///     }
/// }
///
/// let name = Name { first: "Ada", last: "Lovelace" };
/// assert!(name.matches(&name.own()));
/// ```
pub trait BorrowKey {
    /// The stored form.
    type Owned: Eq + 'static;
    /// Feeds the hasher with all that [`matches`](Self::matches) compares.
    fn feed<H: Hasher>(&self, state: &mut H);
    /// Whether `owned` is the stored form of this.
    fn matches(&self, owned: &Self::Owned) -> bool;
    /// Makes the stored form.
    fn own(&self) -> Self::Owned;
}

/// A [`BorrowKey`] argument as a part of a key.
#[derive(Debug)]
pub struct Deep<'a, X: ?Sized, D> {
    pub(super) value: &'a X,
    show: PhantomData<D>,
}

impl<'a, X: ?Sized, D> Deep<'a, X, D> {
    #[inline]
    pub(super) fn new(value: &'a X) -> Self {
        Self {
            value,
            show: PhantomData,
        }
    }
}

impl<X: ?Sized + BorrowKey, D> KeyQuery<X::Owned> for Deep<'_, X, D> {
    #[inline]
    fn feed<H: Hasher>(&self, state: &mut H) {
        self.value.feed(state);
    }

    #[inline]
    fn matches(&self, owned: &X::Owned) -> bool {
        self.value.matches(owned)
    }

    #[inline]
    fn is_long(&self) -> bool {
        false
    }
}

impl<X: ?Sized + BorrowKey, D: Show<X::Owned>> KeyRef for Deep<'_, X, D> {
    type Owned = X::Owned;

    const IS_DISPLAYED: bool = D::IS_DISPLAYED;

    fn own(&self) -> X::Owned {
        self.value.own()
    }

    fn same(a: &X::Owned, b: &X::Owned) -> bool {
        a == b
    }

    fn show(owned: &X::Owned, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        D::show(owned, f)
    }

    fn display(owned: &X::Owned, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        D::display(owned, f)
    }
}

/// What owns nothing borrowed: stored as a clone.
macro_rules! by_clone {
    ($([$($generics:tt)*] $owned:ty;)*) => {$(
        impl<$($generics)*> BorrowKey for $owned {
            type Owned = $owned;

            #[inline]
            fn feed<HH: Hasher>(&self, state: &mut HH) {
                text::feed(self, state);
            }

            #[inline]
            fn matches(&self, owned: &$owned) -> bool {
                text::same(self, owned)
            }

            fn own(&self) -> $owned {
                self.clone()
            }
        }
    )*};
}
by_clone! {
    [] bool; [] char; [] ();
    [] u8; [] u16; [] u32; [] u64; [] u128; [] usize;
    [] i8; [] i16; [] i32; [] i64; [] i128; [] isize;
    [] String; [] PathBuf; [] OsString;
    [X: ?Sized + Hash + Eq + 'static] Arc<X>;
    [X: ?Sized + Hash + Eq + 'static] Rc<X>;
}

/// What derefs to something that has an owned form.
macro_rules! by_target {
    ($([$($generics:tt)*] $borrowed:ty;)*) => {$(
        impl<$($generics)* X> BorrowKey for $borrowed
        where
            X: ?Sized + Hash + Eq + ToOwned<Owned: Eq + 'static>,
        {
            type Owned = X::Owned;

            #[inline]
            fn feed<H: Hasher>(&self, state: &mut H) {
                text::feed(&**self, state);
            }

            #[inline]
            fn matches(&self, owned: &X::Owned) -> bool {
                text::same(&**self, owned.borrow())
            }

            fn own(&self) -> X::Owned {
                (**self).to_owned()
            }
        }
    )*};
}
by_target! {
    [] &X;
    [] Cow<'_, X>;
}

impl<X: BorrowKey> BorrowKey for [X] {
    type Owned = Box<[X::Owned]>;

    #[inline]
    fn feed<H: Hasher>(&self, state: &mut H) {
        // The length keeps `([a], [b, c])` apart from `([a, b], [c])`.
        state.write_usize(self.len());
        for x in self {
            x.feed(state);
        }
    }

    #[inline]
    fn matches(&self, owned: &Self::Owned) -> bool {
        self.len() == owned.len() && self.iter().zip(owned).all(|(x, owned)| x.matches(owned))
    }

    fn own(&self) -> Self::Owned {
        self.iter().map(X::own).collect()
    }
}

macro_rules! as_slices {
    ($([$($generics:tt)*] $sequence:ty;)*) => {$(
        impl<X: BorrowKey, $($generics)*> BorrowKey for $sequence {
            type Owned = Box<[X::Owned]>;

            #[inline]
            fn feed<H: Hasher>(&self, state: &mut H) {
                self[..].feed(state);
            }

            #[inline]
            fn matches(&self, owned: &Self::Owned) -> bool {
                self[..].matches(owned)
            }

            fn own(&self) -> Self::Owned {
                self[..].own()
            }
        }
    )*};
}
as_slices! {
    [] Vec<X>;
    [] Box<[X]>;
    [const N: usize] [X; N];
}

impl<X: BorrowKey> BorrowKey for Option<X> {
    type Owned = Option<X::Owned>;

    #[inline]
    fn feed<H: Hasher>(&self, state: &mut H) {
        state.write_u8(u8::from(self.is_some()));
        if let Some(x) = self {
            x.feed(state);
        }
    }

    #[inline]
    fn matches(&self, owned: &Self::Owned) -> bool {
        match (self, owned) {
            (Some(x), Some(owned)) => x.matches(owned),
            (None, None) => true,
            _ => false,
        }
    }

    fn own(&self) -> Self::Owned {
        self.as_ref().map(X::own)
    }
}

macro_rules! tuples {
    ($($($part:ident $n:tt),+;)*) => {$(
        impl<$($part: BorrowKey),+> BorrowKey for ($($part,)+) {
            type Owned = ($($part::Owned,)+);

            #[inline]
            fn feed<HH: Hasher>(&self, state: &mut HH) {
                $(self.$n.feed(state);)+
            }

            #[inline]
            fn matches(&self, owned: &Self::Owned) -> bool {
                true $(&& self.$n.matches(&owned.$n))+
            }

            fn own(&self) -> Self::Owned {
                ($(self.$n.own(),)+)
            }
        }
    )*};
}
tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
}
