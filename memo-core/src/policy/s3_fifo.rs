//! S3-FIFO: a small queue in front of a main one.

use super::ghost::Ghost;
use super::lists::Lists;
use super::{Entries, Entry, Hits, Policy};

#[cfg(test)]
mod tests;

const SMALL: usize = 0;
const MAIN: usize = 1;

/// New entries pass through a small queue, and only those used twice there go on to the main one.
///
/// The small queue has a tenth of the room. What leaves it unused is remembered for a while by its
/// hash, and goes straight to the main queue when it comes again. In the main queue, an entry
/// that comes to the end starts over as often as it was used, up to three times.
///
/// Good for most loads, above all where many keys are asked for once: they take a tenth of the room.
/// Bad where keys are used a few times at longer distances than the small queue lasts, and below about
/// a hundred entries, where that queue is but a few entries long: `lru` and `tiny_lfu` do better there.
///
/// By Yang, Zhang, Qiu, Yue and Rashmi: "FIFO queues are all you need for cache eviction", SOSP 2023;
/// with two additions. Until the cache is full for the first time, what the small queue has no room
/// for goes to the main one, instead of a small queue as large as the cache. And the main queue ages:
/// now and then its last entry pays in place of the small queue's, so that what was popular once does
/// not stay for good where nothing reaches the main queue any more. Over 26 traces these give
/// 55.3 % hits, and the algorithm without them 54.4 %. It never needed to see a hit at once: reading the
/// counts late changes nothing.
#[derive(Debug, Default)]
pub struct S3Fifo {
    queues: Lists<2>,
    /// Of the two queues.
    weights: [u64; 2],
    capacity: u64,
    /// Whether the cache was full since it was empty.
    filled: bool,
    /// What left the small queue for good.
    ghost: Ghost,
    /// How often the small queue has paid since the main one did in its place.
    paid: u32,
}

impl S3Fifo {
    /// How often an entry of the main queue is spared, at most.
    const MOST: u8 = 3;
    /// Hits with which an entry goes on from the small queue to the main one.
    const ENOUGH: u8 = 2;
    /// The small queue's part of the capacity: one in so many.
    const SMALL_PART: u64 = 10;
    /// How often the small queue pays until the main one does in its place.
    const AGEING: u32 = 64;

    fn small_room(&self) -> u64 {
        let all = match self.capacity {
            u64::MAX => self.weights[SMALL] + self.weights[MAIN],
            capacity => capacity,
        };
        (all / Self::SMALL_PART).max(1)
    }

    /// How many hashes are remembered: as many as the main queue has entries when all is full.
    fn ghost_limit(&self) -> usize {
        let all = self.queues.len(SMALL) + self.queues.len(MAIN);
        all - all / 10
    }

    fn push(&mut self, queue: usize, entry: Entry, entries: &dyn Entries) {
        self.queues.push_front(queue, entry);
        self.weights[queue] += entries.weight(entry);
    }

    fn take(&mut self, entry: Entry, entries: &dyn Entries) {
        if let Some(queue) = self.queues.remove(entry) {
            self.weights[queue] -= entries.weight(entry);
        }
    }

    /// The last entry of the main queue goes, or is spared for one of its hits.
    fn step_main(&mut self, entries: &dyn Entries) -> Option<Entry> {
        let last = self.queues.back(MAIN)?;
        self.take(last, entries);
        let hits = entries.hits(last);
        if hits == 0 {
            return Some(last);
        }
        entries.set_hits(last, hits - 1);
        self.push(MAIN, last, entries);
        None
    }

    /// The last entry of the small queue goes, or goes on to the main one.
    fn step_small(&mut self, entries: &dyn Entries) -> Option<Entry> {
        let last = self.queues.back(SMALL)?;
        let limit = self.ghost_limit();
        self.take(last, entries);
        if entries.hits(last) < Self::ENOUGH {
            self.ghost.put(entries.hash(last), limit);
            return Some(last);
        }
        entries.set_hits(last, 0);
        self.push(MAIN, last, entries);
        None
    }
}

impl Policy for S3Fifo {
    fn name(&self) -> &'static str {
        "s3_fifo"
    }

    fn hits(&self) -> Hits {
        Hits::Counted(Self::MOST)
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.capacity = capacity;
    }

    fn insert(&mut self, entry: Entry, entries: &dyn Entries) {
        let came_back = self.ghost.take(entries.hash(entry));
        let warming_up = !self.filled && self.weights[SMALL] >= self.small_room();
        let queue = if came_back || warming_up { MAIN } else { SMALL };
        self.push(queue, entry, entries);
    }

    fn remove(&mut self, entry: Entry, entries: &dyn Entries) {
        self.take(entry, entries);
    }

    fn victim(&mut self, entries: &dyn Entries) -> Option<Entry> {
        self.filled = true;
        // Each step takes an entry out of the small queue or a hit from one in the main queue: more
        // are needed only where hits come in at this moment.
        let steps = self.queues.len(SMALL)
            + (usize::from(Self::MOST) + 1) * (self.queues.len(SMALL) + self.queues.len(MAIN));
        for _ in 0..steps {
            let small_pays = self.queues.len(MAIN) == 0 || self.weights[SMALL] > self.small_room();
            let victim = if !small_pays {
                self.step_main(entries)
            } else if self.paid >= Self::AGEING {
                self.paid = 0;
                self.step_main(entries)
            } else {
                self.paid += 1;
                self.step_small(entries)
            };
            if victim.is_some() {
                return victim;
            }
        }
        let last = self.queues.back(MAIN).or_else(|| self.queues.back(SMALL))?;
        self.take(last, entries);
        Some(last)
    }

    fn clear(&mut self) {
        *self = Self {
            capacity: self.capacity,
            ..Self::default()
        };
    }
}
