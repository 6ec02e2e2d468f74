//! Least frequently used, with ageing.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Entries, Entry, Hits, Policy};

#[cfg(test)]
mod tests;

/// The entry used least often gives way, the oldest of several; uses long ago count less.
///
/// What counts for an entry is how often it was used, plus the cache's age when that was last found out.
/// The age is what counted for the last entry that gave way: it grows with evictions, and so
/// new entries overtake old favourites that nobody uses any more.
///
/// Good where the same keys stay popular for long. Bad for loops and scans, and where keys that are
/// new are used soon: a few hits each are worth little here. For such loads take `tiny_lfu`.
///
/// By Arlitt, Cherkasova, Dilley, Friedrich and Jin: "Evaluating Content Management Techniques for Web
/// Proxy Caches", ACM SIGMETRICS Performance Evaluation Review 2000, there LFU-DA. There a hit takes the
/// cache's age at once; here it does when its entry is about to give way, and no more than 255 hits
/// are counted until then: over 26 traces that gives 52.0 % hits in place of 51.8 %.
#[derive(Debug, Default)]
pub struct Lfu {
    /// One record for each entry, and some of entries that were removed. A record's rank is never higher
    /// than its entry's would be with all hits counted: so the lowest that has none is the victim.
    records: BinaryHeap<Reverse<Record>>,
    /// By place.
    uses: Vec<Uses>,
    /// The number of the last entry that came.
    last: u64,
    age: u64,
    live: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Record {
    rank: u64,
    /// Which of the entries that came it is.
    number: u64,
    entry: Entry,
}

#[derive(Clone, Copy, Default, Debug)]
struct Uses {
    /// Of the entry that is there; 0 where there is none.
    number: u64,
    count: u64,
}

impl Lfu {
    /// Records of removed entries are swept when they are this many more than the others.
    const SLACK: usize = 64;

    fn uses(&mut self, entry: Entry) -> &mut Uses {
        let place = entry.0 as usize;
        if place >= self.uses.len() {
            self.uses.resize(place + 1, Uses::default());
        }
        &mut self.uses[place]
    }

    fn is_live(uses: &[Uses], record: Record) -> bool {
        uses[record.entry.0 as usize].number == record.number
    }

    fn forget(&mut self, entry: Entry) {
        self.uses(entry).number = 0;
        self.live -= 1;
    }
}

impl Policy for Lfu {
    fn name(&self) -> &'static str {
        "lfu"
    }

    fn hits(&self) -> Hits {
        Hits::Counted(u8::MAX)
    }

    fn set_capacity(&mut self, _: u64) {}

    fn insert(&mut self, entry: Entry, _: &dyn Entries) {
        self.last += 1;
        self.live += 1;
        let (rank, number) = (self.age + 1, self.last);
        *self.uses(entry) = Uses { number, count: 1 };
        let record = Record {
            rank,
            number,
            entry,
        };
        self.records.push(Reverse(record));
    }

    fn remove(&mut self, entry: Entry, _: &dyn Entries) {
        self.forget(entry);
        if self.records.len() > 2 * self.live + Self::SLACK {
            let Self { records, uses, .. } = self;
            records.retain(|Reverse(record)| Self::is_live(uses, *record));
            records.shrink_to(2 * self.live);
        }
    }

    fn victim(&mut self, entries: &dyn Entries) -> Option<Entry> {
        // Each entry is put back once at most, but for hits of this moment.
        let mut spared = 2 * self.live;
        while let Some(Reverse(mut record)) = self.records.pop() {
            if !Self::is_live(&self.uses, record) {
                continue;
            }
            let hits = entries.hits(record.entry);
            if hits == 0 || spared == 0 {
                self.age = record.rank;
                self.forget(record.entry);
                return Some(record.entry);
            }
            entries.set_hits(record.entry, 0);
            let age = self.age;
            let uses = self.uses(record.entry);
            uses.count += u64::from(hits);
            record.rank = age + uses.count;
            self.records.push(Reverse(record));
            spared -= 1;
        }
        None
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}
