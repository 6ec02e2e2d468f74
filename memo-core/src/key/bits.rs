//! Floating-point arguments as keys, by their bits: `floats = "bits"`.

use std::fmt;
use std::hash::Hasher;

use super::{KeyQuery, KeyRef};

/// A float, or floats in a slice, vector, array or option, compared bit by bit.
///
/// Bits tell `-0.0` from `0.0`, as a function may, and a NaN equals itself; nothing is merged, so
/// no call can get another's answer.
#[derive(Debug)]
pub struct Bits<'a, X: ?Sized>(pub &'a X);

/// Types that [`Bits`] takes.
pub trait FloatKey {
    /// The stored form.
    type Owned: fmt::Debug + Send + Sync + 'static;
    /// Whether the stored form is `Display`.
    const IS_DISPLAYED: bool = false;
    /// Feeds the bits to the hasher.
    fn feed<H: Hasher>(&self, state: &mut H);
    /// Whether the bits are those of `owned`.
    fn matches(&self, owned: &Self::Owned) -> bool;
    /// Makes the stored form.
    fn own(&self) -> Self::Owned;
    /// Whether two stored forms have the same bits.
    fn same(a: &Self::Owned, b: &Self::Owned) -> bool;
    /// Writes the stored form as it is displayed, else as it is shown.
    fn display(owned: &Self::Owned, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(owned, f)
    }
}

impl<X: ?Sized + FloatKey> KeyQuery<X::Owned> for Bits<'_, X> {
    #[inline]
    fn feed<H: Hasher>(&self, state: &mut H) {
        self.0.feed(state);
    }

    #[inline]
    fn matches(&self, owned: &X::Owned) -> bool {
        self.0.matches(owned)
    }

    #[inline]
    fn is_long(&self) -> bool {
        false
    }
}

impl<X: ?Sized + FloatKey> KeyRef for Bits<'_, X> {
    type Owned = X::Owned;

    const IS_DISPLAYED: bool = X::IS_DISPLAYED;

    fn own(&self) -> X::Owned {
        self.0.own()
    }

    fn same(a: &X::Owned, b: &X::Owned) -> bool {
        X::same(a, b)
    }

    fn show(owned: &X::Owned, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(owned, f)
    }

    fn display(owned: &X::Owned, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        X::display(owned, f)
    }
}

macro_rules! floats {
    ($($float:ty)*) => {$(
        impl FloatKey for $float {
            type Owned = $float;

            const IS_DISPLAYED: bool = true;

            #[inline]
            fn feed<H: Hasher>(&self, state: &mut H) {
                state.write_u64(self.to_bits().into());
            }

            #[inline]
            fn matches(&self, owned: &$float) -> bool {
                self.to_bits() == owned.to_bits()
            }

            fn own(&self) -> $float {
                *self
            }

            fn same(a: &$float, b: &$float) -> bool {
                a.to_bits() == b.to_bits()
            }

            fn display(owned: &$float, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(owned, f)
            }
        }
    )*};
}
floats!(f32 f64);

impl<X: FloatKey> FloatKey for [X] {
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

    fn same(a: &Self::Owned, b: &Self::Owned) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| X::same(a, b))
    }
}

macro_rules! as_slices {
    ($([$($generics:tt)*] $sequence:ty;)*) => {$(
        impl<X: FloatKey, $($generics)*> FloatKey for $sequence {
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

            fn same(a: &Self::Owned, b: &Self::Owned) -> bool {
                <[X]>::same(a, b)
            }
        }
    )*};
}
as_slices! {
    [] Vec<X>;
    [] Box<[X]>;
    [const N: usize] [X; N];
}

impl<X: FloatKey> FloatKey for Option<X> {
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

    fn same(a: &Self::Owned, b: &Self::Owned) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => X::same(a, b),
            (None, None) => true,
            _ => false,
        }
    }
}
