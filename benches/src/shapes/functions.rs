//! The functions that are measured: one body in every shape.

use std::fmt::Debug;
use std::future::ready;
use std::hash::Hash;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use memokit::{Memo, memoize};

use crate::hits::{ROOM, mix};

static BODIES: AtomicU64 = AtomicU64::new(0);

/// How many bodies have run so far: none does on a hit.
pub fn bodies_run() -> u64 {
    BODIES.load(Ordering::Relaxed)
}

fn body(key: u64) -> u64 {
    BODIES.fetch_add(1, Ordering::Relaxed);
    mix(key)
}

#[memoize(maxsize = ROOM)]
pub fn plain(key: u64) -> u64 {
    body(key)
}

#[memoize(maxsize = ROOM)]
pub fn generic<T: Hash + Eq + Clone + Debug + Into<u64> + Send + Sync + 'static>(key: T) -> u64 {
    body(key.into())
}

#[memoize(maxsize = ROOM)]
pub fn instance<const NUMBER: u64>(key: u64) -> u64 {
    body(key ^ NUMBER)
}

/// Twenty instances of one function, in the order in which they are first used.
pub const INSTANCES: [fn(u64) -> u64; 20] = [
    instance::<1>,
    instance::<2>,
    instance::<3>,
    instance::<4>,
    instance::<5>,
    instance::<6>,
    instance::<7>,
    instance::<8>,
    instance::<9>,
    instance::<10>,
    instance::<11>,
    instance::<12>,
    instance::<13>,
    instance::<14>,
    instance::<15>,
    instance::<16>,
    instance::<17>,
    instance::<18>,
    instance::<19>,
    instance::<20>,
];

/// A method that leaves its object out of the key.
pub struct Skipped {
    pub unit: u64,
}

impl Skipped {
    #[memoize(maxsize = ROOM, skip(self))]
    pub fn reading(&self, key: u64) -> u64 {
        body(key ^ self.unit)
    }
}

/// A method whose object is part of the key.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Keyed {
    pub id: u64,
}

impl Keyed {
    #[memoize(maxsize = ROOM)]
    pub fn reading(&self, key: u64) -> u64 {
        body(key ^ self.id)
    }
}

/// A method whose results live in its object.
#[derive(Default)]
pub struct Owner {
    memo: Memo,
    unit: u64,
}

impl Owner {
    #[memoize(maxsize = ROOM, field = memo)]
    pub fn reading(&self, key: u64) -> u64 {
        body(key ^ self.unit)
    }
}

/// A method of a generic type.
pub struct Typed<T>(pub T);

impl<T: Copy + Into<u64> + 'static> Typed<T> {
    #[memoize(maxsize = ROOM, skip(self))]
    pub fn reading(&self, key: u64) -> u64 {
        body(key ^ self.0.into())
    }
}

pub async fn plain_task(key: u64) -> u64 {
    ready(body(key)).await
}

#[memoize(maxsize = ROOM)]
pub async fn task(key: u64) -> u64 {
    ready(body(key)).await
}

pub async fn plain_wide_task(key: u64) -> u64 {
    let held = black_box([key; 32]);
    ready(()).await;
    body(black_box(&held)[0])
}

#[memoize(maxsize = ROOM)]
pub async fn wide_task(key: u64) -> u64 {
    let held = black_box([key; 32]);
    ready(()).await;
    body(black_box(&held)[0])
}
