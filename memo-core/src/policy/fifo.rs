//! First in, first out.

use super::lists::Lists;
use super::{Entries, Entry, Hits, Policy};

#[cfg(test)]
mod tests;

/// The oldest entry gives way, however often it is used.
#[derive(Debug, Default)]
pub struct Fifo {
    queue: Lists<1>,
}

impl Policy for Fifo {
    fn name(&self) -> &'static str {
        "fifo"
    }

    fn hits(&self) -> Hits {
        Hits::Ignored
    }

    fn set_capacity(&mut self, _: u64) {}

    fn insert(&mut self, entry: Entry, _: &dyn Entries) {
        self.queue.push_front(0, entry);
    }

    fn remove(&mut self, entry: Entry, _: &dyn Entries) {
        self.queue.remove(entry);
    }

    fn victim(&mut self, _: &dyn Entries) -> Option<Entry> {
        self.queue.pop_back(0)
    }

    fn clear(&mut self) {
        self.queue.clear();
    }
}
