//! Claims: a call that was no hit finds the entry of its key after all, or puts a pending one in.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Begun, Claimed, Core, IsOwnKey, Work};
use crate::nesting;
use crate::pin::{Guard, Local, Pin};
use crate::policy::{EntryId, Order};
use crate::protection::Protection;
use crate::sharing::Sharing;
use crate::singleflight::{Flight, Landing, LedFlight};
use crate::store::{AnyKey, Beside, NodeRef, Outgoing, Seen, ShortHash, Slot, Writer};
use crate::timing::Started;

/// What [`Core::locate`] looks for.
pub(super) struct Search<'a, K: ?Sized> {
    pub(super) hash: ShortHash,
    pub(super) is_key: &'a dyn Fn(&K, NodeRef<'_>) -> bool,
    /// Gets the pin, if one is needed.
    pub(super) pinned: &'a mut Option<Guard>,
}

/// What a claim comes to, under the lock.
enum Claim<'p, S: Sharing> {
    Found(NodeRef<'p>),
    Wait(Arc<Flight>),
    /// There is nothing: a pending entry may be linked.
    Lead,
    /// It was.
    Led(Claimed<S>),
    /// There is nothing, and no place for it.
    Alone,
}

/// A flight that is in no table.
pub(super) struct Spare(Option<LedFlight>);

impl Spare {
    pub(super) fn new(flight: LedFlight) -> Self {
        Self(Some(flight))
    }

    /// It is going to be in one.
    pub(super) fn take(&mut self) -> Option<LedFlight> {
        self.0.take()
    }
}

impl Drop for Spare {
    #[allow(unsafe_code, reason = "nobody knows of it")]
    fn drop(&mut self) {
        if let Some(mut flight) = self.0.take() {
            // SAFETY: it is in no table, and nothing runs inside of it.
            unsafe { flight.release() };
        }
    }
}

impl<S: Sharing, P: Protection> Core<S, P> {
    /// The duty to compute of a thread, which runs the computation from now on; see [`Self::claim_first`].
    pub(super) fn lead(&self, hash: u64, key: &mut dyn AnyKey) -> Option<Work> {
        let local = self.shared.domain.enroll();
        let claimed = self.link_first(local, hash, key)?;
        self.common.counters.miss_by(local);
        Some(Work::entered(claimed.flight))
    }

    /// Answers a call that was no hit, if there is nothing that could be the entry of its key: puts `key` in
    /// as that of a pending one. What most calls come to that were no hits; `None` of those that have to
    /// [ask](Self::claim).
    pub(super) fn claim_first(&self, hash: u64, key: &mut dyn AnyKey) -> Option<Claimed<S>> {
        self.link_first(self.shared.domain.enroll(), hash, key)
    }

