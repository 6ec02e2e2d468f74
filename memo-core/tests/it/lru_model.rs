//! The cache against a model that is simple enough to be right.

use std::collections::VecDeque;
use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Cache, Clock, RemovalCause};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{Random, assert_calls};

#[test]
fn three_hundred_thousand_calls() {
    const CALLS: usize = 300_000;
    const CAPACITY: usize = 64;
    let cache: Cache<u64, u64> = Cache::builder().maxsize(CAPACITY).build();
    // Least recently used first.
    let mut model: VecDeque<u64> = VecDeque::new();
    let mut random = Random(20_260_101);
    let (mut differences, mut hits) = (0, 0);
    for _ in 0..CALLS {
        let key = random.skewed(300);
        let mut is_hit = true;
        let value = cache.get_or_insert_with(&key, || {
            is_hit = false;
            key * 7
        });
        assert_eq!(value, key * 7);
        let place = model.iter().position(|old| *old == key);
        if let Some(place) = place {
            model.remove(place);
        } else if model.len() == CAPACITY {
            model.pop_front();
        }
        model.push_back(key);
        differences += usize::from(is_hit != place.is_some());
        hits += u64::from(place.is_some());
    }
    assert_eq!(
        differences, 0,
        "calls that were a hit in one and a miss in the other"
    );
    assert!(hits > 100_000 && hits < 290_000, "{hits} hits tell little");
    let order: Vec<u64> = cache.iter().map(|(key, _)| key).collect();
    assert_eq!(order, Vec::from(model));
    let info = cache.stats();
    assert_eq!((info.hits, info.misses), (hits, CALLS as u64 - hits));
    assert_eq!(info.removals.size, info.misses - CAPACITY as u64);
}

#[derive(Clone, Debug)]
enum Operation {
    Call(u8),
    Get(u8),
    Peek(u8),
    Insert(u8),
    InsertFor(u8, u64),
    Remove(u8),
    RemoveMultiplesOf(u8),
    Resize(Option<usize>),
    Advance(u64),
    EvictExpired,
    Clear,
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation::{
        Advance, Call, Clear, EvictExpired, Get, Insert, InsertFor, Peek, Remove,
        RemoveMultiplesOf, Resize,
    };
    let key = 0..24_u8;
    prop_oneof![
        12 => key.clone().prop_map(Call),
        6 => key.clone().prop_map(Get),
        2 => key.clone().prop_map(Peek),
        6 => key.clone().prop_map(Insert),
        3 => (key.clone(), 0..40_u64).prop_map(|(key, ttl)| InsertFor(key, ttl)),
        4 => key.prop_map(Remove),
        1 => (2..5_u8).prop_map(RemoveMultiplesOf),
        2 => proptest::option::weighted(0.9, 0..12_usize).prop_map(Resize),
        5 => (0..15_u64).prop_map(Advance),
        1 => Just(EvictExpired),
        1 => Just(Clear),
    ]
}

/// What an entry is in the model: its key, its value, and when it expires.
type Row = (u8, u64, Option<u64>);

#[derive(Debug)]
struct Model {
    /// Least recently used first; expired entries stay until something removes them.
    rows: VecDeque<Row>,
    maxsize: Option<usize>,
    ttl: Option<u64>,
    now: u64,
    hits: u64,
    misses: u64,
    rejected: u64,
    removals: [u64; RemovalCause::ALL.len()],
}

impl Model {
    fn removed(&mut self, cause: RemovalCause, entries: usize) {
        self.removals[cause as usize] += entries as u64;
    }

    fn place(&self, key: u8) -> Option<usize> {
        self.rows.iter().position(|row| row.0 == key)
    }

    fn is_live(&self, row: &Row) -> bool {
        row.2.is_none_or(|deadline| self.now < deadline)
    }

    fn peek(&self, key: u8) -> Option<u64> {
        let row = self.rows[self.place(key)?];
        self.is_live(&row).then_some(row.1)
    }

    fn get(&mut self, key: u8) -> Option<u64> {
        let found = self.peek(key);
        if found.is_some()
            && let Some(row) = self.place(key).and_then(|place| self.rows.remove(place))
        {
            self.rows.push_back(row);
        }
        self.hits += u64::from(found.is_some());
        self.misses += u64::from(found.is_none());
        found
    }

    /// The value that a call gives, whose function would give `fresh`.
    fn call(&mut self, key: u8, fresh: u64) -> u64 {
        if let Some(value) = self.get(key) {
            return value;
        }
        // What is there has expired.
        let expired = self.place(key).and_then(|place| self.rows.remove(place));
        self.removed(RemovalCause::Expired, usize::from(expired.is_some()));
        self.store(key, fresh, self.ttl);
        fresh
    }

    fn insert(&mut self, key: u8, value: u64, ttl: Option<u64>) {
        let old = self.place(key).and_then(|place| self.rows.remove(place));
        self.removed(RemovalCause::Replaced, usize::from(old.is_some()));
        self.store(key, value, ttl);
    }

    fn store(&mut self, key: u8, value: u64, ttl: Option<u64>) {
        if self.maxsize == Some(0) {
            self.rejected += 1;
            return;
        }
        self.rows
            .push_back((key, value, ttl.map(|ttl| self.now + ttl)));
        self.shrink();
    }

