//! An allocator that counts.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::sync::atomic::{AtomicIsize, Ordering};

/// The system's allocator, with counts of what it is asked for.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static LIVE: Cell<isize> = const { Cell::new(0) };
}

static ALL_LIVE: AtomicIsize = AtomicIsize::new(0);

fn count(allocations: u64, bytes: usize, sign: isize) {
    let bytes = sign * bytes.cast_signed();
    ALL_LIVE.fetch_add(bytes, Ordering::Relaxed);
    // While a thread is torn down its counters are gone, and nobody asks for them any more.
    let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + allocations));
    let _ = LIVE.try_with(|live| live.set(live.get() + bytes));
}

// SAFETY: every call is passed on to the system's allocator as it is. Counting does not allocate:
// the counters are an atomic and plain cells, initialised when the program is compiled, without
// destructors. `realloc` is the default, which calls these two.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size(), 1);
        // SAFETY: the caller keeps the same contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, layout.size(), -1);
        // SAFETY: as above; the pointer comes from the system's allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations of this thread while `f` runs.
pub(crate) fn allocations_in(f: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.get();
    f();
    ALLOCATIONS.get() - before
}

/// Bytes that this thread has allocated and not freed.
pub(crate) fn live() -> isize {
    LIVE.get()
}

/// The same, of all threads.
pub(crate) fn all_live() -> isize {
    ALL_LIVE.load(Ordering::Relaxed)
}

#[test]
fn the_counters_count() {
    let live = LIVE.get();
    let mut text = None;
    let made = allocations_in(|| text = Some(black_box("memo".to_owned())));
    assert_eq!((made, LIVE.get() - live), (1, 4));
    drop(text);
    assert_eq!(LIVE.get(), live);
}
