//! The fence between a reader that pins and a writer that looks for pins.
//!
//! A reader stores its pin and then reads the table; a writer changes the table and then reads the
//! pins. One of the two must see the other, which needs a full fence on both sides. Readers are
//! many and a fence is most of what a hit costs, so where the system offers it the writer issues
//! both: `membarrier` makes every running thread of the process pass a full fence (Linux 4.14 and
//! later; one system call for a whole batch of garbage). Elsewhere readers fence for themselves.
//!
//! That a fence in one thread can be issued by another is outside of the language's memory model,
//! as with every crate that does this; tools that check the model (Miri, shuttle) get the real one.
#![allow(unsafe_code, reason = "a system call")]

use std::sync::OnceLock;
use std::sync::atomic::{Ordering, compiler_fence, fence};

/// Whether writers fence for readers too. Chosen once, before the first pin.
pub(super) fn is_asymmetric() -> bool {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    *REGISTERED.get_or_init(system::register)
}

/// The reader's side, between its pin and its first look at the table, where writers fence for it: keeps the
/// compiler from moving what the processor is kept from by [`heavy`].
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn light() {
    compiler_fence(Ordering::SeqCst);
}

/// The same where they do not. Inlined also where it is rare: a call would cost every hit a frame.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn full() {
    fence(Ordering::SeqCst);
}

/// The same fence for others than pins: whether it is asymmetric, at hand.
#[cfg(not(shuttle))]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asymmetric(bool);

#[cfg(not(shuttle))]
impl Asymmetric {
    pub(crate) fn new() -> Self {
        Self(is_asymmetric())
    }

    /// On the side of the many.
    #[inline]
    pub(crate) fn light(self) {
        if self.0 {
            light();
        } else {
            unlikely();
            full();
        }
    }

    /// On the other side; `false` if it was no fence for the others.
    pub(crate) fn heavy(self) -> bool {
        fence(Ordering::SeqCst);
        !self.0 || system::fence_all_threads()
    }
}

/// Tells the compiler that this is not the way of most calls.
#[cold]
pub(crate) fn unlikely() {}

/// The writer's side for all readers at once; `false` if the system refused, in which case nothing
/// is known about the readers.
pub(super) fn heavy() -> bool {
    fence(Ordering::SeqCst);
    !is_asymmetric() || system::fence_all_threads()
}

#[cfg(all(target_os = "linux", not(miri), not(shuttle)))]
mod system {
    // From linux/membarrier.h.
    const PRIVATE_EXPEDITED: libc::c_long = 1 << 3;
    const REGISTER_PRIVATE_EXPEDITED: libc::c_long = 1 << 4;

    fn membarrier(command: libc::c_long) -> bool {
        const NO_FLAGS: libc::c_long = 0;
        const ANY_CPU: libc::c_long = 0;
        // SAFETY: the call takes three integers and touches no memory of ours. It only reads and
        // writes `errno`, which is this thread's own.
        unsafe { libc::syscall(libc::SYS_membarrier, command, NO_FLAGS, ANY_CPU) == 0 }
    }

    pub(super) fn register() -> bool {
        membarrier(REGISTER_PRIVATE_EXPEDITED)
    }

    /// A process that was forked may have to register again.
    pub(super) fn fence_all_threads() -> bool {
        membarrier(PRIVATE_EXPEDITED) || (register() && membarrier(PRIVATE_EXPEDITED))
    }
}

#[cfg(not(all(target_os = "linux", not(miri), not(shuttle))))]
mod system {
    pub(super) fn register() -> bool {
        false
    }

    pub(super) fn fence_all_threads() -> bool {
        false
    }
}
