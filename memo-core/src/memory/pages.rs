//! Giving pages back to the system that the allocator keeps.
#![allow(unsafe_code, reason = "a call of the C library")]

/// Asks the C library to give back what is free. Other allocators, and other systems, decide for
/// themselves.
pub(super) fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu", not(miri)))]
    // SAFETY: it takes a number and may be called at any time, in any thread.
    unsafe {
        libc::malloc_trim(0);
    }
}
