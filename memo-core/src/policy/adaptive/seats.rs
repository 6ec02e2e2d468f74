//! The entries of the table in no particular order, so that some can be drawn at random.

use std::ops::{Index, IndexMut, Range};

use super::Entry;

/// An entry, as far as its mark has been read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seat {
    /// Its last use.
    pub(super) tick: u64,
    pub(super) entry: Entry,
    /// How often it was seen to be used again; stops at the largest number.
    pub(super) uses: u8,
    /// One by its weight: the upper half of the `f32`.
    lightness: u16,
}

impl Seat {
    pub(super) fn new(entry: Entry, tick: u64, uses: u8, weight: u64) -> Self {
        #[allow(clippy::cast_precision_loss, reason = "eight bits are enough")]
        let lightness = 1. / weight.max(1) as f32;
        #[allow(clippy::cast_possible_truncation, reason = "the upper half")]
        let lightness = (lightness.to_bits() >> 16) as u16;
        Self {
            tick,
            entry,
            uses,
            lightness,
        }
    }

    /// One by its weight.
    pub(super) fn lightness(&self) -> f32 {
        f32::from_bits(u32::from(self.lightness) << 16)
    }
}

/// Seats without gaps. Where they are changes when others are taken out.
#[derive(Debug)]
pub(super) struct Seats {
    all: Vec<Seat>,
    /// For each entry of the table where its seat is.
    places: Vec<u32>,
    random: u32,
}

impl Default for Seats {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            places: Vec::new(),
            random: 0x9E37_79B9,
        }
    }
}

/// Of an entry without a seat.
const NOWHERE: u32 = u32::MAX;

impl Seats {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn push(&mut self, seat: Seat) {
        let entry = seat.entry.0 as usize;
        if entry >= self.places.len() {
            self.places.resize(entry + 1, NOWHERE);
        }
        debug_assert!(self.places[entry] == NOWHERE, "an entry has one seat");
        self.places[entry] = number(self.all.len());
        self.all.push(seat);
    }

    pub(super) fn remove(&mut self, entry: Entry) -> Option<Seat> {
        let at = *self.places.get(entry.0 as usize)?;
        (at != NOWHERE).then(|| self.swap_remove(at as usize))
    }

    /// Takes a seat out; the last one is there then.
    pub(super) fn swap_remove(&mut self, at: usize) -> Seat {
        let seat = self.all.swap_remove(at);
        self.places[seat.entry.0 as usize] = NOWHERE;
        if let Some(moved) = self.all.get(at) {
            self.places[moved.entry.0 as usize] = number(at);
        }
        seat
    }

    /// A run of so many seats, or of all if there are no more, that begins anywhere. Neighbours have nothing
    /// to do with each other, and are in the same line of the processor's cache.
    pub(super) fn draw(&mut self, run: usize) -> Range<usize> {
        // Xorshift, by Marsaglia.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        let run = run.min(self.all.len());
        let starts = self.all.len() - run + 1;
        #[allow(clippy::cast_possible_truncation, reason = "it is below `starts`")]
        let start = ((u64::from(self.random) * starts as u64) >> 32) as usize;
        start..start + run
    }

    #[cfg(test)]
    pub(super) fn check(&self) {
        for (at, seat) in self.all.iter().enumerate() {
            assert_eq!(self.places[seat.entry.0 as usize], number(at));
        }
        let seated = self.places.iter().filter(|place| **place != NOWHERE);
        assert_eq!(seated.count(), self.all.len());
    }
}

/// Entries have numbers of 32 bits, so no more seats are needed.
#[allow(clippy::cast_possible_truncation, reason = "see above")]
fn number(at: usize) -> u32 {
    at as u32
}

impl Index<usize> for Seats {
    type Output = Seat;

    fn index(&self, at: usize) -> &Seat {
        &self.all[at]
    }
}

impl IndexMut<usize> for Seats {
    fn index_mut(&mut self, at: usize) -> &mut Seat {
        &mut self.all[at]
    }
}
