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

#[test]
fn every_slot_has_its_place() {
    let mut slot = 0;
    for segment in 0..30 {
        let (start, count) = extent(segment);
        assert_eq!(start, slot);
        for probe in [start, start + 1, start + count - 1] {
            assert_eq!(place(probe), (segment, (probe - start) as usize));
        }
        slot += count;
    }
}
