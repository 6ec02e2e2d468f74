//! W-TinyLFU: a window for what is new, and a main part that only the more popular enter.

use super::ghost::Ghost;
use super::lists::Lists;
use super::sketch::Sketch;
use super::{Entries, Entry, Hits, Policy};

#[cfg(test)]
mod tests;

const WINDOW: usize = 0;
const PROBATION: usize = 1;
const PROTECTED: usize = 2;

/// New entries pass through a window, and stay only if they are more popular than what would go for them.
///
/// A sketch counts how often keys were asked for of late, also those that are not here any more. What
/// leaves the window is compared with the last entry of the main part, and the one asked for less
/// often goes. The main part has a protected segment for what was used there, four fifths of it at most.
///
/// The window starts with a fifth of the room and adapts: it grows when a key is missed that was
/// refused at its end, and shrinks when one is missed that the main part gave up. So it is large
/// where keys are used again soon or never, and small where some keys stay popular.
///
/// Good for nearly every load, popularity, recency, scans and loops: over 26 traces it is nowhere more
/// than 0.6 points of hit ratio below LRU. Bad where memory is short: it needs 8 to 16 bytes for each
/// entry for the sketch, and remembers as many hashes as there are entries.
///
/// By Einziger, Friedman and Manes: "`TinyLFU`: A Highly Efficient Cache Admission Policy", ACM
/// Transactions on Storage 2017; with the protected segment and the window as in the cache Caffeine. That
/// adapts the window by the hit ratio, which is not known here: what steers it in its place are
/// missed keys, as in ARC by Megiddo and Modha (FAST 2003). A hit is counted, and moves its entry to the
/// front, only when the entry comes to the end of its list: over 26 traces that gives 55.6 % hits, and lists
/// that are kept in order at each hit 55.4 %.
#[derive(Debug)]
pub struct TinyLfu {
    lists: Lists<3>,
    /// Of the three lists.
    weights: [u64; 3],
    capacity: u64,
    /// The window's part of the capacity.
    window: f64,
    sketch: Sketch,
    /// What was refused at the end of the window.
    refused: Ghost,
    /// What the main part has given up.
    given_up: Ghost,
}

impl Default for TinyLfu {
    fn default() -> Self {
        Self {
            lists: Lists::default(),
            weights: [0; 3],
            capacity: 0,
            window: Self::FIRST_WINDOW,
            sketch: Sketch::default(),
            refused: Ghost::default(),
            given_up: Ghost::default(),
        }
    }
}

impl TinyLfu {
    const FIRST_WINDOW: f64 = 0.2;
    const LEAST_WINDOW: f64 = 0.05;
    const LARGEST_WINDOW: f64 = 0.9;
    /// Hits of an entry that are counted between two looks at it. More would make a burst look like
    /// popularity, and cost writes.
    const MOST: u8 = 3;

    fn entries(&self) -> usize {
        (WINDOW..=PROTECTED).map(|list| self.lists.len(list)).sum()
    }

    fn main_weight(&self) -> u64 {
        self.weights[PROBATION] + self.weights[PROTECTED]
    }

    /// What all may weigh; where that is unlimited, what they do weigh.
    fn room(&self) -> u64 {
        match self.capacity {
            u64::MAX => self.weights.iter().sum(),
            capacity => capacity,
        }
    }

