//! What is refused, and when.

use super::*;
use crate::alloc::{limit, set_limit};

static LIMITED: Limited = Limited::new(System);

fn allocated() -> usize {
    account::allocated_bytes::<Limits>()
}

#[test]
fn one_thread_gets_exactly_what_the_limit_allows() {
    alone(|| {
        // With no room, with some, and with all that a thread can have.
        for more in [1, 1_000, ROOM, 10 * ROOM] {
            set_limit(allocated() + more);
            let all = Block::of(&LIMITED, more).unwrap();
            assert!(Block::of(&LIMITED, 1).is_none());
            assert_eq!(allocated(), limit());
            drop(all);
            let halves = [more.div_ceil(2), more / 2].map(|half| half.max(1));
            let first = Block::of(&LIMITED, halves[0]);
            assert!(first.is_some() && Block::of(&LIMITED, halves[0] + 1).is_none());
            assert_eq!(Block::of(&LIMITED, halves[1]).is_some(), more > 1);
        }
    });
}

#[test]
fn a_block_that_may_not_grow_stays() {
    alone(|| {
        set_limit(allocated() + 10 * ROOM);
        let mut block = Block::of(&LIMITED, 4 * ROOM).unwrap();
        // SAFETY: the block is that large.
        unsafe { block.start.write(42) };
        assert!(!block.resize(11 * ROOM));
        // SAFETY: a refused block is as it was.
        assert_eq!(unsafe { block.start.read() }, 42);
        // Only the difference needs room.
        assert!(block.resize(10 * ROOM) && !block.resize(10 * ROOM + 1));
        assert!(block.resize(ROOM) && block.resize(10 * ROOM));
        // SAFETY: as above.
        assert_eq!(unsafe { block.start.read() }, 42);
    });
}

#[test]
fn a_limit_below_what_is_there_takes_nothing_away() {
    alone(|| {
        let before = allocated();
        let blocks = [5 * ROOM, 5 * ROOM].map(|size| Block::of(&LIMITED, size).unwrap());
        for low in [before + 6 * ROOM, 1, 0] {
            set_limit(low);
            assert_eq!(allocated(), before + 10 * ROOM);
            assert!(Block::of(&LIMITED, 3 * ROOM).is_none());
        }
        set_limit(before + 6 * ROOM);
        let [one, two] = blocks;
        drop(one);
        assert!(Block::of(&LIMITED, 2 * ROOM).is_none());
        assert!(Block::of(&LIMITED, ROOM).is_some());
        drop(two);
        assert!(Block::of(&LIMITED, 6 * ROOM).is_some());
    });
}

#[test]
fn no_size_overflows() {
    alone(|| {
        let before = figures::<Limits>();
        let rounded = LIMITED.with_rounding(Rounding::GLIBC);
        let most = isize::MAX as usize - 7;
        // Miri stops where the system would say no.
        let limits = [0, 1, most - 1, usize::MAX - 1, usize::MAX];
        for limit in limits.into_iter().take(if cfg!(miri) { 3 } else { 5 }) {
            set_limit(limit);
            assert!(Block::of(&rounded, most).is_none());
            assert_eq!(figures::<Limits>(), before);
        }
        set_limit(most);
        assert!(
            !account::take::<Limits>(most + 1_000),
            "more than a number of the ledger"
        );
    });
}

#[test]
fn threads_that_get_no_room_count_all_the_same() {
    alone(|| {
        let _keeper = Block::of(&LIMITED, 1).unwrap();
        let before = allocated();
        set_limit(Limits::ledger().bytes().unsigned_abs().try_into().unwrap());
        let refused = thread::spawn(|| Block::of(&LIMITED, 1).is_none());
        assert!(refused.join().unwrap());
        set_limit(limit() + 100);
        let kept = thread::spawn(|| Block::of(&LIMITED, 60).unwrap());
        let kept = kept.join().unwrap();
        assert_eq!(allocated(), before + 60);
        let refused = thread::spawn(|| Block::of(&LIMITED, 60).is_none());
        assert!(refused.join().unwrap());
        drop(kept);
        assert_eq!(allocated(), before);
    });
}

/// Bytes in the blocks of [`hammer`], counted before they are freed and after they were allocated.
static HELD: AtomicUsize = AtomicUsize::new(0);

/// Allocates small blocks until some are refused, again and again.
fn hammer(seed: usize) -> usize {
    let rounds = if cfg!(miri) { 2 } else { 50 };
    let mut refused = 0;
    for round in 0..rounds {
        let mut blocks = Vec::new();
        let mut failures = 0;
        while failures < 20 {
            let turn = blocks.len() + failures;
            let size = 1 + (turn * 7_919 + seed * 104_729 + round) % 5_000;
            let Some(block) = Block::of(&LIMITED, size) else {
                failures += 1;
                continue;
            };
            HELD.fetch_add(size, Ordering::Relaxed);
            assert!(Limits::ledger().bytes() <= i64::try_from(limit()).unwrap());
            blocks.push(block);
        }
        refused += failures;
        let held: usize = blocks.iter().map(|block| block.layout.size()).sum();
        HELD.fetch_sub(held, Ordering::Relaxed);
    }
    refused
}

#[test]
fn the_limit_holds_while_threads_hammer_at_it() {
    alone(|| {
        let before = allocated();
        let most = if cfg!(miri) { 3 * ROOM } else { 40 * ROOM };
        set_limit(before + most);
        let running: Vec<_> = (0..THREADS)
            .map(|seed| thread::spawn(move || hammer(seed)))
            .collect();
        while running.iter().any(|thread| !thread.is_finished()) {
            assert!(HELD.load(Ordering::Relaxed) <= most);
            thread::yield_now();
        }
        for thread in running {
            assert!(thread.join().unwrap() > 0);
        }
        assert_eq!(allocated(), before);
        // All that they had taken in advance has come back.
        assert!(Block::of(&LIMITED, most).is_some());
    });
}
