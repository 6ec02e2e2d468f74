//! `bulk` is for functions over a slice of keys, and there is one slice of them.

use memokit::memoize;

#[memoize(bulk)]
fn one(id: u64) -> Vec<u64> {
    vec![id]
}

#[memoize(bulk)]
fn owned(ids: Vec<u64>) -> Vec<u64> {
    ids
}

#[memoize(bulk)]
fn two(ids: &[u64], names: &[&str]) -> Vec<usize> {
    ids.iter().map(|_| names.len()).collect()
}

#[memoize(bulk = id)]
fn named(ids: &[u64]) -> Vec<u64> {
    ids.to_vec()
}

#[memoize(bulk = true)]
fn truth(ids: &[u64]) -> Vec<u64> {
    ids.to_vec()
}

#[memoize(bulk, skip(ids))]
fn skipped(ids: &[u64]) -> Vec<u64> {
    ids.to_vec()
}

fn main() {}
