//! Over an allocator that says what it was asked for, and fails when it is told to.

use super::*;

#[derive(Default)]
struct Spy {
    fails: bool,
}

/// How often zeroed memory was asked for.
static ZEROED: AtomicUsize = AtomicUsize::new(0);

// SAFETY: what does not fail goes to the system's allocator as it came; null is a failure.
unsafe impl GlobalAlloc for Spy {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if self.fails {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        ZEROED.fetch_add(1, Ordering::Relaxed);
        if self.fails {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc_zeroed(layout) }
    }

    /// Fails for more than 1,000 bytes.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if size > 1_000 {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller keeps the contract.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(block, layout) }
    }
}

fn failing() -> Spy {
    Spy { fails: true }
}

fn failures_are_not_counted<B: Book>(allocator: &impl GlobalAlloc) {
    let before = figures::<B>();
    let sizes = [1, 1_000, 3 * ROOM, isize::MAX as usize - 7];
    for size in sizes {
        assert!(Block::of(allocator, size).is_none());
        let layout = Layout::from_size_align(size, 8).unwrap();
        // SAFETY: the size is not 0.
        assert!(unsafe { allocator.alloc_zeroed(layout) }.is_null());
        assert_eq!(figures::<B>(), before);
    }
}

#[test]
fn what_fails_is_not_counted() {
    alone(|| failures_are_not_counted::<Tracked>(&Tracking::new(failing())));
    alone(|| failures_are_not_counted::<Limits>(&Limited::new(failing())));
}

fn a_failed_growth_changes_nothing<B: Book>(allocator: &impl GlobalAlloc) {
    let mut block = Block::of(allocator, 16).unwrap();
    let before = figures::<B>();
    assert!(!block.resize(1_001));
    assert!(!block.resize(4 * ROOM));
    assert_eq!(figures::<B>(), before);
    assert!(block.resize(1_000));
}

#[test]
fn growth_that_fails() {
    alone(|| a_failed_growth_changes_nothing::<Tracked>(&Tracking::new(Spy::default())));
    alone(|| a_failed_growth_changes_nothing::<Limits>(&Limited::new(Spy::default())));
}

fn zeroed<B: Book>(allocator: &impl GlobalAlloc) {
    let before = account::thread_allocated::<B>();
    let layout = Layout::from_size_align(500, 64).unwrap();
    // SAFETY: the size is not 0; the block is read within its size, and freed once.
    unsafe {
        let block = allocator.alloc_zeroed(layout);
        assert!(!block.is_null() && block.addr().is_multiple_of(64));
        let bytes = std::slice::from_raw_parts(block, 500);
        assert!(bytes.iter().all(|byte| *byte == 0));
        assert_eq!(account::thread_allocated::<B>(), before + 500);
        allocator.dealloc(block, layout);
    }
    assert_eq!(account::thread_allocated::<B>(), before);
}

#[test]
fn zeroed_memory_is_left_to_the_inner_allocator() {
    alone(|| {
        let before = ZEROED.load(Ordering::Relaxed);
        zeroed::<Tracked>(&Tracking::new(Spy::default()));
        zeroed::<Limits>(&Limited::new(Spy::default()));
        assert_eq!(ZEROED.load(Ordering::Relaxed), before + 2);
    });
}
