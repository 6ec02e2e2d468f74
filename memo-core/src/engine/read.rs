//! The hit path: a look into the table without a lock.

use crate::engine::Core;
use crate::key::KeyQuery;
use crate::pin::{Local, Pinned};
use crate::policy::Order;
use crate::protection::Protection;
use crate::sharing::{Member, Sharing};
use crate::store::{Elsewhere, Found, ShortHash};

impl<S: Sharing, P: Protection> Core<S, P> {
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

    /// Reads a live value where it is; `used` if this counts as a hit.
    #[inline(always)]
    pub(crate) fn read<K: 'static, V: 'static, R>(
        &self,
        hash: u64,
        query: &impl KeyQuery<K>,
        used: bool,
        read: impl FnOnce(&V) -> R,
    ) -> Option<R> {
        if self.member.missed_clear(&self.common) {
            self.catch_up();
        }
        let Some(local) = self.domain.local() else {
            return self.read_first(hash, query, used, read);
        };
        let pinned = self.domain.pin_with(local);
        let hash = ShortHash::of(hash);
        let first = self
            .shared
            .find_first::<K, V>(&pinned, hash, |key| query.matches(key));
        let found = match first {
            Ok(found) => found,
            Err(Elsewhere::Nowhere) => return None,
            Err(Elsewhere::Perhaps) => self.find::<K, V>(&pinned, hash, query)?,
        };
        self.use_found(&found, local, used)
            .then(|| read(found.value))
    }

    /// The same for a thread that has no record yet.
    #[cold]
    #[inline(never)]
    fn read_first<K: 'static, V: 'static, R>(
        &self,
        hash: u64,
        query: &impl KeyQuery<K>,
        used: bool,
        read: impl FnOnce(&V) -> R,
    ) -> Option<R> {
        let pinned = self.domain.pin();
        let found = self.find::<K, V>(&pinned, ShortHash::of(hash), query)?;
        self.use_found(&found, pinned.local(), used)
            .then(|| read(found.value))
    }

    #[cold]
    #[inline(never)]
    fn find<'p, K: 'static, V: 'static>(
        &self,
        pinned: &'p Pinned,
        hash: ShortHash,
        query: &impl KeyQuery<K>,
    ) -> Option<Found<'p, V>> {
        self.shared
            .find::<K, V>(pinned, hash, |key| query.matches(key))
    }

    /// Notes the use of an entry; `false` if it has expired.
    #[inline(always)]
    fn use_found<V>(&self, found: &Found<'_, V>, local: &Local, used: bool) -> bool {
        let header = found.header();
        if !header.deadline().is_never() && !self.is_alive(found, used) {
            return false;
        }
        if used {
            if P::Order::TRACKS {
                self.shared.epoch.touch(local, &header.tick);
            }
            // Counted before the value is cloned: a panic there does not make it less of a hit.
            self.common.counters.hit_by(local);
        }
        true
    }

    /// Whether an entry with a deadline is still valid.
    fn is_alive<V>(&self, found: &Found<'_, V>, used: bool) -> bool {
        let deadline = found.header().deadline();
        let now = self.common.now_about(deadline);
        if deadline.has_passed(now) {
            return false;
        }
        if used {
            found.note_use(&self.shared, now);
        }
        true
    }
}
