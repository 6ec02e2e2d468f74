//! The order of a protected cache: exact LRU, or what was chosen instead.

use super::chosen::Chosen;
use super::{Bound, EntryId, EvictionPolicy, Hits, Lru, Order, Residents};

/// LRU is built in, as it is what most caches use; all others are behind one pointer.
#[derive(Debug)]
pub enum Bounded {
    /// The default.
    Lru(Lru),
    /// Another one.
    Chosen(Chosen),
}

impl Order for Bounded {
    const TRACKS: bool = true;

    fn new(policy: EvictionPolicy, bound: Bound) -> Self {
        match policy.make() {
            None => Self::Lru(Lru::default()),
            Some(policy) => Self::Chosen(Chosen::new(policy, bound)),
        }
    }

    fn hits(&self) -> Hits {
        match self {
            Self::Lru(_) => Hits::Timed,
            Self::Chosen(chosen) => chosen.hits(),
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn set_bound(&mut self, bound: Bound, residents: &impl Residents) {
        if let Self::Chosen(chosen) = self {
            chosen.set_bound(bound, residents);
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn insert(&mut self, id: EntryId, residents: &impl Residents) {
        match self {
            Self::Lru(lru) => lru.insert(id),
            Self::Chosen(chosen) => chosen.insert(id.entry(), residents),
        }
    }

    fn remove(&mut self, id: EntryId, live: usize, residents: &impl Residents) {
        match self {
            Self::Lru(lru) => lru.tidy(live, |id| residents.tick_of(id)),
            Self::Chosen(chosen) => chosen.remove(id.entry(), residents),
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn victim<R: Residents>(&mut self, residents: &R) -> Option<(EntryId, R::Place)> {
        match self {
            Self::Lru(lru) => {
                if residents.are_far()
                    && let Some(id) = lru.soon()
                {
                    residents.expect(id);
                }
                lru.victim(|id| residents.look(id))
            }
            Self::Chosen(chosen) => {
                let id = chosen.victim(residents)?;
                let (_, place) = residents.look(id)?;
                Some((id, place))
            }
        }
    }

    fn clear(&mut self) {
        match self {
            Self::Lru(lru) => *lru = Lru::default(),
            Self::Chosen(chosen) => chosen.clear(),
        }
    }
}
