//! SIEVE: a hand that spares what was used.

use super::lists::Lists;
use super::{Entries, Entry, Hits, Policy};

#[cfg(test)]
mod tests;

/// A hand goes from the oldest entry to the newest, forgets that an entry was used and spares it, and
/// takes the first that was not used. New entries come in behind where it began. One that has just
/// come is passed over: nothing is known of it, and it is not yet there in the original, which makes
/// room before.
///
/// By Zhang, Yang, Yue, Vigfusson and Rashmi: "SIEVE is Simpler than LRU", NSDI 2024.
#[derive(Debug, Default)]
pub struct Sieve {
    queue: Lists<1>,
    /// Where the search goes on; `None` for the oldest.
    hand: Option<Entry>,
}

impl Sieve {
    /// Where the hand goes from there; `None` if that was the last but the newest.
    fn next(&self, at: Entry) -> Option<Entry> {
        let newer = self.queue.newer(at)?;
        self.queue.newer(newer).map(|_| newer)
    }
}

impl Policy for Sieve {
    fn name(&self) -> &'static str {
        "sieve"
    }

    fn hits(&self) -> Hits {
        Hits::Counted(1)
    }

    fn set_capacity(&mut self, _: u64) {}

    fn insert(&mut self, entry: Entry, _: &dyn Entries) {
        self.queue.push_front(0, entry);
    }

    fn remove(&mut self, entry: Entry, _: &dyn Entries) {
        if self.hand == Some(entry) {
            self.hand = self.next(entry);
        }
        self.queue.remove(entry);
    }

    fn victim(&mut self, entries: &dyn Entries) -> Option<Entry> {
        let oldest = self.queue.back(0)?;
        let hand = self.hand.filter(|hand| self.queue.newer(*hand).is_some());
        let mut at = hand.unwrap_or(oldest);
        // Twice round at most: the second time nothing is marked, but for hits of this moment.
        for _ in 0..2 * self.queue.len(0) {
            if entries.hits(at) == 0 {
                break;
            }
            entries.set_hits(at, 0);
            at = self.next(at).unwrap_or(oldest);
        }
        self.hand = self.next(at);
        self.remove(at, entries);
        Some(at)
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}
