//! Removing what has expired where nobody asks for it any more.

use std::sync::atomic::Ordering;

use super::Core;
use crate::maintenance;
use crate::protection::Protection;
use crate::sharing::Sharing;
use crate::store::Writer;

/// So many places are looked at with the lock held once: for some ten microseconds.
const AT_ONCE: u32 = 4_096;
/// When readers hold something up, somebody comes again after so many nanoseconds.
const PAUSE: u64 = 1_000_000_000;
/// Nothing is going to expire.
pub(super) const NEVER: u64 = u64::MAX;

impl<S: Sharing, P: Protection> Core<S, P> {
    /// Under the lock: sees to it that somebody comes when the next entry expires.
    #[inline]
    pub(super) fn note_end(&self, writer: &Writer<'_, S, P::Order>) {
        let next = writer.next_end();
        // Relaxed: written under the lock only, and read by whoever is told to come.
        if next < self.sweep_at.load(Ordering::Relaxed) {
            self.expect_sweep(writer, next);
        }
    }

    #[cold]
    fn expect_sweep(&self, writer: &Writer<'_, S, P::Order>, at: u64) {
        // Waking a thread takes longer than all the rest: whoever comes next does that.
        if writer.has_forgotten() {
            return;
        }
        self.sweep_at.store(at, Ordering::Relaxed);
        // Where time is somebody else's, that one says when it is time. A thread's own table can only
        // be reached by that thread.
        if S::IS_SHARED && self.common.settings().clock.is_system() {
            maintenance::expect(at);
        }
    }

    /// When there is something to remove.
    pub(crate) fn sweep_at(&self) -> u64 {
        self.sweep_at.load(Ordering::Relaxed)
    }

    /// Removes what is of no use any more, a few at a time; how many.
    pub(super) fn sweep(&self) -> usize {
        let now = self.common.now();
        let (mut from, mut next, mut removed) = (Some(0), NEVER, 0);
        // What comes from here on is noted anew.
        let ((), outgoing) = self.write(|writer| {
            writer.forget_end();
            self.sweep_at.store(NEVER, Ordering::Relaxed);
        });
        self.dispose(outgoing);
        while let Some(start) = from {
            let (swept, outgoing) = self.write(|writer| writer.sweep(start, AT_ONCE, now));
            self.dispose(outgoing);
            (from, removed) = (swept.rest, removed + swept.removed);
            next = next.min(swept.next_end);
        }
        self.sweep_pasts();
        let ((), outgoing) = self.write_and(true, |writer| {
            writer.expect_end(next);
            if writer.awaits_readers() {
                writer.expect_end(now.saturating_add(PAUSE));
            }
            if removed > 0 {
                writer.shrink_index();
            }
        });
        self.dispose(outgoing);
        removed
    }

    /// Frees what was taken out in one step, a few nodes at a time.
    fn sweep_pasts(&self) {
        let mut has_more = true;
        while has_more {
            let (more, outgoing) = self.write(|writer| writer.free_pasts(AT_ONCE));
            self.dispose(outgoing);
            has_more = more;
        }
    }
}
