//! SIEVE: a hand that spares what was used.

use super::lists::Lists;
use super::{Entries, Entry, Hits, Policy};

#[cfg(test)]
mod tests;

/// A hand goes from the oldest entry to the newest, forgets that an entry was used and spares it, and
/// takes the first that was not used. New entries come in behind where it began.
///
/// By Zhang, Yang, Yue, Vigfusson and Rashmi: "SIEVE is Simpler than LRU", NSDI 2024.
#[derive(Debug, Default)]
pub struct Sieve {
    queue: Lists<1>,
    /// Where the search goes on; `None` for the oldest.
    hand: Option<Entry>,
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
            self.hand = self.queue.newer(entry);
        }
        self.queue.remove(entry);
    }

    fn victim(&mut self, entries: &dyn Entries) -> Option<Entry> {
        let mut at = self.hand.or_else(|| self.queue.back(0))?;
        // Twice round at most: the second time nothing is marked, but for hits of this moment.
        for _ in 0..2 * self.queue.len(0) {
            if entries.hits(at) == 0 {
                break;
            }
            entries.set_hits(at, 0);
            at = self.queue.newer(at).or_else(|| self.queue.back(0))?;
        }
        self.hand = self.queue.newer(at);
        self.queue.remove(at);
        Some(at)
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}
