//! What an entry holds in memory, beside its node.

use std::mem::needs_drop;

use crate::alloc;

/// Makes a value, and says how many bytes it has on the heap, as far as that is known.
///
/// With the tracking allocator installed it is what this thread has allocated meanwhile and not given
/// back, so it is exact for whatever type a clone is of. Without it nothing is known.
#[inline]
pub(crate) fn measured<T>(make: impl FnOnce() -> T) -> (T, u64) {
    if !needs_drop::<T>() {
        // Nothing hangs on it.
        return (make(), 0);
    }
    if !alloc::is_tracking() {
        return (make(), 0);
    }
    let before = alloc::thread_allocated();
    let value = make();
    let heap = alloc::thread_allocated().wrapping_sub(before);
    (value, u64::try_from(heap).unwrap_or(0))
}
