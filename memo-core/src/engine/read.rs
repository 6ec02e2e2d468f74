//! The hit path: a look into the table without a lock.

use crate::engine::Core;
use crate::expiry::Standing;
use crate::key::KeyQuery;
use crate::pin::{Guard, Nearby, Pin, Pinned, nearby};
use crate::policy::Order;
use crate::protection::Protection;
use crate::sharing::{Member, Sharing};
use crate::stats::Counters;
use crate::store::{Elsewhere, Found, Kept, NodeRef, ShortHash, TypeNumber, Typed};

/// What a look is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Use {
    /// It is no use of the entry.
    None,
    /// A hit.
    Hit,
    /// A hit, unless it takes more than a look: the caller comes again then.
    First,
}

/// What a first look at a key shows.
pub(crate) enum Look {
    /// The value.
    Here(Found<Pinned>),
    /// A value that may have expired.
    Timed(Found<Pinned>),
    /// Nothing yet: look again, by [`Core::read`].
    Elsewhere,
    /// There is none.
    Nowhere,
}

impl<S: Sharing, P: Protection> Core<S, P> {
    /// Looks where the entry most probably is. What it takes otherwise is left to others, so that
    /// this stays small: it is inlined wherever a hit has to be fast.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn look<K: 'static>(
        &self,
        nearby: Nearby,
        hash: u64,
        query: &impl KeyQuery<K>,
        types: &TypeNumber<K>,
    ) -> Look {
        if self.member.has_missed_clear(&self.common) {
            return Look::Elsewhere;
        }
        let Some(pinned) = self.shared.pin_first(nearby) else {
            return Look::Elsewhere;
        };
        let hash = ShortHash::of(hash);
        let found = self
            .shared
            .find_first(pinned, hash, types, |key| query.matches(key));
        match found {
            Ok(found) if found.kept().header().deadline().is_never() => Look::Here(found),
            Ok(found) => Look::Timed(found),
            Err(Elsewhere::Perhaps) => Look::Elsewhere,
            Err(Elsewhere::Nowhere) => Look::Nowhere,
        }
    }

    /// The live value of a key, as an access.
    ///
    /// Never inlined: a recursive function keeps its frame while its body runs, and what a lookup
    /// needs has no place there.
    #[inline(never)]
    pub(crate) fn hit<K: 'static, V: Clone + 'static>(
        &self,
        hash: u64,
        query: &impl KeyQuery<K>,
    ) -> Option<V> {
        self.read(hash, query, Use::Hit, V::clone)
    }

    /// The live value of a key where it is.
    #[inline]
    pub(crate) fn seek<K: 'static, V: 'static>(
        &self,
        hash: u64,
        query: &impl KeyQuery<K>,
        call: Use,
    ) -> Option<Typed<Guard, K, V>> {
        let found = self.find_live(hash, query, &TypeNumber::with::<V>(), call)?;
        found.typed()
    }

    /// The same of a value that may be gone: `hold` keeps it from going, so that what counts as a use is
    /// one.
    pub(crate) fn seek_held<K: 'static, V: 'static, T>(
        &self,
        hash: u64,
        query: &impl KeyQuery<K>,
        call: Use,
        hold: impl FnOnce(&V) -> Option<T>,
    ) -> Option<(Typed<Guard, K, V>, T)> {
        let typed = self.seek::<K, V>(hash, query, Use::None)?;
        let kept = hold(typed.value())?;
        if call != Use::None {
            if !self.is_alive(typed.kept(), call) {
                return None;
            }
            self.note_hit(typed.kept());
        }
        Some((typed, kept))
    }

    /// Reads a live value where it is.
    #[inline]
    pub(crate) fn read<K: 'static, V: 'static, R>(
        &self,
        hash: u64,
        query: &impl KeyQuery<K>,
        call: Use,
        read: impl FnOnce(&V) -> R,
    ) -> Option<R> {
        let typed = self.seek::<K, V>(hash, query, call)?;
        Some(read(typed.value()))
    }

    /// The live entry of a key, wherever it is. Compiled once for all types of values.
    #[inline(never)]
    fn find_live<K: 'static>(
        &self,
        hash: u64,
        query: &impl KeyQuery<K>,
        types: &TypeNumber<K>,
        call: Use,
    ) -> Option<Found<Guard>> {
        if self.member.has_missed_clear(&self.common) {
            self.engine().catch_up();
        }
        let found = self.find(ShortHash::of(hash), query, types)?;
        let kept = found.kept();
        let is_timed = !kept.header().deadline().is_never();
        if is_timed && !self.is_alive(kept, call) {
            return None;
        }
        if call != Use::None {
            self.note_hit(kept);
        }
        Some(found)
    }

    /// One look, which misses an entry that takes the place of another one meanwhile.
    #[inline]
    pub(super) fn find_once<K: 'static>(
        &self,
        hash: ShortHash,
        query: &impl KeyQuery<K>,
        types: &TypeNumber<K>,
    ) -> Option<Found<Guard>> {
        let pinned = nearby().and_then(|nearby| self.shared.pin_first(nearby));
        if let Some(pinned) = pinned {
            let first = self
                .shared
                .find_first(pinned, hash, types, |key| query.matches(key));
            match first {
                Ok(found) => return Some(found.into()),
                Err(Elsewhere::Nowhere) => return None,
                Err(Elsewhere::Perhaps) => {}
            }
        }
        self.find_anywhere(hash, query, types)
    }

    /// Looks everywhere, whatever the state of the calling thread.
    #[inline(never)]
    fn find_anywhere<K: 'static>(
        &self,
        hash: ShortHash,
        query: &impl KeyQuery<K>,
        types: &TypeNumber<K>,
    ) -> Option<Found<Guard>> {
        let guard = self.shared.domain.pin();
        self.shared
            .find(guard, hash, types, |key| query.matches(key))
    }

    /// A hit on this entry. Counted before the value is cloned: a panic there does not make it less
    /// of a hit.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn note_hit<G: Pin>(&self, kept: &Kept<G>) {
        self.note_hit_at(kept, kept.tick());
    }

    /// The same of one that was just found.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn note_first_hit<G: Pin>(&self, found: &Found<G>) {
        self.note_hit_at(found.kept(), found.tick());
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn note_hit_at<G: Pin>(&self, kept: &Kept<G>, before: u64) {
        let local = kept.local();
        if P::Order::TRACKS {
            self.shared.epoch.touch(local, &kept.header().tick, before);
        }
        Counters::hit_by(local);
    }

    /// Whether an entry with a deadline is still valid.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn is_alive<G: Pin>(&self, kept: &Kept<G>, call: Use) -> bool {
        let deadline = kept.header().deadline();
        let now = self.common.now_about(deadline);
        if deadline.has_passed(now) && !self.is_served(kept, now, call) {
            return false;
        }
        if call != Use::None {
            kept.note_use(&self.shared, now);
        }
        true
    }

    /// Whether an entry is served though there was something to decide about it.
    #[cold]
    #[inline(never)]
    fn is_served<G: Pin>(&self, kept: &Kept<G>, now: u64, call: Use) -> bool {
        let tags = kept.tags(&self.tagged);
        if tags.is_some_and(|tags| tags.are_cleared) {
            return false;
        }
        // As there is always something to decide where there are tags, the time was not looked at closely.
        let now = tags.map_or(now, |tags| self.common.now_about(tags.deadline));
        let Some(terms) = kept.terms(&self.shared) else {
            // Its deadline is all there is.
            return tags.is_some_and(|tags| !tags.deadline.has_passed(now));
        };
        let rules = &self.common.settings().freshness;
        // Its own check does not say when the time has to be exact.
        let now = if rules.counts_hits {
            self.common.now_about(terms.next_change(rules))
        } else {
            now
        };
        if call == Use::First && rules.refreshes() && terms.refresh_at().has_passed(now) {
            // It is to be computed anew: the rest of the call sees to that.
            return false;
        }
        let is_served = match terms.standing(now, rules) {
            Standing::Gone => false,
            Standing::Stale => {
                if call != Use::None {
                    self.common.counters.stale();
                }
                true
            }
            Standing::Fresh { check } => {
                // It may be due to be computed anew still: not all that look at it can do that.
                if !check.has_passed(now) && tags.is_none() {
                    kept.header().set_deadline(check);
                }
                true
            }
        };
        if is_served && call != Use::None {
            kept.count_hit(&self.shared);
        }
        is_served
    }

    /// A hit on this entry that was found under the lock.
    pub(crate) fn count_hit_of(&self, node: NodeRef<'_>) {
        node.count_hit(&self.shared);
    }
}
