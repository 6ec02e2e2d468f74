//! The index beside a map.

use std::collections::HashMap;
use std::ptr::without_provenance_mut;

use super::*;

/// The index only compares addresses.
fn node(number: usize) -> NodeAt {
    NodeAt(NonNull::new(without_provenance_mut((number + 1) * 64)).unwrap())
}

/// Random numbers (`SplitMix64`).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn is_found(index: Index, hash: ShortHash, node: NodeAt) -> bool {
    let found = index.probe(hash).any(|at| at == node);
    match index.first(hash, |_| Some(())) {
        Err(Elsewhere::Nowhere) => assert!(!found, "nowhere, but found"),
        Ok((first, ())) => assert!(index.probe(hash).next() == Some(first)),
        Err(Elsewhere::Perhaps) => {}
    }
    found
}

fn grown(old: Index, model: &HashMap<usize, ShortHash>) -> Index {
    let new = Index::with_buckets(2 * old.buckets());
    for (number, hash) in model {
        new.insert(*hash, node(*number));
    }
    // SAFETY: this test has the only view of it.
    unsafe { old.free() };
    new
}

/// Goes through random insertions, removals and growth, beside a map.
fn against_a_map(steps: usize, hash_of: impl Fn(u64) -> u64) {
    let (mut state, mut model) = (7, HashMap::new());
    let mut index = Index::with_buckets(2);
    for step in 0..steps {
        let number = (next(&mut state) % 300) as usize;
        if let Some(hash) = model.remove(&number) {
            assert!(index.remove(hash, node(number)), "step {step}");
            assert!(!is_found(index, hash, node(number)), "step {step}");
            assert!(!index.remove(hash, node(number)), "removed twice");
        } else {
            if model.len() == index.buckets() * SLOTS {
                index = grown(index, &model);
            }
            let hash = ShortHash::of(hash_of(next(&mut state)));
            index.insert(hash, node(number));
            model.insert(number, hash);
        }
        if step % 16 == 0 {
            for (number, hash) in &model {
                assert!(is_found(index, *hash, node(*number)), "step {step}");
            }
        }
    }
    for (number, hash) in model {
        assert!(index.remove(hash, node(number)));
    }
    // What once went past a bucket is not counted there any more, unless the count was full.
    let counts = (0..index.buckets()).map(|n| index.bucket(n).tags.load(Ordering::Relaxed));
    assert!(
        counts
            .into_iter()
            .all(|tags| tags == 0 || tags >> 56 == MAX_OVERFLOW)
    );
    // SAFETY: this test has the only view of it.
    unsafe { index.free() };
}

const STEPS: usize = if cfg!(miri) { 120 } else { 20_000 };

#[test]
fn as_a_map() {
    against_a_map(STEPS, |random| random);
}

#[test]
fn as_a_map_with_hashes_of_one_bucket() {
    against_a_map(STEPS, |random| random << 20);
}

/// Tags that differ in their lowest bit only, which a comparison of all at once confuses.
#[test]
fn as_a_map_with_tags_alike() {
    against_a_map(STEPS, |random| (random & 1) << 25);
}

#[test]
fn as_a_map_with_one_hash() {
    against_a_map(STEPS / 4, |_| 0xABCD_EF01);
}

#[test]
fn the_empty_one_is_never_freed() {
    let index = Index::empty();
    assert_eq!(index.buckets(), 1);
    assert!(index.probe(ShortHash::of(1)).next().is_none());
    // SAFETY: nothing is freed.
    unsafe { index.free() };
    assert!(index == Index::empty() && index.first(ShortHash::of(1), |_| Some(())).is_err());
}
