//! What the holder of a table's lock notes about each node.
#![allow(unsafe_code, reason = "a note that has one of two types")]

use std::fmt;

use super::index::ShortHash;
use crate::singleflight::FlightAt;

/// What the holder of the lock knows of a node. Packed, as there is one for each entry.
#[derive(Clone, Copy)]
#[repr(C, packed(4))]
pub(super) struct Record {
    /// Of a free node: the next free one.
    pub(super) hash: u32,
    /// Generation, and state in the low bits.
    mark: u32,
    note: Note,
    /// How long the computation took, see [`Cost`].
    pub(super) cost: Cost,
}

/// What is noted in the course of an entry's life.
#[derive(Clone, Copy)]
union Note {
    /// When its value was stored.
    stored_at: u64,
    /// Who computes its value.
    flight: FlightAt,
}

/// What a node is used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// Where nothing has to be dropped, also of what is garbage.
    Free,
    /// In the index; its value is being computed.
    Pending,
    /// Taken out of the index while its value is being computed: owned by whoever does that.
    Lost,
    /// In the index, with a value.
    Ready,
    /// Out of the index, with key and value: readers may still be there.
    Retired,
    /// The same without a value.
    RetiredKey,
    /// No reader is there any more: key and value are being dropped, outside of the lock.
    Dying,
}

/// A time span in nanoseconds, as a number of 28 bits and a power of 16: exact up to a quarter of a
/// second, and to one part in 16 million above that.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Cost(u32);

impl Cost {
    const BITS: u32 = 28;

    #[allow(
        clippy::cast_possible_truncation,
        reason = "it fits, or is shifted to fit"
    )]
    #[inline]
    pub(super) fn of(nanos: u64) -> Self {
        if nanos >> Self::BITS == 0 {
            return Self(nanos as u32);
        }
        let too_many = (u64::BITS - nanos.leading_zeros()).saturating_sub(Self::BITS);
        let power = too_many.div_ceil(4);
        Self((power << Self::BITS) | (nanos >> (4 * power)) as u32)
    }

    pub(super) fn nanos(self) -> u64 {
        u64::from(self.0 & ((1 << Self::BITS) - 1)) << (4 * (self.0 >> Self::BITS))
    }
}

impl Record {
    const STATES: u32 = 8;
    /// After so many a number comes again.
    pub(super) const GENERATIONS: u32 = u32::MAX / Self::STATES + 1;

    pub(super) fn new(generation: u32) -> Self {
        Self {
            hash: 0,
            mark: generation * Self::STATES + State::Free as u32,
            note: Note { stored_at: 0 },
            cost: Cost::default(),
        }
    }

    pub(super) fn hash(&self) -> ShortHash {
        ShortHash(self.hash)
    }

    pub(super) fn generation(&self) -> u32 {
        self.mark / Self::STATES
    }

    pub(super) fn state(&self) -> State {
        match self.mark % Self::STATES {
            1 => State::Pending,
            2 => State::Lost,
            3 => State::Ready,
            4 => State::Retired,
            5 => State::RetiredKey,
            6 => State::Dying,
            _ => State::Free,
        }
    }

    pub(super) fn set_state(&mut self, state: State) {
        self.mark = (self.mark & !(Self::STATES - 1)) | state as u32;
    }

    /// When the value was stored: of entries with a value.
    pub(super) fn stored_at(&self) -> u64 {
        debug_assert!(matches!(self.state(), State::Ready | State::Retired));
        // SAFETY: `set_stored_at` comes with the state `Ready`.
        unsafe { self.note.stored_at }
    }

    /// The entry has a value from now on.
    pub(super) fn set_stored_at(&mut self, now: u64) {
        self.set_state(State::Ready);
        self.note = Note { stored_at: now };
    }

    /// Who computes the value, if somebody does and the entry is in the table.
    pub(super) fn flight(&self) -> Option<FlightAt> {
        if self.state() != State::Pending {
            return None;
        }
        // SAFETY: `set_flight` comes with the state `Pending`.
        Some(unsafe { self.note.flight })
    }

    /// The entry's value is being computed.
    pub(super) fn set_flight(&mut self, flight: FlightAt) {
        self.set_state(State::Pending);
        self.note = Note { flight };
    }

    /// The next entry in this slot is another one. After 2^29 of them a number comes again; the
    /// order's records of removed entries are swept long before.
    pub(super) fn next_generation(&mut self) {
        self.mark = self.mark.wrapping_add(Self::STATES);
    }
}

impl State {
    pub(super) fn is_linked(self) -> bool {
        matches!(self, Self::Pending | Self::Ready)
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("state", &self.state())
            .field("generation", &self.generation())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_keep_their_size() {
        for nanos in [0, 1, 999, (1 << 28) - 1, 600_000_000_000] {
            assert_eq!(Cost::of(nanos).nanos(), nanos);
        }
        for nanos in [1 << 28, 123_456_789_012, u64::MAX] {
            let kept = Cost::of(nanos).nanos();
            assert!(
                kept <= nanos && nanos - kept <= nanos >> 23,
                "{nanos}: {kept}"
            );
        }
    }
}
