//! Keys and results that can be written, as far as is known where a memoized function stands.
//!
//! `Probe(x).__stored()` gives the first of each pair of methods if the types' bounds hold, and with it a
//! type that says so; otherwise what it was made of.
#![allow(
    missing_docs,
    reason = "called by expansions only; the module tells how"
)]

use std::borrow::Borrow;
use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use super::codec::{KeyCodec, TypeCodec};
use crate::accounting::Heap;
use crate::handle::{Arguments, KeyOf};
use crate::key::{Bits, FloatKey, KeyQuery, KeyRef, Opt, Plain, Show, Val};
use crate::outcome::{Outcome, Shown};
use crate::singleflight::Handed;
use crate::store::Held;

/// A key that can be hashed in its stored form. Types that borrow in ways of their own cannot.
pub trait OwnHash: KeyRef {
    fn feed_own(owned: &Self::Owned, state: &mut dyn Hasher);
}

/// How keys of type `K` are written.
pub trait Codecs<K> {
    fn codec() -> &'static KeyCodec<K>;
}

/// A key whose stored form can be written, as `M` says.
pub struct StoredKey<Q, M>(Q, PhantomData<fn() -> M>);

impl<K, Q: KeyQuery<K>, M> KeyQuery<K> for StoredKey<Q, M> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn feed<H: Hasher>(&self, state: &mut H) {
        self.0.feed(state);
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn matches(&self, owned: &K) -> bool {
        self.0.matches(owned)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn is_long(&self) -> bool {
        self.0.is_long()
    }
}

impl<Q: KeyRef, M: Codecs<Q::Owned>> KeyRef for StoredKey<Q, M> {
    type Owned = Q::Owned;

    const IS_DISPLAYED: bool = Q::IS_DISPLAYED;

    #[inline]
    fn own(&self) -> Q::Owned {
        self.0.own()
    }

    fn same(a: &Q::Owned, b: &Q::Owned) -> bool {
        Q::same(a, b)
    }

    fn show(owned: &Q::Owned, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Q::show(owned, f)
    }

    fn display(owned: &Q::Owned, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Q::display(owned, f)
    }

    fn stored() -> Option<&'static KeyCodec<Q::Owned>> {
        Some(M::codec())
    }
}

/// A key, asked whether it can be written.
pub struct KeyProbe<Q>(pub Q);

/// The codec of a key that tells its hash.
pub struct ByKey<Q>(PhantomData<fn() -> Q>);

impl<Q: OwnHash<Owned: Serialize + Deserialize<'static>>> Codecs<Q::Owned> for ByKey<Q> {
    fn codec() -> &'static KeyCodec<Q::Owned> {
        const { &KeyCodec::new(|key, state| Q::feed_own(key, state)) }
    }
}

impl<Q: OwnHash<Owned: Serialize + Deserialize<'static>>> KeyProbe<Q> {
    #[inline]
    pub fn __stored(self) -> StoredKey<Q, ByKey<Q>> {
        StoredKey(self.0, PhantomData)
    }
}

pub trait NotStoredKey {
    type Q;
    fn __stored(self) -> Self::Q;
}

impl<Q> NotStoredKey for KeyProbe<Q> {
    type Q = Q;

    #[inline]
    fn __stored(self) -> Q {
        self.0
    }
}

/// The kinds of all parts of a plain function's key, asked whether they can be written.
pub struct PartsProbe<A, K>(pub PhantomData<A>, pub K);

/// The parts `K` of a key, which can be.
pub struct StoredParts<A, K>(PhantomData<fn() -> (A, K)>);

impl<A, K> Clone for StoredParts<A, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A, K> Copy for StoredParts<A, K> {}

impl<A, K> Codecs<K::Owned> for StoredParts<A, K>
where
    A: Arguments,
    K: KeyOf<A, Owned: Serialize + Deserialize<'static>>,
{
    fn codec() -> &'static KeyCodec<K::Owned> {
        const { &KeyCodec::new(|key, state| K::feed(key, state)) }
    }
}

