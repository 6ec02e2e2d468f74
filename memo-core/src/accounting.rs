//! What an entry holds in memory, beside its node.
//!
//! Who knows it best is asked first: a weigher of the user's, the allocator that counts, a table of well-known
//! types, the trait by which a type tells its size. If none of them knows, it is taken for nothing.

#[cfg(feature = "get-size")]
mod get_size;
mod known;
mod source;
mod weigher;

use std::mem::needs_drop;

use crate::alloc;
use crate::outcome::Outcome;
use crate::protection::Protection;

#[cfg(feature = "get-size")]
pub use get_size::{NotSized, SizeProbe, get_size};
pub use source::SizeSource;
pub(crate) use source::{Heap, Sources};
pub(crate) use weigher::{Weigher, weighed};

/// Makes what is stored of a value, and says what that has on the heap.
///
/// With the tracking allocator installed it is what this thread has allocated meanwhile and not given
/// back, so it is exact for whatever type a clone is of.
#[inline]
pub(crate) fn kept<P: Protection, O: Outcome>(value: &O::Ret) -> Option<(O::Stored, Heap)> {
    if !(P::MEASURES && needs_drop::<O::Stored>()) {
        // Nothing hangs on it, or nobody asks.
        return Some((O::keep(value)?, Heap::NOTHING));
    }
    if alloc::is_tracking() {
        let (stored, bytes) = allocated(|| O::keep(value));
        let stored = stored?;
        let heap = if bytes == 0 {
            perhaps_shared::<O>(&stored)
        } else {
            Heap::new(bytes, SizeSource::Measured)
        };
        return Some((stored, heap));
    }
    let stored = O::keep(value)?;
    let heap = O::heap(&stored);
    Some((stored, heap))
}

/// What a value has on the heap whose clone has allocated nothing: it is empty, or shares what it points to with
/// the value that it was cloned from, and that is known of some types only.
#[cold]
fn perhaps_shared<O: Outcome>(stored: &O::Stored) -> Heap {
    /// An `Arc` or `Rc`, of whatever. Other types are larger, or allocate when they are cloned.
    const POINTER: usize = 2 * size_of::<usize>();
    let heap = O::heap(stored);
    if heap.source == SizeSource::Shallow && size_of::<O::Stored>() > POINTER {
        return Heap::new(0, SizeSource::Measured);
    }
    heap
}

/// Makes a key, and says how many bytes it has on the heap.
#[inline]
pub(crate) fn measured<P: Protection, K: 'static>(make: impl FnOnce() -> K) -> (K, u64) {
    if !(P::MEASURES && needs_drop::<K>()) {
        return (make(), 0);
    }
    if alloc::is_tracking() {
        return allocated(make);
    }
    let key = make();
    let heap = heap_of(&key);
    (key, heap.bytes)
}

/// The bytes that this thread allocates meanwhile and does not give back.
#[inline]
fn allocated<T>(make: impl FnOnce() -> T) -> (T, u64) {
    let before = alloc::thread_allocated();
    let value = make();
    let heap = alloc::thread_allocated().wrapping_sub(before);
    (value, u64::try_from(heap).unwrap_or(0))
}

/// What a stored value has on the heap, as far as a cache asks.
#[inline]
pub(crate) fn heap_as<P: Protection, O: Outcome>(stored: &O::Stored) -> Heap {
    if P::MEASURES {
        O::heap(stored)
    } else {
        Heap::NOTHING
    }
}

/// The same of a value that is stored as it is.
#[inline]
pub(crate) fn heap_in<P: Protection, T: 'static>(value: &T) -> Heap {
    if P::MEASURES {
        heap_of(value)
    } else {
        Heap::NOTHING
    }
}

/// What a value that is there already has on the heap, if its type is well known.
#[inline]
pub(crate) fn heap_of<T: 'static>(value: &T) -> Heap {
    if !needs_drop::<T>() {
        return Heap::NOTHING;
    }
    match known::heap_of(value) {
        Some(bytes) => Heap::new(bytes, SizeSource::Known),
        None => Heap::new(0, SizeSource::Shallow),
    }
}
