//! The allocator that refuses.
#![allow(unsafe_code, reason = "an allocator over another one")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr;

use super::account::{self, Limits};
use super::rounding::Rounding;

/// An allocator that refuses what would go beyond the program's limit, and counts the rest.
///
/// The limit is set by [`set_limit`](super::set_limit), and holds for the bytes that all threads
/// have allocated: it is never exceeded, see the [module](super). What is refused is seen
/// as an error by `Vec::try_reserve` and its like; other allocations abort the program, as they do
/// when memory runs out.
///
/// A block that grows needs room for the difference only. If that is refused it stays as it is.
/// Freeing always works.
///
/// ```
/// use memokit::alloc::{self, Limited};
///
/// #[global_allocator]
/// static ALLOCATOR: Limited = Limited::system();
///
/// alloc::set_limit(16 << 20);
/// let mut list = vec![7_u8; 1 << 20];
/// assert!(list.try_reserve(16 << 20).is_err());
/// assert_eq!(list[0], 7);
/// ```
///
/// It may wrap a [`Tracking`](super::Tracking), which then counts what was not refused; there is no
/// other use in that, since this one has the same counters.
#[derive(Clone, Copy, Debug)]
pub struct Limited<A = System> {
    inner: A,
    rounding: Rounding,
}

impl Limited {
    /// Limits what the system's allocator hands out, as it [rounds](Rounding::SYSTEM).
    #[must_use]
    pub const fn system() -> Self {
        Self::new(System).with_rounding(Rounding::SYSTEM)
    }
}

impl Default for Limited {
    fn default() -> Self {
        Self::system()
    }
}

impl<A> Limited<A> {
    /// Limits what `inner` hands out: the bytes that it is asked for, unless
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

    /// Has a block made if there is room for so many bytes.
    #[inline(always)]
    fn within(bytes: usize, make: impl FnOnce() -> *mut u8) -> *mut u8 {
        if !account::take::<Limits>(bytes) {
            return ptr::null_mut();
        }
        let block = make();
        if block.is_null() {
            account::take_back::<Limits>(bytes);
        }
        block
    }
}

// SAFETY: what is not refused goes to `inner` as it came, and its answer back; what is refused is
// null, as the contract has it, and has touched nothing. Counting does not unwind and allocates
// nothing.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Limited<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc`.
        let make = || unsafe { self.inner.alloc(layout) };
        Self::within(self.rounding.of(layout), make)
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        let make = || unsafe { self.inner.alloc_zeroed(layout) };
        Self::within(self.rounding.of(layout), make)
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let (before, after) = (self.rounding.of(layout), self.rounding.bytes_for(size));
        // SAFETY: `block` came from `inner` with this layout; the caller keeps the contract of
        // `realloc`. It is called at most once, and if it is not the block stays as it is.
        let make = || unsafe { self.inner.realloc(block, layout, size) };
        let moved = Self::within(after.saturating_sub(before), make);
        if !moved.is_null() && after < before {
            account::give::<Limits>(before - after);
        }
        moved
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: `block` came from `inner` with this layout.
        unsafe { self.inner.dealloc(block, layout) };
        account::give::<Limits>(self.rounding.of(layout));
    }
}
