//! Counts what a piece of code allocates on its own thread.
//!
//! While nothing is counted an allocation costs one more load and a branch: the measured calls must
//! not pay for the counters.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};

use memokit::alloc::Tracking;

/// What was allocated while something ran.
#[derive(Clone, Copy, Default)]
pub struct Allocated {
    pub count: u64,
    /// Bytes that were asked for and not given back; negative if more was given back.
    pub bytes_kept: i64,
}

/// Runs `code` and counts the allocations of this thread.
pub fn count<R>(code: impl FnOnce() -> R) -> (R, Allocated) {
    STATE.fetch_add(1, Ordering::Relaxed);
    let before = TOTAL.get();
    let result = code();
    let after = TOTAL.get();
    STATE.fetch_sub(1, Ordering::Relaxed);
    let difference = Allocated {
        count: after.count - before.count,
        bytes_kept: after.bytes_kept - before.bytes_kept,
    };
    (result, difference)
}

/// From now on, what the process allocates goes through [`Tracking`], as if that were installed. It hands
/// out the system's blocks as they are, so each can be freed with or without it.
pub fn track() {
    STATE.fetch_or(TRACKED, Ordering::Relaxed);
    // It says that it is there as soon as it has something to count.
    drop(black_box(Box::new(0_u8)));
}

struct Counted;

#[global_allocator]
static ALLOCATOR: Counted = Counted;

static TRACKING: Tracking = Tracking::system();

/// How many threads want to know, and [`TRACKED`]. As long as it is 0, there is nothing to do.
static STATE: AtomicUsize = AtomicUsize::new(0);

const TRACKED: usize = 1 << (usize::BITS - 1);

thread_local! {
    // Constant and without a destructor: reading it allocates nothing, at any time of a thread.
    static TOTAL: Cell<Allocated> = const {
        Cell::new(Allocated { count: 0, bytes_kept: 0 })
    };
}

impl Counted {
    /// Whether blocks go through [`TRACKING`].
    #[inline]
    fn note(allocations: u64, bytes: i64) -> bool {
        let state = STATE.load(Ordering::Relaxed);
        if state != 0 {
            Self::add(allocations, bytes);
        }
        state & TRACKED != 0
    }

    fn add(allocations: u64, bytes: i64) {
        let Allocated { count, bytes_kept } = TOTAL.get();
        TOTAL.set(Allocated {
            count: count + allocations,
            bytes_kept: bytes_kept + bytes,
        });
    }
}

fn signed(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

// SAFETY: every request goes to `System` as it came, by way of `TRACKING` or not, and its answer back; the
// counters are plain thread-local numbers, which neither allocate nor unwind.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if Self::note(1, signed(layout.size())) {
            // SAFETY: the caller keeps the contract of `alloc`.
            unsafe { TRACKING.alloc(layout) }
        } else {
            // SAFETY: the caller keeps the contract of `alloc`.
            unsafe { System.alloc(layout) }
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if Self::note(1, signed(layout.size())) {
            // SAFETY: the caller keeps the contract of `alloc_zeroed`.
            unsafe { TRACKING.alloc_zeroed(layout) }
        } else {
            // SAFETY: the caller keeps the contract of `alloc_zeroed`.
            unsafe { System.alloc_zeroed(layout) }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if Self::note(1, signed(size) - signed(layout.size())) {
            // SAFETY: `block` came from `System`; the caller keeps the contract of `realloc`.
            unsafe { TRACKING.realloc(block, layout, size) }
        } else {
            // SAFETY: `block` came from `System`; the caller keeps the contract of `realloc`.
            unsafe { System.realloc(block, layout, size) }
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if Self::note(0, -signed(layout.size())) {
            // SAFETY: `block` came from `System` with this layout.
            unsafe { TRACKING.dealloc(block, layout) }
        } else {
            // SAFETY: `block` came from `System` with this layout.
            unsafe { System.dealloc(block, layout) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allocations_and_kept_bytes_are_told_apart() {
        let (kept, allocated) = count(|| {
            drop(black_box(Box::new([0_u8; 100])));
            black_box(Box::new([0_u8; 10]))
        });
        assert_eq!((allocated.count, allocated.bytes_kept), (2, 10));
        let ((), freed) = count(|| drop(kept));
        assert_eq!((freed.count, freed.bytes_kept), (0, -10));
    }

    #[test]
    fn a_growing_block_is_counted_once() {
        let (list, allocated) = count(|| {
            let mut list = Vec::<u8>::with_capacity(8);
            list.reserve_exact(black_box(64));
            list
        });
        assert_eq!((allocated.count, allocated.bytes_kept), (2, 64));
        assert_eq!(list.capacity(), 64);
    }
}
