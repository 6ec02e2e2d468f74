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
/// After so many nanoseconds somebody looks whether values are gone: a minute.
const FIRST_LOOK: u64 = 60_000_000_000;
/// Where none of them goes, a look follows the one before after twice as long, up to an hour.
const LAST_LOOK: u64 = 60 * FIRST_LOOK;
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
        self.sweep_at.store(at, Ordering::Relaxed);
        // Waking a thread takes longer than emptying a table: that is done without the lock.
        if !writer.has_forgotten() {
            self.call_maintenance(at);
        }
    }

    /// Sees to it that somebody comes then.
    pub(super) fn call_maintenance(&self, at: u64) {
        // Where time is somebody else's, that one says when it is time. A thread's own table can only
        // be reached by that thread.
        if S::IS_SHARED && self.common.settings().clock.is_system() {
            maintenance::expect(at);
        }
    }

    /// Entries with tags are gone, whichever they are.
    pub(crate) fn expect_cleared(&self) {
        if self.tagged.is_used() {
            self.sweep_at.store(0, Ordering::Relaxed);
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
            if let Some(look) = self.next_look(now, (removed, writer.ready())) {
                writer.expect_end(look);
            }
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

    /// Whether values may be gone without anybody telling.
    pub(super) fn is_weak(&self) -> bool {
        let types = self.common.types.get();
        types.is_some_and(|types| types.is_gone().is_some())
    }

    /// A value was stored that may be gone some time: somebody is to look after a while, as at an end.
    #[cold]
    pub(crate) fn expect_gone(&self) {
        let look = self.common.settings().clock.roughly_now();
        let look = look.saturating_add(FIRST_LOOK);
        if look < self.sweep_at() {
            let ((), outgoing) = self.write(|writer| writer.expect_end(look));
            self.dispose(outgoing);
        }
    }

    /// When to look next for values that are gone, if there are any that may be: sooner, if some were now.
    fn next_look(&self, now: u64, (removed, ready): (usize, usize)) -> Option<u64> {
        if ready == 0 || !self.is_weak() {
            return None;
        }
        // Relaxed: two who look at once may both come back too early.
        let pause = self.look_pause.load(Ordering::Relaxed);
        let pause = if removed > 0 {
            FIRST_LOOK
        } else {
            pause.saturating_mul(2).clamp(FIRST_LOOK, LAST_LOOK)
        };
        self.look_pause.store(pause, Ordering::Relaxed);
        Some(now.saturating_add(pause))
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
