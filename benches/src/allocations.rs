//! Counts what a piece of code allocates on its own thread.
//!
//! While nothing is counted an allocation costs one more load and a branch: the measured calls must
//! not pay for the counters.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What was allocated while something ran.
#[derive(Clone, Copy, Default)]
pub struct Allocated {
    pub count: u64,
    /// Bytes that were asked for and not given back; negative if more was given back.
    pub bytes_kept: i64,
}

/// Runs `code` and counts the allocations of this thread.
pub fn count<R>(code: impl FnOnce() -> R) -> (R, Allocated) {
    COUNTING.fetch_add(1, Ordering::Relaxed);
    let before = TOTAL.get();
    let result = code();
    let after = TOTAL.get();
    COUNTING.fetch_sub(1, Ordering::Relaxed);
    let difference = Allocated {
        count: after.count - before.count,
        bytes_kept: after.bytes_kept - before.bytes_kept,
    };
    (result, difference)
}

struct Counted;

#[global_allocator]
static ALLOCATOR: Counted = Counted;

/// How many threads want to know.
static COUNTING: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    // Constant and without a destructor: reading it allocates nothing, at any time of a thread.
    static TOTAL: Cell<Allocated> = const {
        Cell::new(Allocated { count: 0, bytes_kept: 0 })
    };
}

impl Counted {
    fn note(allocations: u64, bytes: i64) {
        if COUNTING.load(Ordering::Relaxed) == 0 {
            return;
        }
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

// SAFETY: every request goes to `System` as it came, and its answer back; the counters are plain
// thread-local numbers, which neither allocate nor unwind.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::note(1, signed(layout.size()));
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::note(1, signed(layout.size()));
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::note(1, signed(size) - signed(layout.size()));
        // SAFETY: `block` came from `System`; the caller keeps the contract of `realloc`.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        Self::note(0, -signed(layout.size()));
        // SAFETY: `block` came from `System` with this layout.
        unsafe { System.dealloc(block, layout) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;

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
