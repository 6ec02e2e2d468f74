//! The allocator that refuses, installed for a whole program, and over the one that counts.
//!
//! The limit holds for the test harness, too, which would abort: blocks are large, and the limit is
//! such that what is left is enough for it.
#![allow(
    clippy::disallowed_types,
    reason = "a lock around tests, not around caches"
)]

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use memo_core::alloc::{self, Limited, Tracking};

#[global_allocator]
static ALLOCATOR: Limited<Tracking> =
    Limited::new(Tracking::system()).with_rounding(alloc::Rounding::SYSTEM);

/// Less than this is never left.
const SPARE: usize = 4 << 20;
const BLOCK: usize = 8 << 20;

/// While it is there, so many blocks can be had and not one more.
struct Limit(#[expect(dead_code, reason = "one limit at a time")] MutexGuard<'static, ()>);

impl Limit {
    fn of_blocks(count: usize) -> Self {
        static ONE: Mutex<()> = Mutex::new(());
        let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        alloc::set_limit(alloc::allocated_bytes() + count * BLOCK + SPARE);
        Self(one)
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        alloc::set_limit(usize::MAX);
    }
}

fn block() -> Option<Vec<u8>> {
    let mut list = Vec::new();
    list.try_reserve_exact(BLOCK).ok().map(|()| list)
}

#[test]
fn what_is_refused_is_an_error() {
    let _limit = Limit::of_blocks(3);
    let blocks = [block(), block(), block()];
    assert!(blocks.iter().all(Option::is_some));
    assert!(block().is_none());
    assert!(String::new().try_reserve(BLOCK).is_err());
    drop(blocks);
    assert!(block().is_some());
}

#[test]
fn a_list_that_may_not_grow_keeps_what_it_has() {
    let _limit = Limit::of_blocks(3);
    let mut list = block().unwrap();
    list.extend_from_slice(b"memo");
    assert!(list.try_reserve_exact(4 * BLOCK).is_err());
    assert_eq!((list.as_slice(), list.capacity()), (&b"memo"[..], BLOCK));
    assert!(list.try_reserve_exact(3 * BLOCK).is_ok());
    assert!(block().is_none());
    list.shrink_to_fit();
    assert!(block().is_some() && list == b"memo");
}

#[test]
fn a_lower_limit_holds_from_then_on() {
    let _limit = Limit::of_blocks(4);
    let first = block().unwrap();
    let second = block();
    assert!(second.is_some());
    drop(second);
    alloc::set_limit(alloc::limit() - 3 * BLOCK);
    assert!(block().is_none(), "the first is still there");
    drop(first);
    let second = block();
    assert!(second.is_some() && block().is_none());
}

/// Both count the same: the counters that are asked are those of the inner one.
#[test]
fn nested_allocators_do_not_count_twice() {
    let before = alloc::thread_allocated();
    let block = vec![0_u8; 1_000];
    let bytes = alloc::Rounding::SYSTEM.bytes_for(1_000);
    assert_eq!(
        alloc::thread_allocated() - before,
        i64::try_from(bytes).unwrap()
    );
    drop(block);
    assert_eq!(alloc::thread_allocated(), before);
}

#[test]
fn threads_hammer_at_the_limit() {
    const MOST: usize = 5;
    static HELD: AtomicUsize = AtomicUsize::new(0);
    static REFUSED: AtomicUsize = AtomicUsize::new(0);
    let _limit = Limit::of_blocks(MOST);
    let hammer = || {
        let mut kept = Vec::new();
        for turn in 0..2_000 {
            if let Some(block) = block() {
                // Counted while it is held, never longer.
                let held = HELD.fetch_add(1, Ordering::Relaxed) + 1;
                assert!(held <= MOST, "{held} blocks");
                kept.push(block);
            } else {
                REFUSED.fetch_add(1, Ordering::Relaxed);
            }
            if turn % 3 == 0 && !kept.is_empty() {
                HELD.fetch_sub(1, Ordering::Relaxed);
                kept.pop();
            }
        }
        HELD.fetch_sub(kept.len(), Ordering::Relaxed);
    };
    let threads: Vec<_> = (0..8).map(|_| thread::spawn(hammer)).collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert!(REFUSED.load(Ordering::Relaxed) > 0);
    let all: Vec<_> = (0..MOST).map(|_| block()).collect();
    assert!(all.iter().all(Option::is_some) && block().is_none());
}

/// Asks for more than there is when its thread ends.
struct Late;

static REFUSED_LATE: AtomicUsize = AtomicUsize::new(0);

impl Drop for Late {
    fn drop(&mut self) {
        let mut blocks = Vec::new();
        blocks.extend((0..3).map_while(|_| block()));
        if blocks.len() == 2 {
            REFUSED_LATE.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[test]
fn the_limit_holds_while_a_thread_ends() {
    thread_local! {
        static LATE: RefCell<Option<Late>> = const { RefCell::new(None) };
    }
    let _limit = Limit::of_blocks(2);
    for _ in 0..10 {
        thread::spawn(|| LATE.set(Some(Late))).join().unwrap();
    }
    assert_eq!(REFUSED_LATE.load(Ordering::Relaxed), 10);
    assert!(block().is_some());
}
