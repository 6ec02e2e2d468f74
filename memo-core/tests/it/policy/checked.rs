//! A policy that is watched: what a cache tells it, and what it answers, has to fit.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use memo_core::policy::{Entries, Entry, Hits, Policy};

/// Questions in which a watched policy, or the cache that asks it, has failed. The cache would not
/// let it show.
pub(super) static FAILURES: AtomicUsize = AtomicUsize::new(0);

#[derive(Default)]
pub(super) struct Checked<P> {
    inner: P,
    entries: HashSet<Entry>,
    capacity: u64,
}

struct Noting;

impl Drop for Noting {
    fn drop(&mut self) {
        if std::thread::panicking() {
            FAILURES.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl<P: Policy> Policy for Checked<P> {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn hits(&self) -> Hits {
        self.inner.hits()
    }

    fn set_capacity(&mut self, capacity: u64) {
        let _noting = Noting;
        self.capacity = capacity;
        self.inner.set_capacity(capacity);
    }

    fn insert(&mut self, entry: Entry, entries: &dyn Entries) {
        let _noting = Noting;
        assert!(self.entries.insert(entry), "it is there already");
        assert_eq!(entries.weight(entry), 1);
        if let Hits::Counted(_) = self.hits() {
            assert_eq!(entries.hits(entry), 0);
        }
        self.inner.insert(entry, entries);
    }

    fn remove(&mut self, entry: Entry, entries: &dyn Entries) {
        let _noting = Noting;
        assert!(self.entries.remove(&entry), "it is not there");
        assert_eq!(entries.weight(entry), 1);
        self.inner.remove(entry, entries);
    }

    fn victim(&mut self, entries: &dyn Entries) -> Option<Entry> {
        let _noting = Noting;
        assert!(self.entries.len() as u64 > self.capacity);
        let Some(victim) = self.inner.victim(entries) else {
            panic!("of {} entries none is named", self.entries.len());
        };
        assert!(self.entries.remove(&victim), "it is not there");
        Some(victim)
    }

    fn clear(&mut self) {
        let _noting = Noting;
        self.entries.clear();
        self.inner.clear();
    }
}
