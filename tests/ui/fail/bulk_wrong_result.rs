//! What a function over many keys returns: a value for each key, or a map of the keys.

use std::collections::{HashMap, HashSet};

use memokit::memoize;

#[memoize(bulk)]
fn sum(ids: &[u64]) -> u64 {
    ids.iter().sum()
}

#[memoize(bulk)]
fn first(ids: &[u64]) -> (u64, u64) {
    (ids[0], ids[1])
}

#[memoize(bulk)]
fn by_name(ids: &[u64]) -> HashMap<String, u64> {
    ids.iter().map(|id| (id.to_string(), *id)).collect()
}

struct Users;

impl Users {
    #[memoize(bulk, skip(self))]
    fn known(&self, ids: &[u64]) -> HashSet<u64> {
        ids.iter().copied().collect()
    }
}

fn main() {}
