//! Sizes that types tell by a trait.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};

use get_size2::{GetSize, heap_size};

use super::{Heap, SizeSource, known, weighed};
use crate::common::drop_quietly;
use crate::outcome::{Outcome, Shown};
use crate::singleflight::Handed;
use crate::store::Held;

/// The bytes of key and value as their types tell them by [`GetSize`]: a weigher for caches built by hand.
///
/// Functions with the attribute need no such word: there the type of the result is asked whether it has the trait.
///
/// ```
/// # use memo_core as memokit;
/// use std::collections::HashMap;
/// use memokit::{Cache, SizeSource};
///
/// let cache: Cache<u32, HashMap<u32, String>> =
///     Cache::builder().weigher(memokit::get_size).build();
/// cache.insert(1, (0..100).map(|n| (n, "v".repeat(50))).collect());
/// assert!(cache.stats().bytes.unwrap() > 5_000);
/// assert_eq!(cache.parameters().sizes, Some(SizeSource::Weigher));
/// ```
pub fn get_size<K: GetSize, V: GetSize>(key: &K, value: &V) -> usize {
    let heap = heap_size(key).saturating_add(heap_size(value));
    let inline = size_of::<K>() + size_of::<V>();
    with_losses(heap).saturating_add(inline)
}

/// The trait tells what is used. What allocators lose around small blocks, and hash tables in places that must
/// stay empty, is up to a quarter more.
fn with_losses(heap: usize) -> usize {
    let bytes = known::block(heap.saturating_add(heap / 4));
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// An outcome whose stored values tell their size.
pub struct BySize<O>(PhantomData<fn() -> O>);

impl<O: Outcome<Stored: GetSize>> Outcome for BySize<O> {
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

    #[inline]
    fn is_gone(stored: &O::Stored) -> bool {
        O::is_gone(stored)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn show<G>(held: Held<G, O::Stored>) -> Option<Shown<G, O::Ret>> {
        O::show(held)
    }

    fn heap(stored: &O::Stored) -> Heap {
        // Of types of the standard library more is known than the trait tells.
        let known = O::heap(stored);
        if known.source == SizeSource::Known {
            return known;
        }
        // User code, which may panic as a weigher may.
        let size = catch_unwind(AssertUnwindSafe(|| with_losses(heap_size(stored))));
        let heap = weighed(0, size.map_err(drop_quietly).ok());
        Heap::new(heap.bytes, SizeSource::Trait)
    }

    fn is_failure(ret: &O::Ret) -> bool {
        O::is_failure(ret)
    }

    #[cfg(feature = "serde")]
    fn stored() -> Option<&'static crate::snapshot::TypeCodec<O::Stored>> {
        O::stored()
    }

    fn hand(ret: &O::Ret) -> Option<Handed> {
        O::hand(ret)
    }

    fn receive(handed: &Handed) -> Option<O::Ret> {
        O::receive(handed)
    }
}

/// An outcome, asked whether its stored values tell their size: `SizeProbe(outcome).__sized()`, in the way of
/// the probes for keys.
#[allow(
    missing_docs,
    reason = "called by expansions only; the module tells how"
)]
pub struct SizeProbe<O>(pub PhantomData<O>);

impl<O: Outcome<Stored: GetSize>> SizeProbe<O> {
    /// They do.
    #[inline]
    pub fn __sized(&self) -> PhantomData<BySize<O>> {
        PhantomData
    }
}

/// They do not, as far as is known where the function stands.
#[allow(
    missing_docs,
    reason = "called by expansions only; the module tells how"
)]
pub trait NotSized {
    type O;
    fn __sized(&self) -> PhantomData<Self::O>;
}

impl<O> NotSized for SizeProbe<O> {
    type O = O;

    #[inline]
    fn __sized(&self) -> PhantomData<O> {
        PhantomData
    }
}

impl<O> fmt::Debug for BySize<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BySize")
    }
}

impl<O> fmt::Debug for SizeProbe<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SizeProbe")
    }
}
