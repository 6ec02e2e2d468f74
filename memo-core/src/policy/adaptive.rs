//! Hit density that is learned while the cache runs.
//!
//! How much an entry is worth is what it will bring: hits for each unit of time for which it takes a
//! place. That is learned from reuse ages, how long after a use the next one came, apart for entries
//! that were used never, once, twice to three times and so on (`density`). Departed keys are remembered
//! for a while (`departed`), so that the ages of those count that came back too late, and the cache
//! learns what it does not hold. The order follows: where young entries are used again soonest it is that
//! of recency, where use repeats it is that of frequency, in a loop over more than fits the youngest go,
//! and what a scan brings goes at once.
//!
//! A victim is the least dense of a few entries drawn at random. All marks are read late: that of an entry
//! which is about to go, and those that a hand comes by, which goes one entry further for each victim. So
//! each victim costs a constant number of steps.

use super::{Entries, Entry, Hits, Policy};

mod candidates;
mod density;
mod departed;
mod seats;
#[cfg(test)]
mod tests;

use candidates::{Candidate, Candidates, MOST};
use density::{Density, Scale};
use departed::Departed;
use seats::{Seat, Seats};

/// The entry gives way that will bring the fewest hits for its place, as far as can be learned from how
/// soon others like it were used again.
///
/// There is nothing to set. Good where the load is not known, is a mixture, or changes: over the traces of
/// the guide on policies it keeps more than any other, and nowhere much less than LRU. Not as good as it
/// could be: short loops over more than fits. It needs 28 bytes for each entry, and 6 KiB for
/// each cache that was full once; a victim costs a few times what that of LRU does. Entries count by weight:
/// density is hits for each unit of time and of weight.
///
/// Density as in "LHD: Improving Cache Hit Rate by Maximizing Hit Density" (Beckmann, Chen and Cidon,
/// NSDI 2018), as a Gittins index; what an entry is, its use so far, and the reading of marks are its own.
#[derive(Debug, Default)]
pub struct Adaptive {
    seats: Seats,
    candidates: Candidates,
    departed: Departed,
    /// Since the first victim was needed.
    density: Option<Density>,
    /// Where the hand is.
    hand: usize,
    /// The latest tick of an entry that came.
    now: u64,
    /// The tick at which the ticks of arrivals began to be measured, and the arrivals since.
    since: u64,
    arrivals: u64,
    /// Victims until the densities are computed anew.
    left: usize,
}

/// So many entries are looked at for each victim.
const RUN: usize = 8;
/// The densities are computed anew after this part of the entries was replaced, but not after fewer
/// than [`SHORTEST`]: computing takes as long as some 30 victims.
const PARTS: usize = 4;
const SHORTEST: usize = 128;

impl Adaptive {
    /// Adapts to what has been learned and to how many entries there are.
    #[cold]
    fn renew(&mut self) {
        let entries = self.seats.len();
        self.left = (entries / PARTS).max(SHORTEST);
        let scale = Scale::new(self.now.saturating_sub(self.since), self.arrivals);
        match &mut self.density {
            Some(density) if self.arrivals == 0 || density.fits(scale, entries) => {
                self.departed.fit(entries);
                density.renew(self.left, entries);
            }
            density => {
                self.departed = Departed::default();
                self.departed.fit(entries);
                *density = Some(Density::new(scale, entries));
            }
        }
        (self.since, self.arrivals) = (self.now, 0);
    }
}

impl Density {
    /// Reads an entry's mark, and tells whether it was used since that was done last.
    fn notice(&mut self, seat: &mut Seat, entries: &dyn Entries) -> bool {
        let tick = entries.last_use(seat.entry);
        if tick == seat.tick {
            return false;
        }
        self.reused(seat.uses, self.scale.age(tick, seat.tick));
        seat.uses = seat.uses.saturating_add(1);
        seat.tick = tick;
        true
    }

    #[inline]
    fn candidate(&self, seats: &Seats, at: usize, now: u64) -> Candidate {
        let seat = &seats[at];
        let age = self.scale.age(now, seat.tick);
        let density = self.of(seat.uses, age) * seat.lightness();
        // A density is not negative: such numbers are in the order of their bits. Of equals, the one that
        // was used least recently ranks lower.
        let rank = u64::from(density.to_bits()) << 32 | u64::from(!age.units());
        #[allow(
            clippy::cast_possible_truncation,
            reason = "entries have numbers of 32 bits"
        )]
        let at = at as u32;
        Candidate { rank, at }
    }
}

impl Candidates {
    /// Where the least dense of some seats is.
    fn choose(
        &mut self,
        (seats, density): (&mut Seats, &mut Density),
        now: u64,
        entries: &dyn Entries,
    ) -> usize {
        let newest = seats.len() - 1;
        self.add(density.candidate(seats, newest, now));
        for at in seats.draw(RUN) {
            self.add(density.candidate(seats, at, now));
        }
        // Others may go on using entries; an end is needed all the same.
        for _ in 0..4 * MOST {
            let Some(first) = self.take() else {
                break;
            };
            let at = first.at as usize;
            if at >= seats.len() {
                continue;
            }
            let used = density.notice(&mut seats[at], entries);
            let again = density.candidate(seats, at, now);
            if !used && again.rank <= self.next().max(first.rank) {
                return at;
            }
            self.add(again);
        }
        newest
    }
}

impl Policy for Adaptive {
    fn name(&self) -> &'static str {
        "adaptive"
    }

    fn hits(&self) -> Hits {
        Hits::Timed
    }

    fn set_capacity(&mut self, _: u64) {}

    fn insert(&mut self, entry: Entry, entries: &dyn Entries) {
        let tick = entries.last_use(entry);
        if self.seats.len() == 0 && self.density.is_none() {
            self.since = tick;
        }
        self.now = tick;
        self.arrivals += 1;
        let mut uses = 0;
        if let Some(density) = &mut self.density
            && let Some(ghost) = self.departed.take(entries.hash(entry))
        {
            density.reused(ghost.uses, density.scale.age_at(tick, ghost.time));
            uses = ghost.uses.saturating_add(1);
        }
        self.seats
            .push(Seat::new(entry, tick, uses, entries.weight(entry)));
    }

    fn remove(&mut self, entry: Entry, _: &dyn Entries) {
        if let Some(seat) = self.seats.remove(entry)
            && let Some(density) = &mut self.density
        {
            density.lost(seat.uses, density.scale.age(self.now, seat.tick));
        }
    }

    fn victim(&mut self, entries: &dyn Entries) -> Option<Entry> {
        if self.seats.len() == 0 {
            return None;
        }
        if self.left == 0 {
            self.renew();
        }
        self.left -= 1;
        let density = self.density.as_mut()?;
        self.hand += 1;
        if self.hand >= self.seats.len() {
            self.hand = 0;
        }
        density.notice(&mut self.seats[self.hand], entries);
        let parts = (&mut self.seats, &mut *density);
        let least = self.candidates.choose(parts, self.now, entries);
        let seat = self.seats.swap_remove(least);
        let time = density.scale.time(seat.tick);
        let hash = entries.hash(seat.entry);
        if let Some(ghost) = self.departed.put(hash, time, seat.uses) {
            density.lost(ghost.uses, density.scale.age_at(self.now, ghost.time));
        }
        Some(seat.entry)
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}
