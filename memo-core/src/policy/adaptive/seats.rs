//! The entries of the table in no particular order, so that some can be drawn at random.

use std::ops::{Index, IndexMut};

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
    seats: Vec<Seat>,
    /// For each entry of the table where its seat is.
    places: Vec<u32>,
    random: u32,
}

impl Default for Seats {
    fn default() -> Self {
        Self {
            seats: Vec::new(),
            places: Vec::new(),
            random: 0x9E37_79B9,
        }
    }
}

/// Of an entry without a seat.
const NOWHERE: u32 = u32::MAX;

impl Seats {
    pub(super) fn len(&self) -> usize {
        self.seats.len()
    }

    pub(super) fn push(&mut self, seat: Seat) {
        let entry = seat.entry.0 as usize;
        if entry >= self.places.len() {
            self.places.resize(entry + 1, NOWHERE);
        }
        debug_assert!(self.places[entry] == NOWHERE, "an entry has one seat");
        self.places[entry] = number(self.seats.len());
        self.seats.push(seat);
    }

    pub(super) fn remove(&mut self, entry: Entry) -> Option<Seat> {
        let at = *self.places.get(entry.0 as usize)?;
        (at != NOWHERE).then(|| self.swap_remove(at as usize))
    }

    /// Takes a seat out; the last one is there then.
    pub(super) fn swap_remove(&mut self, at: usize) -> Seat {
        let seat = self.seats.swap_remove(at);
        self.places[seat.entry.0 as usize] = NOWHERE;
        if let Some(moved) = self.seats.get(at) {
            self.places[moved.entry.0 as usize] = number(at);
        }
        seat
    }

    /// Where the `n`th of so many candidates is: all seats if there are no more; else the last one, which
    /// is the newest, and others at random, perhaps twice.
    pub(super) fn draw(&mut self, n: usize, candidates: usize) -> usize {
        let seats = self.seats.len();
        if seats <= candidates {
            return n;
        }
        if n == 0 {
            return seats - 1;
        }
        // Xorshift, by Marsaglia.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        #[allow(clippy::cast_possible_truncation, reason = "it is below `seats`")]
        let at = ((u64::from(self.random) * seats as u64) >> 32) as usize;
        at
    }

    #[cfg(test)]
    pub(super) fn check(&self) {
        for (at, seat) in self.seats.iter().enumerate() {
            assert_eq!(self.places[seat.entry.0 as usize], number(at));
        }
        let seated = self.places.iter().filter(|place| **place != NOWHERE);
        assert_eq!(seated.count(), self.seats.len());
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
        &self.seats[at]
    }
}

impl IndexMut<usize> for Seats {
    fn index_mut(&mut self, at: usize) -> &mut Seat {
        &mut self.seats[at]
    }
}
