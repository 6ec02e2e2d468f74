//! Memory that is going to be needed.
#![allow(unsafe_code, reason = "an instruction of the processor")]

/// Lets the processor fetch the line at this address while it does other things. A hint: any address will do.
#[inline]
pub(super) fn fetch<T>(at: *const T) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: a prefetch never faults.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(at.cast());
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = at;
}
