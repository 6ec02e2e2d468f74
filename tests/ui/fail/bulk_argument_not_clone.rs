//! Each run of the body has the other arguments for itself; a key is copied for the body.

use memokit::memoize;

struct Connection;

#[memoize(bulk, skip(connection))]
fn load(ids: &[u64], connection: Connection) -> Vec<u64> {
    let _ = &connection;
    ids.to_vec()
}

#[derive(PartialEq, Eq, Hash)]
struct Id(u64);

#[memoize(bulk)]
fn look(ids: &[Id]) -> Vec<u64> {
    ids.iter().map(|id| id.0).collect()
}

#[memoize(bulk, key(ids = ids.0))]
fn take(ids: &[Id]) -> Vec<u64> {
    ids.iter().map(|id| id.0).collect()
}

fn main() {}
