//! Entries whose cache is not there yet.

use memokit::{Cache, snapshot};

use crate::{load, save, turn};

/// A snapshot of a cache that is gone.
fn file_of(name: &str, tag: &str) -> Vec<u8> {
    let cache = build(name, tag);
    cache.insert(1, 10);
    cache.insert(2, 20);
    save().0
}

fn build(name: &str, tag: &str) -> Cache<u32, u32> {
    Cache::builder().name(name).tag(tag).snapshot().build()
}

#[test]
fn they_are_there_when_it_comes() {
    let _turn = turn();
    let file = file_of("later", "x");
    let loaded = load(&file);
    assert_eq!((loaded.restored, loaded.waiting), (0, 2));
    assert_eq!(snapshot::waiting(), 2);
    assert_eq!(build("another", "x").len(), 0);
    assert_eq!(build("later", "x").get(&2), Some(20));
    assert_eq!(snapshot::waiting(), 0);
    // Once only: what comes after that begins anew.
    assert_eq!(build("later", "x").len(), 0);
}

#[test]
fn they_go_on_into_the_next_snapshot() {
    let _turn = turn();
    let file = file_of("on", "x");
    load(&file);
    let (next, saved) = save();
    assert_eq!((saved.caches, saved.entries), (1, 2));
    assert_eq!(snapshot::forget_waiting(), 2);
    load(&next);
    assert_eq!(build("on", "x").get(&1), Some(10));
}

#[test]
fn what_is_loaded_twice_waits_once() {
    let _turn = turn();
    let file = file_of("twice", "x");
    load(&file);
    load(&file);
    assert_eq!(snapshot::waiting(), 2);
}

#[test]
fn what_was_cleared_does_not_come_back() {
    let _turn = turn();
    let file = file_of("cleared::one", "a tag");
    let clears: [&dyn Fn() -> usize; 3] = [
        &memokit::clear_all,
        &|| memokit::clear_tag("a tag"),
        &|| memokit::clear_matching("cleared::*"),
    ];
    for clear in clears {
        assert_eq!(load(&file).waiting, 2);
        clear();
        assert!(build("cleared::one", "a tag").is_empty());
        assert_eq!(snapshot::waiting(), 0);
    }
    load(&file);
    memokit::clear_tag("another tag");
    memokit::clear_matching("other::*");
    assert_eq!(build("cleared::one", "a tag").len(), 2);
}

#[test]
fn other_types_are_not_taken() {
    let _turn = turn();
    let file = file_of("types", "x");
    load(&file);
    let other: Cache<u32, u64> = Cache::builder().name("types").snapshot().build();
    assert!(other.is_empty());
    assert_eq!(snapshot::waiting(), 0, "they are of no use any more");
    let loaded = load(&file);
    assert_eq!((loaded.restored, loaded.skipped.other_types), (0, 2));
}