    /// The same of the thread with this record.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn link_first(
        &self,
        local: Option<&Local>,
        hash: u64,
        key: &mut dyn AnyKey,
    ) -> Option<Claimed<S>> {
        // Outside of the lock, and before there is a claim: a user's clock may panic.
        let started = self.common.begin(local)?;
        let hash = ShortHash::of(hash);
        let flight = LedFlight::start();
        let (linked, outgoing) = self.write_key(|writer| {
            let is_missing = writer.lacks(hash) && writer.takes_keys();
            is_missing.then(|| writer.link_pending(hash, key, &flight, Beside::Nothing))
        });
        let Some(slot) = linked else {
            drop(Spare::new(flight));
            self.dispose(outgoing);
            return None;
        };
        let claimed = Claimed::new(flight, hash, slot, started);
        Some(self.dispose_for(claimed, outgoing))
    }

    /// Answers a call that was no hit: finds the entry, or puts `key` in as that of a pending one.
    /// `found` sees the entry, with its value.
    ///
    /// What has expired is taken out and dropped first, in a turn of its own: a panic in its `Drop`
    /// must not meet a pending entry that nobody leads yet.
    #[cold]
    #[inline(never)]
    pub(super) fn claim(
        &self,
        hash: u64,
        key: &mut dyn AnyKey,
        is_key: IsOwnKey<'_>,
        found: &mut dyn FnMut(NodeRef<'_>),
    ) -> Begun<S> {
        self.shared.domain.enroll();
        let hash = ShortHash::of(hash);
        let is_too_deep = self.common.is_too_deep();
        let mut flight = Spare::new(LedFlight::start());
        loop {
            let started = self.common.start();
            let mut pinned = None;
            let search = Search {
                hash,
                is_key,
                pinned: &mut pinned,
            };
            let (claim, outgoing) = self.locate(search, key, |writer, key, matches| {
                match self.look_among(writer, matches, started) {
                    Some(Claim::Lead) if is_too_deep || !writer.takes_keys() => Some(Claim::Alone),
                    Some(Claim::Lead) => {
                        let flight = flight.take()?;
                        // What is there is past its time, and kept all the same.
                        let beside = if matches.is_empty() {
                            Beside::Nothing
                        } else {
                            Beside::Older
                        };
                        let slot = writer.link_pending(hash, key, &flight, beside);
                        Some(Claim::Led(Claimed::new(flight, hash, slot, started)))
                    }
                    claim => claim,
                }
            });
            if let Some(Claim::Led(claimed)) = claim {
                return Begun::Lead(self.dispose_for(claimed, outgoing));
            }
            // Before other user code may panic.
            self.dispose(outgoing);
            match claim {
                Some(Claim::Found(node)) => {
                    self.touch(pinned.as_ref(), node);
                    found(node);
                    return Begun::Hit;
                }
                Some(Claim::Wait(flight)) => return Begun::Wait(flight),
                Some(Claim::Alone) => return Begun::Alone,
                Some(Claim::Lead | Claim::Led(_)) | None => {}
            }
        }
    }

    pub(super) fn touch(&self, pinned: Option<&Guard>, node: NodeRef<'_>) {
        if P::Order::TRACKS
            && let (Some(pinned), Some(tick)) = (pinned, node.tick())
        {
            // Relaxed: the value was found under the lock.
            let before = tick.load(Ordering::Relaxed);
            self.shared.epoch.touch(pinned.local(), tick, before);
        }
    }

    /// What the entries of a key say to a call; `None` if something has to leave the table first.
    fn look_among<'p>(
        &self,
        writer: &mut Writer<'_, S, P::Order>,
        matches: &[Slot],
        started: Started,
    ) -> Option<Claim<'p, S>> {
        let mut newest: Option<(u64, Slot)> = None;
        let mut has_expired = false;
        let has_passed = |deadline| self.common.has_passed_by(deadline, started);
        for &slot in matches {
            if let Some(flight) = writer.pending(slot.id) {
                let rank = flight.rank();
                if Beside::of(rank) == Beside::Background {
                    // Nobody waits for that: it may be far back in a queue.
                    continue;
                }
                if newest.is_none_or(|(other, _)| other < rank) {
                    newest = Some((rank, slot));
                }
            } else if let Some(seen) = writer.see(slot) {
                if has_passed(seen.kept_until) {
                    has_expired = true;
                } else if has_passed(seen.deadline) {
                    // It may be of use if a new value is not to be had.
                } else if let Some(node) = self.pinned_node(writer, slot) {
                    return Some(Claim::Found(node));
                }
            }
        }
        if let Some((_, slot)) = newest.filter(|_| !has_expired) {
            return writer.join(slot.id).map(Claim::Wait);
        }
        if has_expired {
            for &slot in matches {
                let is_useless = |seen: &Seen| has_passed(seen.kept_until);
                if let Some(seen) = writer.see(slot).filter(is_useless) {
                    writer.unlink(slot, seen.end());
                }
            }
            return None;
        }
        Some(Claim::Lead)
    }

    /// Puts a pending entry in beside what is there: its value will take the place of the present
    /// one, which is served until then. `Wait` if the caller computes this key already.
    pub(super) fn supersede(
        &self,
        hash: u64,
        key: &mut dyn AnyKey,
        is_key: IsOwnKey<'_>,
    ) -> Begun<S> {
        let hash = ShortHash::of(hash);
        let own = nesting::enclosing();
        let started = self.common.start();
        let mut flight = Spare::new(LedFlight::start());
        let mut pinned = None;
        let search = Search {
            hash,
            is_key,
            pinned: &mut pinned,
        };
        let (claim, outgoing) = self.locate(search, key, |writer, key, matches| {
            let own = own.as_ref();
            let is_its_own = |slot: &&Slot| {
                let flight = writer.pending(slot.id);
                flight.is_some_and(|flight| own.is_some_and(|own| own.has_met(flight)))
            };
            if let Some(slot) = matches.iter().find(is_its_own) {
                return writer.join(slot.id).map(Claim::Wait);
            }
            if !writer.takes_keys() {
                return Some(Claim::Alone);
            }
            let flight = flight.take()?;
            let slot = writer.link_pending(hash, key, &flight, Beside::Older);
            Some(Claim::Led(Claimed::new(flight, hash, slot, started)))
        });
        drop(pinned);
        if let Some(Claim::Led(claimed)) = claim {
            return Begun::Lead(self.dispose_for(claimed, outgoing));
        }
        self.dispose(outgoing);
        match claim {
            Some(Claim::Wait(flight)) => Begun::Wait(flight),
            Some(Claim::Alone) => Begun::Alone,
            _ => unreachable!("a key is claimed, waited for or refused"),
        }
    }

    /// Disposes of what has left the table while a key was claimed. If that panics, the key is given
    /// free: its leader is not there yet.
    #[inline]
    pub(super) fn dispose_for(&self, claimed: Claimed<S>, outgoing: Outgoing) -> Claimed<S> {
        if outgoing.is_empty() {
            return claimed;
        }
        self.try_to_dispose_for(claimed, outgoing)
    }

    #[cold]
    fn try_to_dispose_for(&self, claimed: Claimed<S>, outgoing: Outgoing) -> Claimed<S> {
        let disposed = catch_unwind(AssertUnwindSafe(|| self.dispose_of(outgoing)));
        if let Err(panic) = disposed {
            let outgoing = self.give_up(claimed.flight.notes());
            claimed.flight.land(Landing::Failed);
            drop(Spare::new(claimed.flight));
            self.dispose(outgoing);
            resume_unwind(panic);
        }
        claimed
    }

    /// Runs `act` under the lock with all entries of one key, in the table at that moment. If there
    /// are any, the caller is pinned from then on, for as long as it keeps `pinned`.
    ///
    /// Keys are compared before, outside of the lock. If an entry with this hash has come since,
    /// it is compared too, and so on until there is none that is unknown. Unknown entries come by
    /// other threads' progress, so some caller always gets through; only a user's `Eq` that stores
    /// a further key of the same hash at every comparison could keep it busy for ever.
    pub(super) fn locate<K: ?Sized, R>(
        &self,
        search: Search<'_, K>,
        key: &mut K,
        act: impl FnOnce(&mut Writer<'_, S, P::Order>, &mut K, &[Slot]) -> R,
    ) -> (R, Outgoing) {
        let Search {
            hash,
            is_key,
            pinned,
        } = search;
        // In order of the ids, for the search: many keys of one hash are slow enough as they are.
        let mut compared: Vec<(EntryId, bool)> = Vec::new();
        let mut act = Some(act);
        loop {
            let mut unknown: Vec<(Slot, NodeRef<'_>)> = Vec::new();
            let mut needs_pin = false;
            let (done, outgoing) = self.write(|writer| {
                let mut matches: Vec<Slot> = Vec::new();
                for slot in writer.with_hash(hash) {
                    match compared.binary_search_by_key(&slot.id, |(known, _)| *known) {
                        Ok(at) if compared[at].1 => matches.push(slot),
                        Ok(_) => {}
                        Err(_) if pinned.is_none() => {
                            needs_pin = true;
                            return None;
                        }
                        Err(_) => {
                            let node = self.pinned_node(writer, slot);
                            unknown.extend(node.map(|node| (slot, node)));
                        }
                    }
                }
                if !unknown.is_empty() {
                    return None;
                }
                act.take().map(|act| act(writer, key, &matches))
            });
            if let Some(result) = done {
                return (result, outgoing);
            }
            self.dispose(outgoing);
            if needs_pin {
                *pinned = Some(self.shared.domain.pin());
                continue;
            }
            compared.extend(
                unknown
                    .iter()
                    .map(|(slot, node)| (slot.id, is_key(key, *node))),
            );
            compared.sort_unstable_by_key(|(id, _)| *id);
        }
    }
}
