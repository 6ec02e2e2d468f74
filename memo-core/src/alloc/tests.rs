//! The wrappers called directly, over allocators that are installed nowhere: nothing else in this
//! program writes to their ledgers, so that all figures are exact.
#![allow(unsafe_code, reason = "allocators are called as their contract says")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use super::account::{self, Book, COUNTED, HOME, Limits, Tracked};
use super::{Limited, Rounding, Tracking};
use crate::sync::StaticMutex;

mod limit;
mod spy;

const TRACKING: Tracking = Tracking::new(System);

/// Room of a thread, as a size.
#[allow(clippy::cast_possible_truncation, reason = "64 KiB")]
const ROOM: usize = HOME as usize;

/// Runs one test at a time, each on a thread that has ended before the next begins: what a thread
/// has not told yet would disturb the others.
fn alone(test: fn()) {
    static ONE: StaticMutex<()> = StaticMutex::new(());
    let _one = ONE.lock();
    let done = thread::spawn(test).join();
    super::set_limit(usize::MAX);
    if let Err(panic) = done {
        std::panic::resume_unwind(panic);
    }
}

/// A block of an allocator, freed when it is dropped.
struct Block<'a, A: GlobalAlloc> {
    from: &'a A,
    start: NonNull<u8>,
    layout: Layout,
}

// SAFETY: the block is owned, and allocators can be used from all threads.
unsafe impl<A: GlobalAlloc + Sync> Send for Block<'_, A> {}

impl<'a, A: GlobalAlloc> Block<'a, A> {
    fn of(from: &'a A, size: usize) -> Option<Self> {
        let layout = Layout::from_size_align(size, 8).unwrap();
        // SAFETY: no test asks for 0 bytes.
        let start = NonNull::new(unsafe { from.alloc(layout) })?;
        Some(Self {
            from,
            start,
            layout,
        })
    }

    fn resize(&mut self, size: usize) -> bool {
        // SAFETY: the block came from there with this layout; sizes are small and not 0.
        let moved = unsafe { self.from.realloc(self.start.as_ptr(), self.layout, size) };
        let Some(moved) = NonNull::new(moved) else {
            return false;
        };
        self.start = moved;
        self.layout = Layout::from_size_align(size, 8).unwrap();
        true
    }
}

impl<A: GlobalAlloc> Drop for Block<'_, A> {
    fn drop(&mut self) {
        // SAFETY: the block came from there with this layout.
        unsafe { self.from.dealloc(self.start.as_ptr(), self.layout) };
    }
}

/// A thread's own bytes, the program's, and the count of allocations.
fn figures<B: Book>() -> (i64, usize, u64) {
    (
        account::thread_allocated::<B>(),
        account::allocated_bytes::<B>(),
        account::allocations::<B>(),
    )
}

/// The same sequence in both books: sizes below and beyond a thread's room.
fn sequence<B: Book>(allocator: &impl GlobalAlloc) {
    let (own, all, count) = figures::<B>();
    let at = |bytes: usize, blocks: u64| {
        let own = own + i64::try_from(bytes).unwrap();
        assert_eq!(figures::<B>(), (own, all + bytes, count + blocks));
    };
    let mut small = Block::of(allocator, 100).unwrap();
    at(100, 1);
    let large = Block::of(allocator, 3 * ROOM).unwrap();
    at(100 + 3 * ROOM, 2);
    assert!(small.resize(5 * ROOM));
    at(8 * ROOM, 3);
    drop(large);
    at(5 * ROOM, 3);
    assert!(small.resize(10));
    at(10, 4);
    drop(small);
    at(0, 4);
    for turn in 1..=2 * COUNTED {
        drop(Block::of(allocator, 1));
        at(0, 4 + turn);
    }
}

#[test]
fn one_thread_is_counted_to_the_byte() {
    alone(|| sequence::<Tracked>(&TRACKING));
    alone(|| sequence::<Limits>(&Limited::new(System)));
}

#[test]
fn an_allocator_of_each_kind_counts_for_itself() {
    alone(|| {
        let both = Limited::new(TRACKING);
        sequence::<Tracked>(&both);
        sequence::<Limits>(&both);
        sequence::<Limits>(&Tracking::new(Limited::new(System)));
    });
}

#[test]
fn sizes_are_rounded_as_they_are_said_to_be() {
    alone(|| {
        let slabs = TRACKING.with_rounding(Rounding::multiples(8, 64, 128));
        let before = account::thread_allocated::<Tracked>();
        let since = || account::thread_allocated::<Tracked>() - before;
        let mut block = Block::of(&slabs, 1).unwrap();
        assert_eq!(since(), 128);
        assert!(block.resize(121));
        assert_eq!(since(), 192);
        assert!(block.resize(120));
        assert_eq!(since(), 128);
        drop(block);
        assert_eq!(since(), 0);
    });
}

