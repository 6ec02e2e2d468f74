//! A queue of entries in a ring.

use super::EntryId;

/// What is pushed last comes out last. The ring has a power of two of places, so that a place takes no more
/// than a mask: every miss comes here several times.
///
/// As numbers, as memory for zeroes takes none before it is written to: half of a ring that has just grown.
#[derive(Debug, Default)]
pub(super) struct Ring {
    places: Box<[u64]>,
    first: usize,
    len: usize,
}

#[inline]
fn number_of(id: EntryId) -> u64 {
    u64::from(id.generation) << 32 | u64::from(id.slot)
}

#[inline]
#[allow(clippy::cast_possible_truncation, reason = "the two halves")]
fn id_of(number: u64) -> EntryId {
    EntryId {
        slot: number as u32,
        generation: (number >> 32) as u32,
    }
}

/// Places of the first ring.
const FIRST: usize = 8;

impl Ring {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn place(&self, nth: usize) -> usize {
        self.first.wrapping_add(nth) & self.places.len().wrapping_sub(1)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn push_back(&mut self, id: EntryId) {
        if self.len == self.places.len() {
            self.grow();
        }
        let place = self.place(self.len);
        self.places[place] = number_of(id);
        self.len += 1;
    }

    /// The one after so many others.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn get(&self, nth: usize) -> Option<EntryId> {
        (nth < self.len).then(|| id_of(self.places[self.place(nth)]))
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn front(&self) -> Option<EntryId> {
        self.get(0)
    }

    /// Takes the first one out, if there is one.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn drop_front(&mut self) {
        if self.len > 0 {
            self.first = self.first.wrapping_add(1);
            self.len -= 1;
        }
    }

    /// Keeps those of which `keep` says so, in their order, in no more places than they need or `least`.
    pub(super) fn retain(&mut self, least: usize, keep: impl Fn(EntryId) -> bool) {
        let all = (0..self.len).filter_map(|nth| self.get(nth));
        let kept: Vec<EntryId> = all.filter(|id| keep(*id)).collect();
        self.refill(kept.len().max(least), kept.into_iter());
    }

    #[cold]
    fn grow(&mut self) {
        let old = std::mem::take(self);
        let all = (0..old.len).filter_map(|nth| old.get(nth));
        self.refill(2 * old.len, all);
    }

    fn refill(&mut self, places: usize, ids: impl Iterator<Item = EntryId>) {
        let mut places = vec![0; places.max(FIRST).next_power_of_two()].into_boxed_slice();
        let mut len = 0;
        for (place, id) in places.iter_mut().zip(ids) {
            *place = number_of(id);
            len += 1;
        }
        *self = Self {
            places,
            first: 0,
            len,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    fn id(slot: u32) -> EntryId {
        EntryId {
            slot,
            generation: slot / 3,
        }
    }

    /// As a queue of the standard library does.
    #[test]
    fn first_in_first_out() {
        let (mut ring, mut queue) = (Ring::default(), VecDeque::new());
        let mut random = 7_u64;
        for n in 0..20_000 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            // It grows for a while, and then shrinks.
            if (random >> 33) % 100 < if n % 4_000 < 2_000 { 60 } else { 40 } {
                ring.push_back(id(n));
                queue.push_back(id(n));
            } else {
                ring.drop_front();
                queue.pop_front();
            }
            if n % 1_000 == 0 {
                let keep = |id: EntryId| !id.slot.is_multiple_of(5);
                ring.retain(queue.len(), keep);
                queue.retain(|id| keep(*id));
            }
            assert_eq!(
                (ring.len(), ring.front()),
                (queue.len(), queue.front().copied())
            );
            assert_eq!(ring.get(4), queue.get(4).copied());
        }
        assert!(queue.len() < 1_000 && ring.places.len() <= 4_096);
    }
}
