//! How often keys were asked for of late, roughly and in little memory.

/// A count-min sketch with four rows of 4-bit counters, which are halved now and then.
///
/// It has between four and eight counters in each row for an entry: 8 to 16 bytes. By Einziger, Friedman
/// and Manes: "`TinyLFU`: A Highly Efficient Cache Admission Policy", ACM Transactions on Storage 2017.
#[derive(Debug)]
pub(super) struct Sketch {
    /// Two counters in each byte, row after row.
    counters: Box<[u8]>,
    /// For how many entries there are counters.
    room: usize,
    /// What was added since the counters were halved.
    added: usize,
}

impl Sketch {
    const ROWS: usize = 4;
    const MAX: u8 = 15;
    /// Counters in each row for each entry.
    const WIDTH: usize = 4;
    const LEAST_ROOM: usize = 16;
    /// The counters are halved after so many accesses for each entry.
    const PERIOD: usize = 10;
    /// Odd numbers without a pattern: each row hashes with one of them.
    const FACTORS: [u64; Self::ROWS] = [
        0x9E37_79B9_7F4A_7C15,
        0xC2B2_AE3D_27D4_EB4F,
        0x1656_67B1_9E37_79F9,
        0xD6E8_FEB8_6659_FD93,
    ];

    /// How often a key was asked for, at least that often but for what was halved; at most 15.
    pub(super) fn count(&self, hash: u32) -> u8 {
        let counts = (0..Self::ROWS).map(|row| self.get(self.place(hash, row)));
        counts.min().unwrap_or(0)
    }

    /// Notes that a key was asked for so many times, in a cache of so many entries.
    pub(super) fn add(&mut self, hash: u32, times: u8, entries: usize) {
        if entries > self.room {
            self.resize(2 * self.room);
        }
        let mut most = 0;
        for row in 0..Self::ROWS {
            let place = self.place(hash, row);
            let old = self.get(place);
            let new = old.saturating_add(times).min(Self::MAX);
            self.set(place, new);
            most = most.max(new - old);
        }
        self.added += usize::from(most);
        if self.added >= Self::PERIOD * entries.max(1) {
            self.age(entries);
        }
    }

    fn age(&mut self, entries: usize) {
        if self.room > Self::LEAST_ROOM && entries < self.room / 4 {
            self.resize(self.room / 2);
        }
        for pair in &mut self.counters {
            *pair = (*pair >> 1) & 0x77;
        }
        self.added /= 2;
    }

    /// Takes on another size, a power of two times as large or small. A counter's place grows in
    /// proportion to its row: so each becomes two, or the larger of two stays.
    fn resize(&mut self, room: usize) {
        let old = std::mem::replace(self, Self::with_room(room));
        let (from, to) = (old.width(), self.width());
        for place in 0..to * Self::ROWS {
            let count = if to > from {
                old.get(place / (to / from))
            } else {
                let first = place * (from / to);
                let merged = (first..first + from / to).map(|place| old.get(place));
                merged.max().unwrap_or(0)
            };
            self.set(place, count);
        }
        self.added = old.added;
    }

    fn with_room(room: usize) -> Self {
        Self {
            counters: vec![0; room * Self::WIDTH * Self::ROWS / 2].into(),
            room,
            added: 0,
        }
    }

    /// The counters of a row.
    fn width(&self) -> usize {
        self.room * Self::WIDTH
    }

    fn place(&self, hash: u32, row: usize) -> usize {
        let mixed = (u64::from(hash) ^ 0x5BD1_E995).wrapping_mul(Self::FACTORS[row]) >> 32;
        #[allow(clippy::cast_possible_truncation, reason = "below the width")]
        let within = ((mixed * self.width() as u64) >> 32) as usize;
        row * self.width() + within
    }

    fn get(&self, place: usize) -> u8 {
        (self.counters[place / 2] >> (4 * (place % 2))) & Self::MAX
    }

    fn set(&mut self, place: usize, count: u8) {
        let shift = 4 * (place % 2);
        let pair = &mut self.counters[place / 2];
        *pair = (*pair & !(Self::MAX << shift)) | (count << shift);
    }
}

impl Default for Sketch {
    fn default() -> Self {
        Self::with_room(Self::LEAST_ROOM)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fake::Random;
    use super::*;

    /// A hash of its own for each number.
    fn hash(number: u32) -> u32 {
        number.wrapping_mul(0x9E37_79B1)
    }

    #[test]
    fn counts_are_never_too_small_and_seldom_too_large() {
        let mut sketch = Sketch::default();
        let mut exact = vec![0_u8; 1_000];
        let mut random = Random(1);
        for _ in 0..3_000 {
            let key = u32::try_from(random.skewed(1_000)).expect("small");
            sketch.add(hash(key), 1, 1_000);
            exact[key as usize] = (exact[key as usize] + 1).min(Sketch::MAX);
        }
        let counts = (0..1_000).map(|key| sketch.count(hash(key)));
        let wrong = counts.zip(&exact).filter(|(count, exact)| {
            assert!(count >= exact);
            count != *exact
        });
        assert!(wrong.count() < 20);
    }

    #[test]
    fn counts_are_halved_in_time() {
        let mut sketch = Sketch::default();
        sketch.add(hash(1), 15, 100);
        assert_eq!(sketch.count(hash(1)), 15);
        for key in 2..1_000 {
            sketch.add(hash(key), 1, 100);
        }
        assert_eq!(sketch.count(hash(1)), 7);
    }

    #[test]
    fn counts_survive_other_sizes() {
        let mut sketch = Sketch::default();
        sketch.add(hash(7), 9, 1);
        for key in 100..110 {
            sketch.add(hash(key), 1, 1_000);
        }
        assert!(sketch.room >= 1_000);
        assert_eq!(sketch.count(hash(7)), 9);
        while sketch.room > Sketch::LEAST_ROOM {
            sketch.add(hash(1), 1, 1);
        }
        sketch.resize(32);
        assert!(sketch.count(hash(1)) >= 3);
    }

    #[test]
    fn rows_have_places_of_their_own() {
        let sketch = Sketch::with_room(64);
        for number in 0..1_000 {
            for row in 0..Sketch::ROWS {
                assert_eq!(sketch.place(hash(number), row) / sketch.width(), row);
            }
        }
    }
}