    fn shrink(&mut self) {
        let excess = self
            .maxsize
            .map_or(0, |maxsize| self.rows.len().saturating_sub(maxsize));
        self.rows.drain(..excess);
        self.removed(RemovalCause::Size, excess);
    }

    fn remove(&mut self, key: u8) -> Option<u64> {
        let live = self.peek(key);
        let row = self.place(key).and_then(|place| self.rows.remove(place));
        let cause = match live {
            Some(_) => RemovalCause::Explicit,
            None => RemovalCause::Expired,
        };
        self.removed(cause, usize::from(row.is_some()));
        live
    }

    fn evict_expired(&mut self) -> usize {
        let (now, before) = (self.now, self.rows.len());
        self.rows
            .retain(|row| row.2.is_none_or(|deadline| now < deadline));
        let removed = before - self.rows.len();
        self.removed(RemovalCause::Expired, removed);
        removed
    }

    fn remove_multiples(&mut self, n: u8) -> usize {
        let before = self.rows.len();
        self.rows.retain(|row| row.0 % n != 0);
        let removed = before - self.rows.len();
        self.removed(RemovalCause::Explicit, removed);
        removed
    }

    fn clear(&mut self) -> usize {
        (self.hits, self.misses, self.rejected) = (0, 0, 0);
        self.removals = Default::default();
        self.rows.drain(..).count()
    }
}

/// The cache and its model, going through the same operations.
struct Pair {
    cache: Cache<u8, u64>,
    clock: MockClock,
    model: Model,
    /// Values differ from each other, so that an old one cannot pass for a new one.
    fresh: u64,
}

impl Pair {
    fn new(maxsize: Option<usize>, ttl: Option<u64>) -> Self {
        let clock = MockClock::new();
        let mut builder = Cache::builder().maxsize(maxsize).clock(clock.clone());
        if let Some(ttl) = ttl {
            builder = builder.ttl(Duration::from_nanos(ttl));
        }
        let model = Model {
            rows: VecDeque::new(),
            maxsize,
            ttl,
            now: clock.now(),
            hits: 0,
            misses: 0,
            rejected: 0,
            removals: Default::default(),
        };
        Self {
            cache: builder.build(),
            clock,
            model,
            fresh: 0,
        }
    }

    fn apply(&mut self, operation: &Operation) {
        let Self { cache, model, .. } = self;
        self.fresh += 1;
        let fresh = self.fresh;
        match *operation {
            Operation::Call(key) => {
                assert_eq!(
                    cache.get_or_insert_with(&key, || fresh),
                    model.call(key, fresh)
                );
            }
            Operation::Get(key) => assert_eq!(cache.get(&key), model.get(key)),
            Operation::Peek(key) => {
                assert_eq!(cache.peek(&key), model.peek(key));
                assert_eq!(cache.contains(&key), model.peek(key).is_some());
            }
            Operation::Insert(key) => {
                cache.insert(key, fresh);
                model.insert(key, fresh, model.ttl);
            }
            Operation::InsertFor(key, ttl) => {
                cache.insert_with_ttl(key, fresh, Duration::from_nanos(ttl));
                model.insert(key, fresh, Some(ttl));
            }
            Operation::Remove(key) => assert_eq!(cache.remove(&key), model.remove(key)),
            Operation::RemoveMultiplesOf(n) => {
                let removed = cache.remove_if(|key, _, _| key % n == 0);
                assert_eq!(removed, model.remove_multiples(n));
            }
            Operation::Resize(maxsize) => {
                assert!(cache.handle().set_maxsize(maxsize));
                model.maxsize = maxsize;
                model.shrink();
            }
            Operation::Advance(nanos) => {
                self.clock.advance(Duration::from_nanos(nanos));
                model.now += nanos;
            }
            Operation::EvictExpired => assert_eq!(cache.evict_expired(), model.evict_expired()),
            Operation::Clear => assert_eq!(cache.clear(), model.clear()),
        }
    }

    /// The same entries, in the same order, with the same numbers.
    fn check(&self) {
        let Self { cache, model, .. } = self;
        let live = model.rows.iter().filter(|row| model.is_live(row));
        let live: Vec<(u8, u64)> = live.map(|row| (row.0, row.1)).collect();
        assert_eq!(cache.iter().collect::<Vec<_>>(), live);
        assert_eq!(cache.len(), model.rows.len());
        let info = cache.stats();
        assert_eq!((info.hits, info.misses), (model.hits, model.misses));
        assert_calls(&info, model.hits + model.misses);
        assert_eq!(info.rejected, model.rejected);
        assert_eq!(
            RemovalCause::ALL.map(|cause| info.removals.of(cause)),
            model.removals
        );
        assert_eq!(
            (info.maxsize, info.currsize),
            (model.maxsize, model.rows.len())
        );
    }
}

proptest! {
    #[test]
    fn any_operations(
        maxsize in proptest::option::weighted(0.9, 0..12_usize),
        ttl in proptest::option::of(0..40_u64),
        operations in vec(operation(), 1..150),
    ) {
        let mut pair = Pair::new(maxsize, ttl);
        for operation in &operations {
            pair.apply(operation);
            pair.check();
        }
    }
}
