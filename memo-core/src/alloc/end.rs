//! A word from the system when a thread ends.
//!
//! A thread-local of Rust with a destructor would not do: on some systems its first use allocates,
//! inside of the allocation that it is to count, and aborts if that happens at the wrong moment. A key of
//! POSIX threads costs one store in the thread's own memory, and its destructor comes after those of
//! Rust's thread-locals, as long as these are no keys themselves.
#![allow(unsafe_code, reason = "system calls")]

/// Has the accounts of the calling thread closed when it ends; `false` if nobody can tell when that
/// is, or if it is past it.
#[cfg(target_os = "linux")]
pub(super) use posix::announce;

#[cfg(not(target_os = "linux"))]
pub(super) fn announce() -> bool {
    false
}

#[cfg(target_os = "linux")]
mod posix {
    use std::cell::Cell;
    use std::ffi::c_void;
    use std::ptr::NonNull;
    use std::sync::atomic::{AtomicU64, Ordering};

    use crate::alloc::account;

    /// 0 is none yet; else one more than the key, which may be 0.
    static KEY: AtomicU64 = AtomicU64::new(0);

    thread_local! {
        /// Whether this thread's accounts were closed. The system asks only a few times whether more
        /// came up; whoever announces itself after that would be forgotten.
        static IS_PAST: Cell<bool> = const { Cell::new(false) };
    }

    pub(in crate::alloc) fn announce() -> bool {
        if !matches!(IS_PAST.try_with(Cell::get), Ok(false)) {
            return false;
        }
        let Some(key) = key() else {
            return false;
        };
        // Any value but null makes the system call the destructor.
        let value = NonNull::<c_void>::dangling().as_ptr();
        // SAFETY: the key was created and is never deleted. The value is not used as a pointer.
        unsafe { libc::pthread_setspecific(key, value) == 0 }
    }

    /// The key, created by whichever thread needs it first; `None` if the program has used up all
    /// keys of the system.
    fn key() -> Option<libc::pthread_key_t> {
        // Relaxed: a key is a number, and what it stands for is the system's, which is in order for
        // all threads.
        let known = KEY.load(Ordering::Relaxed);
        if let Some(key) = known.checked_sub(1) {
            return libc::pthread_key_t::try_from(key).ok();
        }
        let mut key = 0;
        // SAFETY: the key is written to where it is told to, which is ours; the destructor has the
        // type that is asked for, and does not unwind.
        if unsafe { libc::pthread_key_create(&raw mut key, Some(at_end)) } != 0 {
            return None;
        }
        let mine = u64::from(key) + 1;
        match KEY.compare_exchange(0, mine, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => Some(key),
            Err(theirs) => {
                // SAFETY: nobody else has seen this key.
                unsafe { libc::pthread_key_delete(key) };
                libc::pthread_key_t::try_from(theirs - 1).ok()
            }
        }
    }

    extern "C" fn at_end(_value: *mut c_void) {
        let _ = IS_PAST.try_with(|is_past| is_past.set(true));
        account::close_all();
    }
}