impl<A, K> KeyOf<A> for StoredParts<A, K>
where
    A: Arguments,
    K: KeyOf<A, Owned: Serialize + Deserialize<'static>> + 'static,
{
    type Owned = K::Owned;
    type Key<'a> = StoredKey<K::Key<'a>, Self>;

    #[inline]
    fn key(arguments: A::Borrowed<'_>) -> Self::Key<'_> {
        StoredKey(K::key(arguments), PhantomData)
    }

    fn feed(owned: &K::Owned, state: &mut dyn Hasher) {
        K::feed(owned, state);
    }
}

impl<A, K> PartsProbe<A, K>
where
    A: Arguments,
    K: KeyOf<A, Owned: Serialize + Deserialize<'static>> + 'static,
{
    #[inline]
    pub fn __stored(self) -> StoredParts<A, K> {
        StoredParts(PhantomData)
    }
}

pub trait NotStoredParts {
    type K;
    fn __stored(self) -> Self::K;
}

impl<A, K> NotStoredParts for PartsProbe<A, K> {
    type K = K;

    #[inline]
    fn __stored(self) -> K {
        self.1
    }
}

/// An outcome, asked whether what is stored of it can be written.
pub struct OutcomeProbe<O>(pub PhantomData<O>);

/// An outcome of which it can.
pub struct StoredOutcome<O>(PhantomData<fn() -> O>);

impl<O: Outcome<Stored: Serialize + Deserialize<'static>>> Outcome for StoredOutcome<O> {
    type Ret = O::Ret;
    type Stored = O::Stored;

    const IS_WEAK: bool = O::IS_WEAK;

    #[inline]
    fn keep(ret: &O::Ret) -> Option<O::Stored> {
        O::keep(ret)
    }

    #[inline]
    fn give(stored: O::Stored) -> Option<O::Ret> {
        O::give(stored)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn show<G>(held: Held<G, O::Stored>) -> Option<Shown<G, O::Ret>> {
        O::show(held)
    }

    #[inline]
    fn is_gone(stored: &O::Stored) -> bool {
        O::is_gone(stored)
    }

    fn is_failure(ret: &O::Ret) -> bool {
        O::is_failure(ret)
    }

    #[inline]
    fn heap(stored: &O::Stored) -> Heap {
        O::heap(stored)
    }

    fn hand(ret: &O::Ret) -> Option<Handed> {
        O::hand(ret)
    }

    fn receive(handed: &Handed) -> Option<O::Ret> {
        O::receive(handed)
    }

    fn stored() -> Option<&'static TypeCodec<O::Stored>> {
        Some(const { &TypeCodec::new() })
    }
}

impl<O: Outcome<Stored: Serialize + Deserialize<'static>>> OutcomeProbe<O> {
    #[inline]
    pub fn __stored(self) -> PhantomData<StoredOutcome<O>> {
        PhantomData
    }
}

pub trait NotStoredOutcome {
    type O;
    fn __stored(self) -> PhantomData<Self::O>;
}

impl<O> NotStoredOutcome for OutcomeProbe<O> {
    type O = O;

    #[inline]
    fn __stored(self) -> PhantomData<O> {
        PhantomData
    }
}

/// The keys of a cache made by hand: never looked up like this, only stored.
pub(crate) struct ByHand<K>(Infallible, PhantomData<fn() -> K>);

impl<K> KeyQuery<K> for ByHand<K> {
    fn feed<H: Hasher>(&self, _: &mut H) {
        match self.0 {}
    }

    fn matches(&self, _: &K) -> bool {
        match self.0 {}
    }

    #[inline]
    fn is_long(&self) -> bool {
        match self.0 {}
    }
}

impl<K: Hash + Eq + Serialize + Deserialize<'static> + 'static> KeyRef for ByHand<K> {
    type Owned = K;

    fn own(&self) -> K {
        match self.0 {}
    }

    fn same(a: &K, b: &K) -> bool {
        a == b
    }

    fn show(_: &K, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }

    fn stored() -> Option<&'static KeyCodec<K>> {
        Some(const { &KeyCodec::of_type() })
    }
}

impl<X, D> OwnHash for Plain<'_, X, D>
where
    X: ?Sized + Hash + Eq + ToOwned<Owned: 'static>,
    D: Show<X>,
{
    fn feed_own(owned: &X::Owned, mut state: &mut dyn Hasher) {
        owned.borrow().hash(&mut state);
    }
}

impl<E: Hash + Eq + Clone + 'static, D: Show<E>> OwnHash for Val<E, D> {
    fn feed_own(owned: &E, mut state: &mut dyn Hasher) {
        owned.hash(&mut state);
    }
}

impl<X: ?Sized + FloatKey<Owned: FloatKey>> OwnHash for Bits<'_, X> {
    fn feed_own(owned: &X::Owned, mut state: &mut dyn Hasher) {
        owned.feed(&mut state);
    }
}

impl<A: OwnHash> OwnHash for Opt<A> {
    fn feed_own(owned: &Option<A::Owned>, state: &mut dyn Hasher) {
        state.write_u8(u8::from(owned.is_some()));
        if let Some(part) = owned {
            A::feed_own(part, state);
        }
    }
}

impl OwnHash for () {
    fn feed_own((): &(), _: &mut dyn Hasher) {}
}

macro_rules! tuples {
    ($($($part:ident $n:tt),+;)*) => {$(
        impl<$($part: OwnHash),+> OwnHash for ($($part,)+) {
            fn feed_own(owned: &Self::Owned, state: &mut dyn Hasher) {
                $($part::feed_own(&owned.$n, state);)+
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
    A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11;
}

macro_rules! debug_by_name {
    ($($name:ident<$($param:ident),+>;)*) => {$(
        impl<$($param),+> fmt::Debug for $name<$($param),+> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}
debug_by_name! {
    StoredKey<Q, M>;
    KeyProbe<Q>;
    ByKey<Q>;
    PartsProbe<A, K>;
    StoredParts<A, K>;
    OutcomeProbe<O>;
    StoredOutcome<O>;
}
