//! The allocator that counts, installed for a whole program.
#![allow(
    clippy::disallowed_types,
    reason = "a lock around tests, not around caches"
)]

use std::cell::RefCell;
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

use memo_core::alloc::{self, Tracking};

#[global_allocator]
static ALLOCATOR: Tracking = Tracking::system();

/// What the test harness and small tests may allocate while one looks at the program's figures, with
/// what their threads have not told.
const NOISE: usize = 2 << 20;

/// One at a time: those that look at the program's figures, and those that allocate much.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Bytes that this thread keeps of what `make` allocates.
fn kept_by<R>(make: impl FnOnce() -> R) -> (R, i64) {
    let before = alloc::thread_allocated();
    let result = make();
    (result, alloc::thread_allocated().wrapping_sub(before))
}

/// What is counted for a block of that size.
fn rounded(size: usize) -> i64 {
    i64::try_from(alloc::Rounding::SYSTEM.bytes_for(size)).unwrap()
}

#[test]
fn it_is_known_to_be_installed() {
    assert!(alloc::is_tracking());
    assert_eq!(alloc::limit(), usize::MAX);
}

#[test]
fn clones_are_measured_to_the_byte() {
    let (text, bytes) = kept_by(|| black_box("a key of some length").repeat(10));
    assert_eq!(bytes, rounded(200));
    let (number, bytes) = kept_by(|| Box::new(black_box(1_u64)));
    assert_eq!(bytes, rounded(8));
    let shared = Arc::new(text.clone());
    let (copy, bytes) = kept_by(|| Arc::clone(&shared));
    assert_eq!(bytes, 0);

    let nested: Vec<Vec<u16>> = (0..20).map(|size| vec![7; size]).collect();
    let (clone, bytes) = kept_by(|| nested.clone());
    // An empty list has no block.
    let inner: i64 = (1..20).map(|size| rounded(2 * size)).sum();
    assert_eq!(bytes, rounded(20 * size_of::<Vec<u16>>()) + inner);

    let map: HashMap<u32, String> = (0..50).map(|key| (key, key.to_string())).collect();
    let (twin, bytes) = kept_by(|| map.clone());
    let ((), freed) = kept_by(|| drop((twin, clone, copy, number, text)));
    assert!(bytes >= 50 * (rounded(1) + 8) && freed < -bytes);
}

#[test]
fn lists_that_grow_and_shrink_are_counted_once() {
    let _alone = alone();
    let (mut list, bytes) = kept_by(|| Vec::<u8>::with_capacity(1_000));
    assert_eq!(bytes, rounded(1_000));
    for size in [1_100, 1 << 20, 10 << 20, 50, 5_000] {
        let before = alloc::thread_allocated() - rounded(list.capacity());
        list.shrink_to(size);
        list.reserve_exact(size);
        assert_eq!(alloc::thread_allocated() - before, rounded(size));
    }
}

#[test]
fn totals_and_the_peak_follow_large_blocks() {
    const LARGE: usize = 64 << 20;
    let _alone = alone();
    let before = alloc::allocated_bytes();
    let count = alloc::allocations();
    // Nobody writes to it, so the system gives no memory.
    let block = Vec::<u8>::with_capacity(LARGE);
    let with = alloc::allocated_bytes();
    drop(block);
    let after = alloc::allocated_bytes();
    assert!((with - before).abs_diff(LARGE) < NOISE && after.abs_diff(before) < NOISE);
    assert!(alloc::peak_bytes() >= LARGE && alloc::allocations() > count);
}

const THREADS: usize = 100;
/// Less than a thread must tell: all of it is counted only if none of it is lost when threads end.
const EACH: usize = 60_000;

/// What threads that have ended have left.
fn left_by_threads(leave: fn(mpsc::Sender<Vec<u8>>)) {
    let _alone = alone();
    let before = alloc::allocated_bytes();
    let (sender, receiver) = mpsc::channel();
    for _ in 0..THREADS {
        let sender = sender.clone();
        thread::spawn(move || leave(sender)).join().unwrap();
    }
    drop(sender);
    let left: Vec<_> = receiver.iter().collect();
    assert_eq!(left.len(), THREADS);
    let counted = alloc::allocated_bytes().saturating_sub(before);
    assert!(counted.abs_diff(THREADS * EACH) < NOISE, "{counted}");
    drop(left);
    let counted = alloc::allocated_bytes();
    assert!(counted.abs_diff(before) < NOISE, "{before}, then {counted}");
}

