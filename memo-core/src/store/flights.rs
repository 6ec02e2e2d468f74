//! The flights of entries whose values are being computed: few at any moment.

use std::sync::Arc;

use crate::singleflight::Flight;

/// Flights by number.
#[derive(Debug, Default)]
pub(super) struct Flights {
    places: Vec<Option<Pending>>,
    free: Vec<usize>,
    serial: u64,
    /// How many of them compute a key anew while an older value may be there.
    superseding: usize,
}

/// A computation under way.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) flight: Arc<Flight>,
    /// Larger for computations that began later.
    pub(super) serial: u64,
    supersedes: bool,
}

impl Flights {
    /// Keeps a flight; its number.
    pub(super) fn add(&mut self, flight: Arc<Flight>, supersedes: bool) -> usize {
        self.serial += 1;
        self.superseding += usize::from(supersedes);
        let pending = Some(Pending {
            flight,
            serial: self.serial,
            supersedes,
        });
        if let Some(number) = self.free.pop() {
            self.places[number] = pending;
            return number;
        }
        self.places.push(pending);
        self.places.len() - 1
    }

    pub(super) fn get(&self, number: usize) -> Option<&Pending> {
        self.places.get(number)?.as_ref()
    }

    /// Takes a flight out.
    pub(super) fn remove(&mut self, number: usize) -> Option<Pending> {
        let pending = self.places.get_mut(number)?.take()?;
        self.free.push(number);
        self.superseding -= usize::from(pending.supersedes);
        if self.free.len() == self.places.len() && self.places.len() > Self::KEPT {
            *self = Self {
                serial: self.serial,
                ..Self::default()
            };
        }
        Some(pending)
    }

    /// Whether two entries of one key can be there at once.
    pub(super) fn may_be_twice(&self) -> bool {
        self.superseding > 0
    }

    /// Places that stay when a burst of computations is over.
    const KEPT: usize = 64;
}
