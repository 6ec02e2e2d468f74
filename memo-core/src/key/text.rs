//! Hashing and comparing texts in keys, without a call.
//!
//! Types of keys are hashed and compared by their own `Hash` and `Eq`. For texts these come to calls, which take
//! longer than what there is to do for most keys. Here the same is done in place.
#![allow(unsafe_code, reason = "a type that turns out to be a known one")]

use std::any::TypeId;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// Bytes that are compared, and hashed, at once.
pub(super) const PIECE: usize = 16;
/// Above this many it takes a call. UUIDs have 36.
pub(super) const LONG: usize = 3 * PIECE;

/// Feeds a part of a key to a hasher, as its `Hash` does.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn feed<X: ?Sized + Hash>(x: &X, state: &mut impl Hasher) {
    let text = known::<X, str>(x).or_else(|| known::<X, String>(x).map(String::as_str));
    match text {
        // What the standard library does, which the compiler inlines nowhere.
        Some(text) => {
            state.write(text.as_bytes());
            state.write_u8(0xff);
        }
        None => x.hash(state),
    }
}

/// Whether two parts of keys are equal, as their `Eq` says.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn same<X: ?Sized + Eq>(a: &X, b: &X) -> bool {
    match (bytes_of(a), bytes_of(b)) {
        (Some(a), Some(b)) => same_bytes(a, b),
        _ => a == b,
    }
}

/// Types that have no place for a lifetime.
trait Known: 'static {}
impl Known for str {}
impl Known for String {}
impl Known for [u8] {}
impl Known for Vec<u8> {}

/// Whether it takes a call to hash or compare a part.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn is_long<X: ?Sized>(x: &X) -> bool {
    bytes_of(x).is_some_and(|bytes| bytes.len() > LONG)
}

/// What is compared of a text; `None` of other types.
#[cfg_attr(not(debug_assertions), inline(always))]
fn bytes_of<X: ?Sized>(x: &X) -> Option<&[u8]> {
    known::<X, str>(x)
        .map(str::as_bytes)
        .or_else(|| known::<X, String>(x).map(String::as_bytes))
        .or_else(|| known::<X, [u8]>(x))
        .or_else(|| known::<X, Vec<u8>>(x).map(Vec::as_slice))
}

/// `x` as a `T`, if that is its type. Known when the program is compiled.
#[cfg_attr(not(debug_assertions), inline(always))]
fn known<X: ?Sized, T: ?Sized + Known>(x: &X) -> Option<&T> {
    if type_of::<X>() != TypeId::of::<T>() {
        return None;
    }
    // SAFETY: the types are the same but for lifetimes, and these have none: so both are references to the
    // same type, as wide.
    Some(unsafe { std::mem::transmute_copy::<&X, &T>(&x) })
}

/// The number of a type, as if all lifetimes in it were `'static`.
#[cfg_attr(not(debug_assertions), inline(always))]
fn type_of<X: ?Sized>() -> TypeId {
    trait Typed {
        fn id(&self) -> TypeId
        where
            Self: 'static;
    }
    impl<X: ?Sized> Typed for PhantomData<X> {
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn id(&self) -> TypeId
        where
            Self: 'static,
        {
            TypeId::of::<X>()
        }
    }
    let typed: &dyn Typed = &PhantomData::<X>;
    // SAFETY: lifetimes are not there when a program runs; what is called says no more than a number.
    unsafe { std::mem::transmute::<&dyn Typed, &(dyn Typed + 'static)>(typed) }.id()
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    if a.len() > LONG {
        return a == b;
    }
    if let Some(is_same) = same_ends::<PIECE>(a, b) {
        let middle = |bytes: &[u8]| bytes[PIECE..].first_chunk::<PIECE>().copied();
        return is_same && (a.len() <= 2 * PIECE || middle(a) == middle(b));
    }
    if let Some(is_same) = same_ends::<8>(a, b).or_else(|| same_ends::<4>(a, b)) {
        return is_same;
    }
    a.iter().eq(b)
}

/// Whether the first and the last so many bytes are the same, if there are so many.
#[cfg_attr(not(debug_assertions), inline(always))]
fn same_ends<const N: usize>(a: &[u8], b: &[u8]) -> Option<bool> {
    let is_same = a.first_chunk::<N>()? == b.first_chunk::<N>()?;
    Some(is_same && a.last_chunk::<N>() == b.last_chunk::<N>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_compared_byte_by_byte() {
        for len in (0..=100).step_by(if cfg!(miri) { 9 } else { 1 }) {
            let bytes = vec![b'a'; len];
            let text = String::from_utf8_lossy(&bytes).into_owned();
            assert!(same(&bytes, &bytes.clone()) && same(&text, &text.clone()));
            assert!(!same(&bytes[..], &[&bytes[..], b"a"].concat()));
            for place in 0..len {
                let mut others = bytes.clone();
                others[place] = b'b';
                let other = String::from_utf8_lossy(&others).into_owned();
                assert!(!same(&bytes, &others), "{place} of {len}");
                assert!(!same(&bytes[..], &others[..]), "{place} of {len}");
                assert!(!same(text.as_str(), &other), "{place} of {len}");
                assert!(!same(&text, &other), "{place} of {len}");
            }
        }
    }

    /// Types that are made of texts say themselves what is equal.
    #[test]
    fn other_types_are_asked() {
        #[derive(Debug)]
        struct AnyCase(String);
        impl PartialEq for AnyCase {
            fn eq(&self, other: &Self) -> bool {
                self.0.eq_ignore_ascii_case(&other.0)
            }
        }
        impl Eq for AnyCase {}
        assert!(same(&AnyCase("a".into()), &AnyCase("A".into())));
        assert!(!same(&AnyCase("a".into()), &AnyCase("b".into())));
        assert!(bytes_of(&AnyCase("a".into())).is_none());

        let (text, other) = (String::from("a"), String::from("b"));
        assert!(same(&[text.as_str()][..], &["a"]));
        assert!(!same(&[text.as_str()][..], &[other.as_str()]));
        assert!(bytes_of(&text.as_str()).is_none(), "a reference is no text");
        assert!(same(&7, &7) && !same(&7, &8));
    }

    #[test]
    fn only_texts_and_bytes_are_long() {
        assert!(is_long("a".repeat(LONG + 1).as_str()) && !is_long("a".repeat(LONG).as_str()));
        assert!(is_long(&vec![0_u8; LONG + 1]) && !is_long(&[0_u64; 100]));
    }
}
