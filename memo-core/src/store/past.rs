//! What a table held until it was emptied in one step.
//!
//! Emptying a table entry by entry takes as long as there are entries. In one step, what it has (nodes,
//! index, order) is set aside as it is, and the table goes on with nothing: no reader finds an entry
//! any more, and whoever computes a value for one finds that his is gone, as its id is none of the
//! table's. What was set aside is freed a few nodes at a time, by whoever comes by.
#![allow(unsafe_code, reason = "an index that nobody sees")]

use std::any::Any;
use std::collections::VecDeque;

use super::arena::Arena;
use super::garbage::Garbage;
use super::index::Index;
use super::outgoing::Dead;
use super::record::State;
use super::writer::Slot;
use crate::pin::{Domain, Effort};
use crate::sharing::Sharing;

/// The pasts of a table, the oldest first.
#[derive(Debug)]
pub(super) struct Pasts<O>(Vec<Box<Past<O>>>);

#[derive(Debug)]
pub(super) struct Past<O> {
    era: u32,
    arena: Arena,
    // Kept for their memory, which takes time to free.
    _indexes: Indexes,
    _order: O,
    stage: Stage,
    /// Nodes whose computations have ended since.
    ended: VecDeque<Ended>,
}

/// What a table held.
pub(super) struct Held<O> {
    pub(super) arena: Arena,
    pub(super) garbage: Garbage,
    pub(super) index: Index,
    pub(super) order: O,
}

/// How far the way of a past is gone.
#[derive(Clone, Copy, Debug)]
enum Stage {
    /// Readers may be there.
    Read,
    /// The same; those that are not in a later epoch than this.
    ReadUntil(u64),
    /// None: from this slot on, the nodes have not been freed.
    Freed(u32),
}

/// A node of a computation that was under way.
#[derive(Clone, Copy, Debug)]
struct Ended {
    slot: u32,
    has_value: bool,
    /// Whoever computed it may read it still, if it is in no later epoch.
    epoch: u64,
}

/// Freed when they are dropped: nobody reads them then.
#[derive(Debug)]
struct Indexes(Vec<Index>);

impl Drop for Indexes {
    fn drop(&mut self) {
        for index in self.0.drain(..) {
            // SAFETY: a past is dropped when no reader is there any more, or with its table.
            unsafe { index.free() };
        }
    }
}

/// Where what a past gives up goes.
pub(super) struct Leaving<'a> {
    pub(super) dead: &'a mut Dead,
    /// What the past itself took, to be dropped outside of the lock.
    pub(super) spent: &'a mut Vec<Box<dyn Any>>,
}

impl<O> Default for Pasts<O> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<O: 'static> Pasts<O> {
    /// Of a computation that hangs, so much stays; the other place is for what comes then.
    const MOST: usize = 2;

    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= Self::MOST
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn add(&mut self, era: u32, held: Held<O>) {
        let Held {
            mut arena,
            garbage,
            index,
            order,
        } = held;
        // What was garbage already is told by its nodes' states: where nothing is dropped, it counts as free.
        if !arena.needs_drop() {
            arena.forget_some(garbage.len());
        }
        let mut indexes = garbage.into_indexes();
        if index != Index::empty() {
            indexes.push(index);
        }
        self.0.push(Box::new(Past {
            era,
            arena,
            _indexes: Indexes(indexes),
            _order: order,
            stage: Stage::Read,
            ended: VecDeque::new(),
        }));
    }

    /// The one who computes gives an entry up that was in the table once. Whether it was.
    pub(super) fn give_up(&mut self, slot: Slot, has_value: bool, domain: &Domain) -> bool {
        let was_led = |past: &&mut Box<Past<O>>| {
            let record = past.arena.get(slot.id);
            record.is_some_and(|record| matches!(record.state(), State::Pending | State::Lost))
        };
        let Some(past) = self.0.iter_mut().find(was_led) else {
            return false;
        };
        past.ended.push_back(Ended {
            slot: slot.id.slot,
            has_value,
            epoch: domain.advance(),
        });
        true
    }

    /// Key and value of a node of this era are dropped.
    pub(super) fn give_back(&mut self, era: u32, slot: u32) {
        if let Some(past) = self.0.iter_mut().find(|past| past.era == era) {
            past.arena.give_back(slot);
        }
    }

    /// Frees so many nodes, if no reader can see them any more. Whether there is more to be freed now.
    pub(super) fn free<S: Sharing>(
        &mut self,
        domain: &Domain,
        most: u32,
        leaving: &mut Leaving<'_>,
    ) -> bool {
        let mut has_more = false;
        for past in &mut self.0 {
            has_more |= past.free::<S>(domain, most, leaving.dead);
        }
        let gone = self.0.extract_if(.., |past| past.is_gone());
        let gone = gone.map(|past| past as Box<dyn Any>);
        leaving.spent.extend(gone);
        has_more
    }

    /// Whether readers hold something up.
    pub(super) fn awaits_readers(&self) -> bool {
        self.0.iter().any(|past| {
            let is_read = !matches!(past.stage, Stage::Freed(_));
            is_read || !past.ended.is_empty()
        })
    }
}

