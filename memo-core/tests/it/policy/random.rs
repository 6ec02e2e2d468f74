//! Whatever is done with a cache, under whatever policy and settings: the bound holds, what is
//! counted is there, and what is there can be found.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Cache, EvictionPolicy};

use super::CHECKED;
use super::checked::FAILURES;
use crate::support::{Random, assert_sound};

const CONFIGURATIONS: u64 = 2_000;
const OPERATIONS: u32 = 1_000;
/// The whole of it is looked at after each operation; with a time to live only so often, as what has
/// expired is taken out for that.
const LOOK: u32 = 50;

struct Subject {
    cache: Cache<u64, u64>,
    clock: MockClock,
    expires: bool,
    random: Random,
    keys: u64,
    /// What was stored last under each key.
    stored: HashMap<u64, u64>,
    serial: u64,
}

impl Subject {
    fn new(seed: u64, policy: EvictionPolicy) -> Self {
        let mut random = Random(seed);
        let clock = MockClock::new();
        let mut builder = Cache::builder().policy(policy).clock(clock.clone());
        builder = builder.maxsize(bound(&mut random));
        let expires = random.next().is_multiple_of(3);
        if expires {
            builder = builder.ttl(Duration::from_secs(random.next() % 100));
        }
        Self {
            cache: builder.build(),
            clock,
            expires,
            keys: 1 + random.next() % 200,
            random,
            stored: HashMap::new(),
            serial: 0,
        }
    }

    /// A new value, as every one is another.
    fn value(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    fn operate(&mut self) {
        let key = self.random.skewed(self.keys);
        match self.random.next() % 100 {
            0..40 => {
                let value = self.value();
                let found = self.cache.get_or_insert_with(&key, || value);
                if found == value {
                    self.stored.insert(key, value);
                } else {
                    assert_eq!(
                        self.stored.get(&key),
                        Some(&found),
                        "a value of another time"
                    );
                }
            }
            40..60 => {
                if let Some(found) = self.cache.get(&key) {
                    assert_eq!(self.stored.get(&key), Some(&found));
                }
            }
            60..80 => {
                let value = self.value();
                self.cache.insert(key, value);
                self.stored.insert(key, value);
            }
            80..90 => {
                let removed = self.cache.remove(&key);
                let stored = self.stored.remove(&key);
                assert!(removed.is_none() || removed == stored);
                assert!(!self.cache.contains(&key));
            }
            90..93 => {
                let odd = key % 2;
                self.cache.remove_if(|key, _, _| key % 2 == odd);
            }
            93..96 => self.clock.advance(Duration::from_secs(key % 30)),
            96..97 => {
                self.cache.evict_expired();
            }
            97..98 => {
                self.cache.clear();
                assert!(self.cache.is_empty());
            }
            _ => {
                let bound = bound(&mut self.random);
                self.cache.handle().set_maxsize(bound);
            }
        }
    }

    fn check(&self) {
        let bound = self.cache.parameters().maxsize.unwrap_or(usize::MAX);
        assert!(self.cache.len() <= bound, "{} of {bound}", self.cache.len());
    }

    fn check_all(&self) {
        // Expired ones are not listed, nor are they found.
        self.cache.evict_expired();
        assert_sound(&self.cache);
        for (key, value) in self.cache.iter() {
            assert_eq!(self.stored.get(&key), Some(&value));
        }
    }
}

fn bound(random: &mut Random) -> Option<usize> {
    match random.next() % 10 {
        0 => None,
        1..5 => Some((random.next() % 4) as usize),
        5..8 => Some((random.next() % 20) as usize),
        _ => Some((random.next() % 150) as usize),
    }
}

#[test]
fn random_operations_in_random_configurations() {
    for seed in 0..CONFIGURATIONS {
        let policy = CHECKED[usize::try_from(seed).unwrap() % CHECKED.len()];
        let mut subject = Subject::new(seed, policy);
        for operation in 1..=OPERATIONS {
            subject.operate();
            subject.check();
            if !subject.expires || operation % LOOK == 0 {
                subject.check_all();
            }
        }
        assert_eq!(FAILURES.load(Ordering::Relaxed), 0, "seed {seed}");
    }
}
