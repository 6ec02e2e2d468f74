//! Everything at once, for as long as is asked: threads that read, compute, replace, remove, clear
//! and resize, while entries expire. Two seconds by default; `MEMOKIT_SOAK_SECONDS=600` for more.
#![cfg(not(shuttle))]

#[path = "support/canary.rs"]
mod canary;

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use canary::{Canary, Census};
use memo_core::testing::MockClock;
use memo_core::{Bare, Cache, CacheHandle, Protection};

const THREADS: u64 = 3;
/// The largest bound that is ever set.
const MOST: usize = 3_000;
const TTL: Duration = Duration::from_secs(10);

#[derive(Clone, Debug)]
struct Key {
    text: String,
    canary: Canary,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.canary.look();
        self.text.hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.canary.look();
        other.canary.look();
        self.text == other.text
    }
}

impl Eq for Key {}

#[derive(Debug)]
struct Value {
    text: String,
    canary: Canary,
}

impl Clone for Value {
    /// Looks before and after: the reader is inside for as long as this takes.
    fn clone(&self) -> Self {
        self.canary.look();
        let text = self.text.clone();
        let canary = self.canary.clone();
        self.canary.look();
        Self { text, canary }
    }
}

/// Random numbers (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }

    /// Small numbers more often.
    fn skewed(&mut self, n: u64) -> u64 {
        let below = self.below(n) + 1;
        self.below(below)
    }
}

/// The caches of one round, and what is moved about them.
struct World {
    census: Arc<Census>,
    clock: MockClock,
    bounded: Cache<Key, Value>,
    bare: Cache<Key, Value, Bare>,
    /// Nothing to drop: its nodes are free without leaving the lock.
    plain: Cache<u64, u64>,
    handle: CacheHandle,
}

impl World {
    fn new(census: &Arc<Census>) -> Self {
        let clock = MockClock::new();
        let bounded = Cache::builder()
            .maxsize(500)
            .ttl(TTL)
            .clock(clock.clone())
            .build();
        let handle = bounded.handle();
        Self {
            census: Arc::clone(census),
            clock,
            bounded,
            bare: Cache::<Key, Value>::builder().bare().build(),
            plain: Cache::builder().maxsize(64).build(),
            handle,
        }
    }

    fn key(&self, number: u64) -> Key {
        Key {
            text: format!("key {number}"),
            canary: self.census.birth(),
        }
    }

    fn value(&self, key: &Key) -> Value {
        Value {
            text: format!("value of {}", key.text),
            canary: self.census.birth(),
        }
    }

    fn call<P: Protection>(&self, cache: &Cache<Key, Value, P>, key: &Key) {
        check(key, &cache.get_or_insert_with(key, || self.value(key)));
    }

    /// One step of a thread.
    fn step(&self, random: &mut Random) {
        let number = random.skewed(5_000);
        match random.below(16) {
            0 => self.step_plain(number),
            1 => self.step_with(&self.bare, &self.key(number % 600), random),
            _ => self.step_with(&self.bounded, &self.key(number), random),
        }
        if random.below(200) == 0 {
            self.change(random);
        }
    }

    fn step_plain(&self, number: u64) {
        for key in number..number + 8 {
            let value = self.plain.get_or_insert_with(&key, || !key);
            assert_eq!(value, !key);
        }
    }

    fn step_with<P: Protection>(
        &self,
        cache: &Cache<Key, Value, P>,
        key: &Key,
        random: &mut Random,
    ) {
        match random.below(100) {
            0..70 => self.call(cache, key),
            70..80 => check_some(key, cache.get(key)),
            80..84 => check_some(key, cache.peek(key)),
            84..88 => check_some(key, cache.remove(key)),
            88..93 => cache.insert(key.clone(), self.value(key)),
            93..95 => cache.insert_with_ttl(key.clone(), self.value(key), TTL / 2),
            95..98 => {
                cache.contains(key);
            }
            98 => {
                cache.entry_info(key);
            }
            _ => assert!(cache.len() <= MOST.max(600)),
        }
    }

