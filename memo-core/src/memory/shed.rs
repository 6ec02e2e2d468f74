//! What follows from the word that memory is short: caches hold less, and pages go back to the system.

use std::panic::catch_unwind;
use std::time::Duration;

use super::account::Account;
use super::{governor, pages};
use crate::clock::ClockSource;
use crate::registry;

/// So soon after a word, another says nothing new: what was freed may still be with the allocator, so that
/// whoever watches sees no change.
const SOON: Duration = Duration::from_secs(1);

/// When caches were made to shrink last.
#[derive(Default)]
pub(super) struct Shedder {
    clock: ClockSource,
    last: Option<Last>,
}

#[derive(Debug)]
struct Last {
    at: u64,
    /// What was held before.
    held: u64,
}

impl Shedder {
    /// Heeds a word. Values are dropped here, and listeners told; a panic there is not the end of this.
    pub(super) fn shed(&mut self, account: &'static Account) {
        let cap = account.cap();
        let now = self.clock.now();
        let reserved = account.reserved();
        let held = account.used_now().saturating_sub(reserved);
        let Some(kept) = self.next(held, now) else {
            return;
        };
        // Nobody misses these. The rest of what is to go is worth least.
        let _ = catch_unwind(registry::evict_expired);
        // Writers, too, make room as long as this holds, so that they cannot be faster.
        let kept = kept.saturating_add(reserved);
        account.set_cap(Some(cap.map_or(kept, |cap| cap.min(kept))));
        let _ = catch_unwind(governor::shrink);
        account.set_cap(cap);
        pages::give_back();
    }

    /// What caches may keep of so many bytes. `None` if all of it: they shrank a moment ago, and have not
    /// come back to what they held then.
    fn next(&mut self, held: u64, now: u64) -> Option<u64> {
        let is_soon = |last: &Last| Duration::from_nanos(now.saturating_sub(last.at)) < SOON;
        if self
            .last
            .as_ref()
            .is_some_and(|last| is_soon(last) && held <= last.held)
        {
            return None;
        }
        self.last = Some(Last { at: now, held });
        Some(held - held / 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: u64 = 1_000_000;

    #[test]
    fn a_quarter_goes() {
        for (held, kept) in [(0, 0), (1, 1), (1_000, 750), (u64::MAX, 3 << 62)] {
            assert_eq!(Shedder::default().next(held, 5), Some(kept));
        }
    }

    #[test]
    fn many_words_in_a_second_are_one() {
        let mut shedder = Shedder::default();
        assert_eq!(shedder.next(1_000, 0), Some(750));
        for millis in 1..1_000 {
            assert_eq!(shedder.next(750 + millis / 4, millis * MILLISECOND), None);
        }
        assert_eq!(shedder.next(900, 1_000 * MILLISECOND), Some(675));
        assert_eq!(shedder.next(675, 1_999 * MILLISECOND), None);
        assert_eq!(shedder.next(675, 2_000 * MILLISECOND), Some(507));
    }

    #[test]
    fn caches_that_have_grown_shrink_again() {
        let mut shedder = Shedder::default();
        assert_eq!(shedder.next(1_000, 0), Some(750));
        assert_eq!(shedder.next(1_000, MILLISECOND), None);
        assert_eq!(shedder.next(1_001, MILLISECOND), Some(751));
        assert_eq!(shedder.next(1_001, 2 * MILLISECOND), None);
    }

    #[test]
    fn a_clock_that_goes_back_means_no_harm() {
        let mut shedder = Shedder::default();
        assert_eq!(shedder.next(1_000, 10 * MILLISECOND), Some(750));
        assert_eq!(shedder.next(1_000, 0), None);
        assert_eq!(shedder.next(1_001, 0), Some(751));
    }
}
