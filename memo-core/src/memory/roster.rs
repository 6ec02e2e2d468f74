//! The caches of a budget: those that are asked to give way.

use std::fmt;
use std::sync::{Arc, Weak};

use super::account::Account;
use super::relief::draw;
use crate::registry::{self, Control};
use crate::sync::StaticMutex;

/// Up to so many caches, all are asked.
const ALL: usize = 16;
/// Of more, so many.
const SOME: usize = 8;
/// How many entries each of them has is looked up for so many draws at once: with a thousand caches that
/// takes longer than all the rest.
const DRAWS: u32 = 64;

/// The caches of one budget, listed anew when one has come or gone.
pub(crate) struct Roster(StaticMutex<Listed>);

#[derive(Clone)]
struct Listed {
    /// Of the registry, when these were listed.
    version: u64,
    caches: Option<Arc<[Weak<dyn Control>]>>,
    /// For each of them, how many entries it and those before have; if there are more than are all asked.
    sums: Option<Arc<[u64]>>,
    /// How often that may still be used.
    draws: u32,
}

impl Roster {
    pub(super) const fn new() -> Self {
        Self(StaticMutex::new(Listed {
            version: 0,
            caches: None,
            sums: None,
            draws: 0,
        }))
    }

    /// Those that live, of `account`.
    pub(super) fn caches(
        &self,
        account: &'static Account,
    ) -> impl Iterator<Item = Arc<dyn Control>> {
        let caches = self.listed(account, false).caches;
        let count = caches.as_ref().map_or(0, |caches| caches.len());
        (0..count).filter_map(move |place| caches.as_ref()?[place].upgrade())
    }

    /// What they hold, as of now.
    pub(super) fn held_bytes(&self, account: &'static Account) -> u64 {
        let held = self.caches(account).map(|cache| cache.held().bytes);
        held.fold(0, u64::saturating_add)
    }

    /// Those that are asked this time: all of them, or some that are drawn.
    ///
    /// Half of these are drawn by their entries, so that one that holds nearly everything has its turn. The
    /// others are drawn evenly: else a cache of few entries would hardly be asked, and whatever comes there, be
    /// it worth next to nothing, would drive out better ones elsewhere.
    pub(super) fn asked(&self, account: &'static Account) -> Vec<Arc<dyn Control>> {
        let listed = self.listed(account, true);
        let Some(caches) = &listed.caches else {
            return Vec::new();
        };
        let Some(sums) = &listed.sums else {
            return caches.iter().filter_map(Weak::upgrade).collect();
        };
        let all = sums.last().copied().unwrap_or(0);
        if all == 0 {
            return Vec::new();
        }
        let places = (0..SOME).map(|turn| {
            if turn % 2 == 0 {
                place_of(draw() % all, sums)
            } else {
                usize::try_from(draw() % sums.len() as u64).unwrap_or(0)
            }
        });
        places.filter_map(|place| caches[place].upgrade()).collect()
    }

    fn listed(&self, account: &'static Account, is_draw: bool) -> Listed {
        // Before the caches are listed: one that comes meanwhile makes the list an old one.
        let version = registry::version();
        let mut listed = {
            let mut listed = self.0.lock();
            if listed.is_of(version) && !(is_draw && listed.needs_sums()) {
                listed.draws = listed.draws.saturating_sub(u32::from(is_draw));
                return listed.clone();
            }
            listed.clone()
        };
        // Not under the lock: what is upgraded here may be the last to hold a cache.
        if !listed.is_of(version) {
            listed = Listed::new(version, account);
        }
        if is_draw && listed.needs_sums() {
            listed.add_up();
        }
        *self.0.lock() = listed.clone();
        listed
    }
}

/// The place of the cache that has the entry with this number among those of all.
fn place_of(entry: u64, sums: &[u64]) -> usize {
    sums.partition_point(|sum| *sum <= entry)
}

impl Listed {
    fn new(version: u64, account: &Account) -> Self {
        let controls = registry::controls().into_iter();
        let own = controls.filter(|cache| account.contains(cache.common().account()));
        Self {
            version,
            caches: Some(own.map(|cache| Arc::downgrade(&cache)).collect()),
            sums: None,
            draws: 0,
        }
    }

    fn is_of(&self, version: u64) -> bool {
        self.version == version && self.caches.is_some()
    }

    fn needs_sums(&self) -> bool {
        let count = self.caches.as_ref().map_or(0, |caches| caches.len());
        count > ALL && self.draws == 0
    }

    fn add_up(&mut self) {
        let caches = self.caches.iter().flat_map(|caches| caches.iter());
        let sums = caches.scan(0_u64, |sum, cache| {
            let entries = cache.upgrade().map_or(0, |cache| cache.held().entries);
            *sum = sum.saturating_add(entries as u64);
            Some(*sum)
        });
        self.sums = Some(sums.collect());
        self.draws = DRAWS;
    }
}

impl fmt::Debug for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Roster")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caches_are_drawn_by_their_entries() {
        // Of two, none, three entries, and one.
        let places: Vec<usize> = (0..6).map(|entry| place_of(entry, &[2, 2, 5, 6])).collect();
        assert_eq!(places, [0, 0, 2, 2, 2, 3]);
    }
}