    /// Something that concerns many entries.
    fn change(&self, random: &mut Random) {
        match random.below(12) {
            0..4 => self.clock.advance(TTL / 16),
            4 => {
                let maxsize = [1, 2, 30, 500, MOST][usize::try_from(random.below(5)).unwrap()];
                self.handle.set_maxsize(maxsize);
            }
            5 => {
                let ttl = [TTL, TTL / 4][usize::try_from(random.below(2)).unwrap()];
                self.handle.set_ttl(ttl);
            }
            6 => {
                self.bounded.evict_expired();
            }
            7 => {
                let digit = char::from_digit(u32::try_from(random.below(10)).unwrap(), 10);
                self.bounded.remove_if(|key, value, _| {
                    check(key, value);
                    digit.is_some_and(|digit| key.text.ends_with(digit))
                });
            }
            8 => self
                .bounded
                .iter()
                .for_each(|(key, value)| check(&key, &value)),
            9 => self
                .bare
                .iter()
                .for_each(|(key, value)| check(&key, &value)),
            10 => {
                self.plain.clear();
                self.bare.clear();
            }
            _ => {
                self.bounded.clear();
            }
        }
    }

    /// Nobody else is there.
    fn check_at_rest(&self) {
        let maxsize = self.bounded.parameters().maxsize;
        assert!(maxsize.is_none_or(|maxsize| self.bounded.len() <= maxsize));
        assert_eq!(self.bare.iter().count(), self.bare.len());
        assert_eq!(self.bounded.stats().waiting, 0);
        self.bounded.evict_expired();
        let entries: Vec<(Key, Value)> = self.bounded.iter().collect();
        assert_eq!(self.bounded.len(), entries.len());
        for (key, value) in entries {
            check(&key, &value);
            check_some(&key, self.bounded.peek(&key));
            assert!(self.bounded.contains(&key), "listed but not found");
        }
        // Garbage may wait for a next time, but not without bound.
        let held = self.bounded.len() + self.bare.len() + MOST;
        let living = usize::try_from(self.census.living()).unwrap();
        assert!(
            living <= 2 * held,
            "{living} keys and values for {held} entries"
        );
    }
}

fn check(key: &Key, value: &Value) {
    key.canary.look();
    value.canary.look();
    assert_eq!(value.text.strip_prefix("value of "), Some(&*key.text));
}

fn check_some(key: &Key, value: Option<Value>) {
    if let Some(value) = value {
        check(key, &value);
    }
}

fn duration() -> Duration {
    let seconds = std::env::var("MEMOKIT_SOAK_SECONDS").ok();
    let seconds = seconds.map_or(2, |text| text.parse().expect("a number of seconds"));
    Duration::from_secs(seconds)
}

#[test]
fn everything_at_once() {
    let (census, steps) = (Census::new(), AtomicU64::new(0));
    let is_over = AtomicBool::new(false);
    #[allow(
        clippy::disallowed_methods,
        reason = "how long to go on, not what happens"
    )]
    let begin = Instant::now();
    let mut round = 0;
    while !is_over.load(Ordering::Relaxed) {
        // New caches, in the domains of those before; new threads, with the records of those before.
        let world = World::new(&census);
        for generation in 0..3 {
            thread::scope(|scope| {
                for number in 0..THREADS {
                    let mut random = Random((round * 3 + generation) * THREADS + number);
                    let (world, steps, is_over) = (&world, &steps, &is_over);
                    scope.spawn(move || {
                        let limit = 5_000 + random.below(30_000);
                        let mut done = 0;
                        while done < limit && !is_over.load(Ordering::Relaxed) {
                            world.step(&mut random);
                            done += 1;
                            if done % 128 == 0 && begin.elapsed() >= duration() {
                                is_over.store(true, Ordering::Relaxed);
                            }
                        }
                        steps.fetch_add(done, Ordering::Relaxed);
                    });
                }
            });
            world.check_at_rest();
        }
        drop(world);
        assert_eq!(census.living(), 0, "of {}", census.born());
        round += 1;
    }
    let (steps, born) = (steps.load(Ordering::Relaxed), census.born());
    assert!(born > steps, "{born} keys and values in {steps} steps");
    println!("{steps} steps in {round} rounds, {born} keys and values made and dropped");
}
