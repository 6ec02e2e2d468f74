//! Slots and their numbers.

use super::*;
use crate::store::node::Node;

/// Whoever has noted an entry and looks again later must not take another one for it.
#[test]
fn an_id_is_not_given_twice_when_the_memory_was_given_back() {
    let node_type = const { &Node::<u64, u64>::TYPE };
    let mut arena = Arena::new(Front::Nothing);
    let mut before = Vec::new();
    for _ in 0..3 {
        let ids = [(); 20].map(|()| arena.take(node_type).0);
        for id in &ids {
            assert!(!before.contains(id) && arena.get(*id).is_some());
        }
        for id in &before {
            assert!(arena.get(*id).is_none(), "{id:?} is of another entry");
        }
        before.extend(ids);
        for id in &ids {
            arena.give_back(id.slot);
        }
        // SAFETY: no node is in use, and nobody else has this arena.
        unsafe { arena.reset() };
    }
}

/// Nodes that were retired one after another are free in one step, and used again.
#[test]
fn a_chain_is_free_in_one_step() {
    let node_type = const { &Node::<u64, u64>::TYPE };
    let mut arena = Arena::new(Front::Nothing);
    let taken: Vec<EntryId> = (0..100).map(|_| arena.take(node_type).0).collect();
    let mut chain = Chain::EMPTY;
    for id in &taken[10..90] {
        let record = arena.record_mut(id.slot);
        record.set_state(State::Free);
        chain.push(id.slot, record, 3);
    }
    assert_eq!((chain.len(), chain.bytes()), (80, 240));
    arena.give_back(taken[5].slot);
    arena.give_back_all(chain);
    arena.give_back_all(Chain::EMPTY);
    assert_eq!(arena.in_use(), 19);
    let again: Vec<EntryId> = (0..81).map(|_| arena.take(node_type).0).collect();
    let mut slots: Vec<u32> = again.iter().map(|id| id.slot).collect();
    slots.sort_unstable();
    let gone = taken[5..6].iter().chain(&taken[10..90]);
    assert_eq!(slots, gone.map(|id| id.slot).collect::<Vec<_>>());
    assert!(again.iter().all(|id| id.generation == 1));
    assert_eq!(arena.slots(), 0..100, "nothing else was used");
    arena.forget_all();
}