#[test]
fn threads_that_have_ended_are_counted() {
    left_by_threads(|sender| sender.send(Vec::with_capacity(EACH)).unwrap());
}

/// Allocates when its thread ends.
struct Late(mpsc::Sender<Vec<u8>>);

impl Drop for Late {
    fn drop(&mut self) {
        let before = alloc::thread_allocated();
        let list = Vec::with_capacity(EACH);
        assert_eq!(alloc::thread_allocated() - before, rounded(EACH));
        self.0.send(list).unwrap();
    }
}

#[test]
fn destructors_of_thread_locals_are_counted() {
    thread_local! {
        static LATE: RefCell<Option<Late>> = const { RefCell::new(None) };
    }
    left_by_threads(|sender| LATE.set(Some(Late(sender))));
}

/// In the destructor of a key that is younger than the allocator's own, which comes after it.
#[cfg(target_os = "linux")]
#[test]
fn the_last_destructors_of_a_thread_are_counted() {
    use std::ffi::c_void;
    use std::sync::OnceLock;

    extern "C" fn last(late: *mut c_void) {
        // SAFETY: the value is the box that was given to the key, which nobody else has.
        drop(unsafe { Box::from_raw(late.cast::<Late>()) });
    }
    static KEY: OnceLock<libc::pthread_key_t> = OnceLock::new();
    left_by_threads(|sender| {
        let key = *KEY.get_or_init(|| {
            let mut key = 0;
            // SAFETY: the key is written to where it is told to; the destructor takes its values.
            let failure = unsafe { libc::pthread_key_create(&raw mut key, Some(last)) };
            assert_eq!(failure, 0);
            key
        });
        let late = Box::into_raw(Box::new(Late(sender)));
        // SAFETY: the key was created; its destructor is the only one to use the value.
        let failure = unsafe { libc::pthread_setspecific(key, late.cast()) };
        assert_eq!(failure, 0);
    });
}

#[test]
fn running_threads_are_off_by_no_more_than_they_may_keep() {
    const RUNNING: usize = 16;
    // Told until the last step, which is not.
    const HELD: usize = 10 << 20;
    static TRUTH: AtomicUsize = AtomicUsize::new(0);
    let _alone = alone();
    let meet = Arc::new(Barrier::new(RUNNING + 1));
    let before = alloc::allocated_bytes();
    let run = |meet: Arc<Barrier>| {
        let sizes = (0..).map(|turn| 100 + turn * 37 % 3_000);
        let mut held = 0;
        let mut blocks = Vec::with_capacity(20_000);
        for size in sizes.take_while(|_| alloc::thread_allocated() < 10 << 20) {
            held += alloc::Rounding::SYSTEM.bytes_for(size);
            blocks.push(vec![0_u8; size]);
        }
        TRUTH.fetch_add(
            held + blocks.capacity() * size_of::<Vec<u8>>(),
            Ordering::Relaxed,
        );
        meet.wait();
        meet.wait();
        drop(blocks);
    };
    let threads: Vec<_> = (0..RUNNING)
        .map(|_| {
            thread::spawn({
                let meet = Arc::clone(&meet);
                move || run(meet)
            })
        })
        .collect();
    meet.wait();
    let counted = alloc::allocated_bytes().saturating_sub(before);
    let truth = TRUTH.load(Ordering::Relaxed);
    assert!(truth >= RUNNING * HELD - NOISE);
    let bound = RUNNING * (64 << 10) + NOISE;
    assert!(counted.abs_diff(truth) < bound, "{counted}, truly {truth}");
    meet.wait();
    for thread in threads {
        thread.join().unwrap();
    }
    assert!(alloc::allocated_bytes().abs_diff(before) < NOISE);
}

/// The formula is what `malloc` really sets aside, for blocks that it takes from its own memory.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn the_formula_for_glibc_is_true() {
    for size in (1..3_000).chain([10_000, 65_537, 100_001]) {
        let mut block = Vec::<u8>::with_capacity(size);
        // SAFETY: the block came from `malloc`, by way of the system's allocator.
        let usable = unsafe { libc::malloc_usable_size(block.as_mut_ptr().cast()) };
        let counted = alloc::Rounding::GLIBC.bytes_for(size);
        let header = size_of::<usize>();
        // A rest too small for a block of its own is left with it.
        assert!(
            (counted..=counted + 16).contains(&(usable + header)),
            "{size}: {usable}"
        );
    }
}