    fn window_room(&self) -> u64 {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a part of it, and not exactly that"
        )]
        let room = (self.window * self.room() as f64) as u64;
        room.max(1)
    }

    fn push(&mut self, list: usize, entry: Entry, entries: &dyn Entries) {
        self.lists.push_front(list, entry);
        self.weights[list] += entries.weight(entry);
    }

    fn take(&mut self, entry: Entry, entries: &dyn Entries) {
        if let Some(list) = self.lists.remove(entry) {
            self.weights[list] -= entries.weight(entry);
        }
    }

    fn shift(&mut self, list: usize, entry: Entry, entries: &dyn Entries) {
        self.take(entry, entries);
        self.push(list, entry, entries);
    }

    /// Counts the hits of an entry, and tells whether there were any.
    fn count_hits(&mut self, entry: Entry, entries: &dyn Entries) -> bool {
        let hits = entries.hits(entry);
        if hits == 0 {
            return false;
        }
        entries.set_hits(entry, 0);
        self.sketch.add(entries.hash(entry), hits, self.entries());
        true
    }

    /// A key is missed. If it was here not long ago, the part that it had to leave gains room: by its
    /// weight, or more if the other part remembers more.
    fn adapt(&mut self, entry: Entry, entries: &dyn Entries) {
        let hash = entries.hash(entry);
        let (refused, given_up) = (self.refused.len(), self.given_up.len());
        let (sign, mine, other) = if self.refused.take(hash) {
            (1.0, refused, given_up)
        } else if self.given_up.take(hash) {
            (-1.0, given_up, refused)
        } else {
            return;
        };
        #[allow(clippy::cast_precision_loss, reason = "a ratio")]
        let step = {
            let part = entries.weight(entry) as f64 / self.room().max(1) as f64;
            part * (other as f64 / mine as f64).max(1.0)
        };
        self.window = (self.window + sign * step).clamp(Self::LEAST_WINDOW, Self::LARGEST_WINDOW);
    }

    /// The entry of the main part that would go next. It has no hits, but for those of this moment.
    fn main_end(&mut self, entries: &dyn Entries) -> Option<Entry> {
        let steps = 2 * (self.lists.len(PROBATION) + self.lists.len(PROTECTED));
        for _ in 0..steps {
            let main = self.main_weight();
            let protected_room = main - main.div_ceil(5);
            let demotes = self.weights[PROTECTED] > protected_room;
            let end = match self.lists.back(PROBATION) {
                Some(end) if !demotes => end,
                _ => self.lists.back(PROTECTED)?,
            };
            let probation = self.lists.list_of(end) == Some(PROBATION);
            match (self.count_hits(end, entries), probation) {
                (true, _) => self.shift(PROTECTED, end, entries),
                (false, false) => self.shift(PROBATION, end, entries),
                (false, true) => return Some(end),
            }
        }
        let lists = [PROBATION, PROTECTED];
        lists.into_iter().find_map(|list| self.lists.back(list))
    }

    /// The main part gives an entry up.
    fn give_up(&mut self, entry: Entry, entries: &dyn Entries) -> Entry {
        let limit = self.entries() / 2;
        self.given_up.put(entries.hash(entry), limit);
        self.take(entry, entries);
        entry
    }

    /// What is at the end of the window goes, or goes on; or the main part gives an entry up for it.
    fn leave_window(&mut self, end: Entry, entries: &dyn Entries) -> Option<Entry> {
        if self.main_weight().saturating_add(self.window_room()) < self.room() {
            self.shift(PROBATION, end, entries);
            return None;
        }
        let hash = entries.hash(end);
        if let Some(other) = self.main_end(entries)
            && self.sketch.count(hash) > self.sketch.count(entries.hash(other))
        {
            self.shift(PROBATION, end, entries);
            return Some(self.give_up(other, entries));
        }
        let limit = self.entries() / 2;
        self.refused.put(hash, limit);
        self.take(end, entries);
        Some(end)
    }
}

impl Policy for TinyLfu {
    fn name(&self) -> &'static str {
        "tiny_lfu"
    }

    fn hits(&self) -> Hits {
        Hits::Counted(Self::MOST)
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.capacity = capacity;
    }

    fn insert(&mut self, entry: Entry, entries: &dyn Entries) {
        self.push(WINDOW, entry, entries);
        self.sketch.add(entries.hash(entry), 1, self.entries());
        self.adapt(entry, entries);
    }

    fn remove(&mut self, entry: Entry, entries: &dyn Entries) {
        self.count_hits(entry, entries);
        self.take(entry, entries);
    }

    fn victim(&mut self, entries: &dyn Entries) -> Option<Entry> {
        let steps = 2 * self.lists.len(WINDOW) + 1;
        for _ in 0..steps {
            let window_gives = self.weights[WINDOW] > self.window_room() || self.main_weight() == 0;
            let end = match self.lists.back(WINDOW) {
                Some(end) if window_gives => end,
                _ => break,
            };
            if self.count_hits(end, entries) {
                self.shift(WINDOW, end, entries);
            } else if let Some(victim) = self.leave_window(end, entries) {
                return Some(victim);
            }
        }
        if let Some(end) = self.main_end(entries) {
            return Some(self.give_up(end, entries));
        }
        let end = self.lists.back(WINDOW)?;
        self.take(end, entries);
        Some(end)
    }

    fn clear(&mut self) {
        *self = Self {
            capacity: self.capacity,
            ..Self::default()
        };
    }
}
