//! What one thread keeps for one domain: its pin, its counters, its clock of accesses.
//!
//! A record is written by the thread that has taken it and by nobody else, so a hit needs no atomic
//! read-modify-write. When the thread ends, the next one takes the record over; records are never
//! freed, which is what lets writers walk over them at any time.

use std::sync::OnceLock;
use std::sync::atomic::Ordering;

use super::{Pin, fence, unlikely};
use crate::stats::Tally;
use crate::sync::atomic::{AtomicBool, AtomicU64};
use crate::timing::Turn;

/// One thread's record. As large as what processors fetch together, so that two threads never write
/// to the same cache line.
#[derive(Debug)]
#[repr(align(128))]
pub struct Local {
    /// The epoch at the last pin, whether that is still there, and whether writers fence for this reader:
    /// in one word, as each hit asks.
    state: AtomicU64,
    /// The last tick that this thread has handed out; see [`crate::recency`].
    pub(crate) clock: AtomicU64,
    /// Tells this thread's ticks from those of others.
    pub(crate) mark: u64,
    is_taken: AtomicBool,
    /// In which place of the thread's table it is.
    pub(super) slot: usize,
    pub(super) next: OnceLock<&'static Local>,
    pub(crate) tally: Tally,
    pub(crate) turn: Turn,
}

/// Bits of [`Local::state`] below its epoch: a pin is there.
const PINNED: u64 = 1;
/// The reader fences for itself. Never changes.
const FENCES: u64 = 2;
/// From one epoch to the next.
pub(super) const STEP: u64 = 4;
/// What a domain has beside its epoch, so that readers store what they read: a pin.
pub(super) const BESIDE: u64 = PINNED;

/// Where a reader stands relative to an epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Standing {
    /// All it has begun before the epoch is over.
    Passed,
    /// It is inside a read that began before.
    Reading,
    /// It was outside when it last said anything, which was before the epoch: its next pin may not
    /// be visible yet.
    Idle,
}

impl Local {
    pub(super) fn new(slot: usize, number: u64) -> Self {
        Self {
            state: AtomicU64::new(if fence::is_asymmetric() { 0 } else { FENCES }),
            clock: AtomicU64::new(0),
            mark: crate::recency::thread_mark(number),
            is_taken: AtomicBool::new(true),
            slot,
            next: OnceLock::new(),
            tally: Tally::default(),
            turn: Turn::default(),
        }
    }

    /// Takes the record if its thread has ended.
    pub(super) fn take_over(&self) -> bool {
        // Acquire, with the Release in `release`: counters and clock go on from where they were.
        self.is_taken
            .compare_exchange(false, true, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
    }

    pub(super) fn release(&self) {
        // Release, with the Acquire in `standing`: the reads are over.
        self.is_taken.store(false, Ordering::Release);
    }

    /// Keeps what is in the table from being freed until the pin is dropped; `None` where a pin of
    /// this thread does that already.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn pin(&'static self, epoch: &AtomicU64) -> Option<Pinned> {
        // Relaxed, as in `Pinned::drop`: only this thread writes it.
        let state = self.state.load(Ordering::Relaxed);
        if state & (PINNED | FENCES) == 0 {
            self.enter(epoch, 0);
            fence::light();
            return Some(Pinned(self));
        }
        unlikely();
        if state & PINNED != 0 {
            return None;
        }
        self.enter(epoch, FENCES);
        fence::full();
        Some(Pinned(self))
    }

    /// Notes the epoch, and the pin that is beside it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn enter(&self, epoch: &AtomicU64, fences: u64) {
        // Acquire, with the Release in `Domain::advance`: whoever pins in an epoch sees what was
        // unlinked before it began.
        let pinned = epoch.load(Ordering::Acquire);
        // Release, with the Acquire in `standing`: a later epoch in here says that all earlier
        // reads are over.
        self.state.store(pinned | fences, Ordering::Release);
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn is_pinned(&self) -> bool {
        // Relaxed, as in `Pinned::drop`: only this thread writes it.
        self.state.load(Ordering::Relaxed) & PINNED != 0
    }

    pub(super) fn standing(&self, epoch: u64) -> Standing {
        if !self.is_taken.load(Ordering::Acquire) {
            return Standing::Passed;
        }
        let state = self.state.load(Ordering::Acquire);
        if state & !(STEP - 1) >= epoch {
            Standing::Passed
        } else if state & PINNED != 0 {
            Standing::Reading
        } else {
            Standing::Idle
        }
    }

    /// Whether an idle reader is known to be one.
    pub(super) fn fences_itself(&self) -> bool {
        // Relaxed: this bit is always the same.
        self.state.load(Ordering::Relaxed) & FENCES != 0
    }
}

/// While it lives, nothing that its thread found in the table is freed.
///
/// No more than an address, so that it stays in a register.
#[derive(Debug)]
#[must_use]
pub struct Pinned(&'static Local);

impl Pin for Pinned {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn local(&self) -> &'static Local {
        self.0
    }
}

impl Drop for Pinned {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {
        let inside = self.0.state.load(Ordering::Relaxed);
        // Release, with the Acquire in `standing`: the reads are over.
        self.0.state.store(inside - PINNED, Ordering::Release);
    }
}