#[test]
fn the_peak_stays_when_bytes_go() {
    alone(|| {
        let (peak, before) = (account::peak_bytes::<Tracked>(), figures::<Tracked>().1);
        let mut block = Block::of(&TRACKING, peak + 10 * ROOM).unwrap();
        assert!(block.resize(peak + 20 * ROOM) && block.resize(1));
        drop(block);
        let highest = account::peak_bytes::<Tracked>();
        assert_eq!(highest, before + peak + 20 * ROOM);
        // A few bytes more for a moment are within what a thread keeps to itself.
        let _block = Block::of(&TRACKING, highest - before).unwrap();
        drop(Block::of(&TRACKING, ROOM));
        let seen = account::peak_bytes::<Tracked>() - highest;
        let is_told_at_once = !cfg!(target_os = "linux");
        assert_eq!(seen, if is_told_at_once { ROOM } else { 0 });
        let _rest = Block::of(&TRACKING, ROOM).unwrap();
        assert_eq!(account::peak_bytes::<Tracked>(), highest + ROOM);
    });
}

#[test]
fn what_another_thread_frees_is_missing_there() {
    alone(|| {
        let before = figures::<Tracked>();
        let block = Block::of(&TRACKING, 1_000).unwrap();
        let freed = thread::spawn(move || {
            drop(block);
            account::thread_allocated::<Tracked>()
        });
        assert_eq!(freed.join().unwrap(), -1_000);
        assert_eq!(account::thread_allocated::<Tracked>(), before.0 + 1_000);
        assert_eq!(account::allocated_bytes::<Tracked>(), before.1);
    });
}

const THREADS: usize = 8;

/// What a thread does: some of the blocks stay until the end.
fn work<A: GlobalAlloc>(allocator: &A, seed: usize) -> Vec<Block<'_, A>> {
    let turns = if cfg!(miri) { 100 } else { 10_000 };
    let sizes = (0..turns).map(|turn| 1 + (turn * 7_919 + seed * 104_729) % 900);
    let mut kept = Vec::new();
    for (turn, size) in sizes.enumerate() {
        let block = Block::of(allocator, size).unwrap();
        if turn % 3 == 0 {
            kept.push(block);
        }
    }
    kept
}

fn threads<B: Book>(allocator: &'static (impl GlobalAlloc + Sync)) {
    static HELD: AtomicUsize = AtomicUsize::new(0);
    HELD.store(0, Ordering::Relaxed);
    let before = figures::<B>();
    let meet = Arc::new(Barrier::new(THREADS + 1));
    let run = |seed| {
        let meet = Arc::clone(&meet);
        move || {
            let kept = work(allocator, seed);
            let held: usize = kept.iter().map(|block| block.layout.size()).sum();
            HELD.fetch_add(held, Ordering::Relaxed);
            meet.wait();
            meet.wait();
            kept
        }
    };
    let running: Vec<_> = (0..THREADS).map(|seed| thread::spawn(run(seed))).collect();
    meet.wait();
    let held = HELD.load(Ordering::Relaxed);
    let counted = account::allocated_bytes::<B>() - before.1;
    let slack = THREADS * if B::PREPAID { 2 * ROOM } else { ROOM };
    assert!(counted.abs_diff(held) <= slack, "{counted}, truly {held}");
    meet.wait();

    let kept: Vec<_> = running
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect();
    // They have ended, so nothing is left that they alone know.
    assert_eq!(account::allocated_bytes::<B>() - before.1, held);
    drop(kept);
    assert_eq!(account::allocated_bytes::<B>(), before.1);
    let turns = if cfg!(miri) { 100 } else { 10_000 };
    assert_eq!(account::allocations::<B>() - before.2, 8 * turns);
}

#[test]
fn many_threads_add_up() {
    static LIMITED: Limited = Limited::new(System);
    alone(|| threads::<Tracked>(&TRACKING));
    alone(|| threads::<Limits>(&LIMITED));
}

#[test]
fn a_thread_past_its_end_tells_of_each_allocation() {
    alone(|| {
        let before = figures::<Tracked>();
        let late = || {
            let kept = Block::of(&TRACKING, 10).unwrap();
            account::close_all();
            let more = Block::of(&TRACKING, 20).unwrap();
            assert_eq!(
                Tracked::ledger().bytes(),
                account::thread_allocated::<Tracked>()
            );
            assert_eq!(account::thread_allocated::<Tracked>(), 30);
            (kept, more)
        };
        let told = Tracked::ledger().bytes();
        let kept = thread::spawn(late).join().unwrap();
        assert_eq!(Tracked::ledger().bytes(), told + 30);
        drop(kept);
        assert_eq!(account::allocated_bytes::<Tracked>(), before.1);
    });
}