impl<O> Pasts<O> {
    /// The nodes that there are, for a table that is dropped.
    pub(super) fn arenas(self) -> impl Iterator<Item = (u32, Arena)> {
        self.0.into_iter().map(|mut past| {
            for ended in past.ended.drain(..) {
                let state = if ended.has_value {
                    State::Retired
                } else {
                    State::RetiredKey
                };
                past.arena.record_mut(ended.slot).set_state(state);
            }
            (past.era, past.arena)
        })
    }
}

impl<O> Past<O> {
    /// Whether it can be dropped: nobody reads it, and nothing is left in it.
    fn is_gone(&self) -> bool {
        matches!(self.stage, Stage::Freed(_)) && self.arena.in_use() == 0
    }

    /// Whether there is more.
    fn free<S: Sharing>(&mut self, domain: &Domain, most: u32, dead: &mut Dead) -> bool {
        if let Stage::Read = self.stage {
            self.stage = Stage::ReadUntil(domain.advance());
        }
        if let Stage::ReadUntil(epoch) = self.stage {
            if !S::has_passed(domain, epoch, Effort::Heavy) {
                return false;
            }
            self.stage = Stage::Freed(0);
        }
        while let Some(&ended) = self.ended.front() {
            if !S::has_passed(domain, ended.epoch, Effort::Heavy) {
                break;
            }
            self.ended.pop_front();
            self.let_go(ended.slot, ended.has_value, dead);
        }
        let Stage::Freed(start) = self.stage else {
            return false;
        };
        let slots = self.arena.slots();
        let end = slots.end.min(start.saturating_add(most));
        for slot in start..end {
            match self.arena.record(slot).state() {
                State::Ready | State::Retired => self.let_go(slot, true, dead),
                State::RetiredKey => self.let_go(slot, false, dead),
                // The one who computes it comes, and the one who drops it.
                State::Pending | State::Lost | State::Dying | State::Free => {}
            }
        }
        self.stage = Stage::Freed(end);
        end < slots.end
    }

    fn let_go(&mut self, slot: u32, has_value: bool, dead: &mut Dead) {
        let node_type = self.arena.node_type();
        if self.arena.needs_drop() {
            self.arena.record_mut(slot).set_state(State::Dying);
            dead.push(self.era, slot, self.arena.at(slot), has_value);
            dead.set_type(node_type);
        } else {
            self.arena.give_back(slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pin::Lease;
    use crate::sharing::Global;
    use crate::store::front::Front;
    use crate::store::node::Node;
    use crate::store::outgoing::Outgoing;

    /// Also where some of what it held was garbage already, with nothing to be dropped.
    #[test]
    fn a_past_goes_with_its_last_node() {
        let node_type = const { &Node::<u64, u64>::TYPE };
        let (lease, mut pasts) = (Lease::new(), Pasts::<()>::default());
        let (mut arena, mut garbage) = (Arena::new(Front::Nothing), Garbage::default());
        for n in 0..10 {
            let (id, _, record) = arena.take(node_type);
            record.set_stored_at(0);
            if n % 3 == 0 {
                record.set_state(State::Free);
                garbage.retire(id.slot, record, 1);
            }
        }
        let held = Held {
            arena,
            garbage,
            index: Index::empty(),
            order: (),
        };
        pasts.add(0, held);
        let mut outgoing = Outgoing::default();
        let has_more = pasts.free::<Global>(&lease, u32::MAX, &mut outgoing.leaving());
        assert!(!has_more && pasts.is_empty());
    }
}
