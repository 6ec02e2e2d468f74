//! The allocator that counts.
#![allow(unsafe_code, reason = "an allocator over another one")]

use std::alloc::{GlobalAlloc, Layout, System};

use super::account::{self, Tracked};
use super::rounding::Rounding;

/// An allocator that counts what another one hands out.
///
/// With it, caches know how large their values are: by what a stored clone has allocated, whatever
/// its type. The figures are those of the [module](super): of the program, whichever value of this
/// type they come from. Install it once; one inside of another would count all twice.
///
/// ```
/// use memokit::alloc::{self, Tracking};
///
/// #[global_allocator]
/// static ALLOCATOR: Tracking = Tracking::system();
///
/// assert!(alloc::is_tracking());
/// ```
///
/// Over another allocator, with what is known of its sizes:
///
/// ```
/// use memokit::alloc::{Rounding, Tracking};
/// # use std::alloc::System as MiMalloc;
///
/// #[global_allocator]
/// static ALLOCATOR: Tracking<MiMalloc> =
///     Tracking::new(MiMalloc).with_rounding(Rounding::SIZE_CLASSES);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Tracking<A = System> {
    inner: A,
    rounding: Rounding,
}

impl Tracking {
    /// Counts what the system's allocator hands out, as it [rounds](Rounding::SYSTEM).
    #[must_use]
    pub const fn system() -> Self {
        Self::new(System).with_rounding(Rounding::SYSTEM)
    }
}

impl Default for Tracking {
    fn default() -> Self {
        Self::system()
    }
}

impl<A> Tracking<A> {
    /// Counts what `inner` hands out: the bytes that it is asked for, unless
    /// [`with_rounding`](Self::with_rounding) knows better.
    #[must_use]
    pub const fn new(inner: A) -> Self {
        Self {
            inner,
            rounding: Rounding::REQUESTED,
        }
    }

    /// Says how the allocator rounds sizes.
    #[must_use]
    pub const fn with_rounding(mut self, rounding: Rounding) -> Self {
        self.rounding = rounding;
        self
    }

    /// Counts a block that was handed out, unless it is none.
    #[inline(always)]
    fn counted(&self, block: *mut u8, layout: Layout) -> *mut u8 {
        if !block.is_null() {
            account::take::<Tracked>(self.rounding.of(layout));
        }
        block
    }
}

// SAFETY: every request goes to `inner` as it came, and its answer back. Counting does not unwind,
// allocates nothing, and touches no block.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Tracking<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc`.
        let block = unsafe { self.inner.alloc(layout) };
        self.counted(block, layout)
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        let block = unsafe { self.inner.alloc_zeroed(layout) };
        self.counted(block, layout)
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: `block` came from `inner` with this layout; the caller keeps the contract of
        // `realloc`.
        let moved = unsafe { self.inner.realloc(block, layout, size) };
        if !moved.is_null() {
            let (before, after) = (self.rounding.of(layout), self.rounding.bytes_for(size));
            account::take::<Tracked>(after.saturating_sub(before));
            if after < before {
                account::give::<Tracked>(before - after);
            }
        }
        moved
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: `block` came from `inner` with this layout.
        unsafe { self.inner.dealloc(block, layout) };
        account::give::<Tracked>(self.rounding.of(layout));
    }
}
