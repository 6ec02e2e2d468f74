//! FIFO against a vector.

use super::super::fake::{Table, compare};
use super::super::{Entries, Entry, Hits, Policy};
use super::Fifo;

/// Entries in the order in which they came.
#[derive(Debug, Default)]
struct Model(Vec<Entry>);

impl Policy for Model {
    fn name(&self) -> &'static str {
        "model"
    }

    fn hits(&self) -> Hits {
        Hits::Ignored
    }

    fn set_capacity(&mut self, _: u64) {}

    fn insert(&mut self, entry: Entry, _: &dyn Entries) {
        self.0.push(entry);
    }

    fn remove(&mut self, entry: Entry, _: &dyn Entries) {
        self.0.retain(|other| *other != entry);
    }

    fn victim(&mut self, _: &dyn Entries) -> Option<Entry> {
        (!self.0.is_empty()).then(|| self.0.remove(0))
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

#[test]
fn victims_are_those_of_the_textbook() {
    compare((Fifo::default, Model::default), check);
}

fn check(fifo: &Fifo, table: &Table) {
    assert_eq!(fifo.queue.check(), table.live().count());
}
