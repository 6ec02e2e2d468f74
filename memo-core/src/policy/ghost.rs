//! Keys that have just gone, by their hashes.

use std::collections::{HashMap, VecDeque};

use foldhash::fast::FixedState;

/// The hashes of the last entries that went. Two keys with the same hash are taken for one, which
/// at worst treats an entry as if it had been there before.
#[derive(Debug, Default)]
pub(super) struct Ghost {
    /// In the order in which they went; those that were taken are still there.
    gone: VecDeque<u32>,
    /// How many have fallen out of the front of `gone`, modulo 2³².
    forgotten: u32,
    /// The number of the last time that a hash was put in, counted from the first of all. As long as
    /// it was not taken.
    known: HashMap<u32, u32, FixedState>,
}

impl Ghost {
    /// What may be kept allocated beyond need.
    const SLACK: usize = 64;

    /// Notes that an entry has gone, and forgets all but the last `limit`.
    pub(super) fn put(&mut self, hash: u32, limit: usize) {
        #[allow(clippy::cast_possible_truncation, reason = "numbers wrap around")]
        let number = self.forgotten.wrapping_add(self.gone.len() as u32);
        self.gone.push_back(hash);
        self.known.insert(hash, number);
        while self.gone.len() > limit {
            self.forget_oldest();
        }
        if self.gone.capacity() > 4 * limit + Self::SLACK {
            self.gone.shrink_to(2 * limit);
            self.known.shrink_to(2 * limit);
        }
    }

    /// Whether an entry with this hash was among the last; not any more then.
    pub(super) fn take(&mut self, hash: u32) -> bool {
        self.known.remove(&hash).is_some()
    }

    /// How many hashes can be found.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    fn forget_oldest(&mut self) {
        let Some(hash) = self.gone.pop_front() else {
            return;
        };
        // It may have been taken, or put in again since.
        if self.known.get(&hash) == Some(&self.forgotten) {
            self.known.remove(&hash);
        }
        self.forgotten = self.forgotten.wrapping_add(1);
    }

    /// Whether what can be found is among what has gone.
    #[cfg(test)]
    pub(super) fn check(&self, limit: usize) {
        assert!(self.gone.len() <= limit);
        for (hash, number) in &self.known {
            let at = number.wrapping_sub(self.forgotten) as usize;
            assert_eq!(self.gone.get(at), Some(hash));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ones_are_known_until_they_are_taken() {
        let mut ghost = Ghost::default();
        for hash in [1, 2, 3, 2, 4] {
            ghost.put(hash, 3);
            ghost.check(3);
        }
        assert!(!ghost.take(1));
        assert!(ghost.take(2) && !ghost.take(2));
        assert!(ghost.take(3) && ghost.take(4));
        ghost.put(5, 0);
        assert!(!ghost.take(5));
    }

    #[test]
    fn memory_is_given_back_when_the_limit_falls() {
        let mut ghost = Ghost::default();
        for hash in 0..10_000 {
            ghost.put(hash, 5_000);
        }
        ghost.put(1, 10);
        assert!(ghost.gone.capacity() < 200 && ghost.known.capacity() < 200);
    }
}
