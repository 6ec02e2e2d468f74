//! The hit path: a look into the table without a lock.

use std::borrow::Borrow;

use crate::engine::Core;
use crate::key::KeyQuery;
use crate::pin::{Guard, Pinned};
use crate::policy::Order;
use crate::protection::Protection;
use crate::sharing::{Member, Sharing};
use crate::stats::Counters;
use crate::store::{Elsewhere, Kept, ShortHash};

/// What a first look at a key shows.
pub(crate) enum Look<K, V> {
    /// The value.
    Here(Kept<Pinned, K, V>),
    /// A value that may have expired.
    Timed(Kept<Pinned, K, V>),
    /// Nothing yet: look again, by [`Core::read`].
    Elsewhere,
    /// There is none.
    Nowhere,
}

impl<S: Sharing, P: Protection> Core<S, P> {
    /// Looks where the entry most probably is. What it takes otherwise is left to others, so that
    /// this is small enough to be compiled into every memoized function.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn look<K: 'static, V: 'static>(
        &self,
        hash: u64,
        query: &impl KeyQuery<K>,
    ) -> Look<K, V> {
        if self.member.has_missed_clear(&self.common) {
            return Look::Elsewhere;
        }
        let Some(pinned) = self.shared.pin_first() else {
            return Look::Elsewhere;
        };
        let hash = ShortHash::of(hash);
        let found = self
            .shared
            .find_first(pinned, hash, |key| query.matches(key));
        match found {
            Ok(kept) if kept.header().deadline().is_never() => Look::Here(kept),
            Ok(kept) => Look::Timed(kept),
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
        self.read(hash, query, true, V::clone)
    }

    /// The live value of a key where it is; `used` if this counts as a hit.
    #[inline(never)]
    pub(crate) fn seek<K: 'static, V: 'static>(
        &self,
        hash: u64,
        query: &impl KeyQuery<K>,
        used: bool,
    ) -> Option<Kept<Guard, K, V>> {
        if self.member.has_missed_clear(&self.common) {
            self.catch_up();
        }
        let kept = self.find(hash, query)?;
        let is_live = self.use_kept(&kept, used, |_| ()).is_some();
        is_live.then_some(kept)
    }

    /// Reads a live value where it is; `used` if this counts as a hit.
    #[inline]
    pub(crate) fn read<K: 'static, V: 'static, R>(
        &self,
        hash: u64,
        query: &impl KeyQuery<K>,
        used: bool,
        read: impl FnOnce(&V) -> R,
    ) -> Option<R> {
        if self.member.has_missed_clear(&self.common) {
            self.catch_up();
        }
        if let Some(pinned) = self.shared.pin_first() {
            let short = ShortHash::of(hash);
            let first = self
                .shared
                .find_first(pinned, short, |key| query.matches(key));
            match first {
                Ok(kept) => return self.use_kept(&kept, used, read),
                Err(Elsewhere::Nowhere) => return None,
                Err(Elsewhere::Perhaps) => {}
            }
        }
        let kept = self.find::<K, V>(hash, query)?;
        self.use_kept(&kept, used, read)
    }

    /// Looks everywhere, whatever the state of the calling thread.
    #[inline(never)]
    fn find<K: 'static, V: 'static>(
        &self,
        hash: u64,
        query: &impl KeyQuery<K>,
    ) -> Option<Kept<Guard, K, V>> {
        let guard = self.shared.domain.pin();
        self.shared
            .find(guard, ShortHash::of(hash), |key| query.matches(key))
    }

    /// Reads an entry that was found, if it has not expired.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn use_kept<G: Borrow<Pinned>, K: 'static, V: 'static, R>(
        &self,
        kept: &Kept<G, K, V>,
        used: bool,
        read: impl FnOnce(&V) -> R,
    ) -> Option<R> {
        let is_timed = !kept.header().deadline().is_never();
        if is_timed && !self.is_alive(kept, used) {
            return None;
        }
        if used {
            self.note_hit(kept);
        }
        Some(read(kept.value()))
    }

    /// A hit on this entry. Counted before the value is cloned: a panic there does not make it less
    /// of a hit.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn note_hit<G: Borrow<Pinned>, K, V>(&self, kept: &Kept<G, K, V>) {
        let local = kept.local();
        if P::Order::TRACKS {
            self.shared.epoch.touch(local, &kept.header().tick);
        }
        Counters::hit_by(local);
    }

    /// Whether an entry with a deadline is still valid.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn is_alive<G: Borrow<Pinned>, K, V>(
        &self,
        kept: &Kept<G, K, V>,
        used: bool,
    ) -> bool {
        let deadline = kept.header().deadline();
        let now = self.common.now_about(deadline);
        if deadline.has_passed(now) {
            return false;
        }
        if used {
            kept.note_use(&self.shared, now);
        }
        true
    }
}
