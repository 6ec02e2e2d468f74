//! One body, run over every configuration: what holds whatever the settings are.

use std::cell::Cell;
use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Cache, CacheBuilder, Protection, RemovalCause, Removals};

use crate::support::{assert_calls, assert_sound};

const SIZES: [Option<usize>; 6] = [Some(0), Some(1), Some(2), Some(128), Some(usize::MAX), None];
const TTLS: [Option<Duration>; 2] = [None, Some(Duration::from_secs(60))];
/// More keys than the middle sizes have room for.
const KEYS: u64 = 300;

#[test]
fn every_protected_configuration() {
    for maxsize in SIZES {
        for ttl in TTLS {
            conforms(maxsize, ttl, |builder| builder.maxsize(maxsize));
        }
    }
}

#[test]
fn every_balanced_configuration() {
    for maxsize in SIZES {
        for ttl in TTLS {
            conforms(maxsize, ttl, |builder| builder.maxsize(maxsize).balanced());
        }
    }
}

#[test]
fn every_bare_configuration() {
    for maxsize in SIZES {
        for ttl in TTLS {
            // A bare cache has no bound, whatever is asked for.
            conforms(None, ttl, |builder| builder.maxsize(maxsize).bare());
        }
    }
}

/// A cache with the number of calls made to it.
struct Subject<P: Protection> {
    cache: Cache<u64, u64, P>,
    clock: MockClock,
    ttl: Option<Duration>,
    /// How many of the keys there is room for.
    room: u64,
    calls: Cell<u64>,
}

fn conforms<P: Protection>(
    maxsize: Option<usize>,
    ttl: Option<Duration>,
    set_up: impl Fn(CacheBuilder<u64, u64>) -> CacheBuilder<u64, u64, P>,
) {
    let clock = MockClock::new();
    let mut builder = set_up(Cache::builder()).clock(clock.clone());
    if let Some(ttl) = ttl {
        builder = builder.ttl(ttl);
    }
    let cache = builder.build();
    let parameters = cache.parameters();
    assert_eq!((parameters.maxsize, parameters.ttl), (maxsize, ttl));
    let subject = Subject {
        cache,
        clock,
        ttl,
        room: maxsize.map_or(KEYS, |maxsize| (maxsize as u64).min(KEYS)),
        calls: Cell::new(0),
    };
    subject.starts_empty();
    subject.fills_up_to_its_bound();
    subject.evicts_the_least_recently_used();
    subject.replaces_and_removes();
    subject.removes_by_predicate();
    subject.expires();
    subject.clears();
}

impl<P: Protection> Subject<P> {
    fn get(&self, key: u64) -> Option<u64> {
        self.calls.set(self.calls.get() + 1);
        self.cache.get(&key)
    }

    /// Calls for a key and tells whether the function ran.
    fn call(&self, key: u64) -> bool {
        let ran = Cell::new(false);
        self.calls.set(self.calls.get() + 1);
        let value = self.cache.get_or_insert_with(&key, || {
            ran.set(true);
            value_of(key)
        });
        assert_eq!(value, value_of(key));
        ran.get()
    }

    fn check(&self) {
        assert_sound(&self.cache);
        assert_calls(&self.cache.stats(), self.calls.get());
    }

    fn starts_empty(&self) {
        let cache = &self.cache;
        assert!(cache.is_empty());
        assert_eq!(
            (self.get(1), cache.peek(&1), cache.remove(&1)),
            (None, None, None)
        );
        assert!(!cache.contains(&1) && cache.entry_info(&1).is_none());
        assert_eq!((cache.evict_expired(), cache.iter().count()), (0, 0));
        self.check();
    }

    fn fills_up_to_its_bound(&self) {
        for key in 0..KEYS {
            assert!(self.call(key), "{key} was never there");
            assert_eq!(self.get(key).is_some(), self.room > 0);
        }
        let kept = KEYS - self.room..KEYS;
        for key in 0..KEYS {
            assert_eq!(self.cache.contains(&key), kept.contains(&key), "{key}");
        }
        let info = self.cache.stats();
        assert_eq!(self.cache.len() as u64, self.room);
        if self.room == 0 {
            assert_eq!((info.rejected, info.removals.size), (KEYS, 0));
        } else {
            assert_eq!((info.rejected, info.removals.size), (0, KEYS - self.room));
        }
        assert_eq!(info.load_successes, KEYS);
        for key in kept {
            assert!(!self.call(key), "{key} is there");
        }
        self.check();
    }

    fn evicts_the_least_recently_used(&self) {
        if self.room == KEYS || self.room < 2 {
            return;
        }
        // The kept keys were last used in ascending order.
        let eldest = KEYS - self.room;
        assert!(!self.call(eldest));
        // Looking is no use, in this sense.
        assert!(self.cache.contains(&(eldest + 1)) && self.cache.peek(&(eldest + 1)).is_some());
        assert!(self.call(KEYS));
        assert!(self.cache.contains(&eldest));
        assert!(!self.cache.contains(&(eldest + 1)));
        assert_eq!(self.cache.iter().last(), Some((KEYS, value_of(KEYS))));
        self.check();
    }

    fn replaces_and_removes(&self) {
        let (cache, key) = (&self.cache, 7);
        self.call(key);
        let before = cache.stats();
        cache.insert(key, 70);
        cache.insert(key, 71);
        let is_kept = self.room > 0;
        let kept = is_kept.then_some(71);
        assert_eq!((cache.peek(&key), self.get(key)), (kept, kept));
        assert_eq!((cache.remove(&key), cache.remove(&key)), (kept, None));
        assert_eq!((cache.peek(&key), self.get(key)), (None, None));
        let info = cache.stats().minus(&before);
        let removals = info.removals;
        if is_kept {
            assert_eq!((removals.replaced, removals.explicit), (2, 1));
        } else {
            assert_eq!((removals.replaced, removals.explicit), (0, 0));
            assert_eq!(info.rejected, 2);
        }
        self.check();
    }

    fn removes_by_predicate(&self) {
        let cache = &self.cache;
        let even: Vec<u64> = cache
            .iter()
            .map(|(key, _)| key)
            .filter(|key| key % 2 == 0)
            .collect();
        let before = cache.len();
        let removed = cache.remove_if(|key, value, _| {
            assert_eq!(*value, value_of(*key));
            key % 2 == 0
        });
        assert_eq!((removed, cache.len()), (even.len(), before - even.len()));
        assert!(even.iter().all(|key| !cache.contains(key)));
        self.check();
    }

    fn expires(&self) {
        let Some(ttl) = self.ttl else {
            self.clock.advance(Duration::from_secs(1_000_000_000));
            assert_eq!(self.cache.evict_expired(), 0);
            return;
        };
        // Entries of one age.
        self.cache.clear();
        self.calls.set(0);
        for key in 0..KEYS {
            self.call(key);
        }
        let last = KEYS - 1;
        let is_kept = self.room > 0;
        let nano = Duration::from_nanos(1);
        self.clock.advance(ttl.saturating_sub(nano));
        assert_eq!(
            (self.get(last).is_some(), self.cache.contains(&last)),
            (is_kept, is_kept)
        );
        self.clock.advance(nano);
        assert_eq!((self.get(last), self.cache.peek(&last)), (None, None));
        assert!(self.cache.remove(&last).is_none() && self.cache.iter().next().is_none());
        assert_eq!(
            self.cache.evict_expired() as u64,
            self.room.saturating_sub(1)
        );
        let info = self.cache.stats();
        assert_eq!(info.removals.of(RemovalCause::Expired), self.room);
        assert_eq!(info.currsize, 0);
        assert!(self.call(last), "what has expired is computed again");
        self.check();
    }

    fn clears(&self) {
        let cache = &self.cache;
        self.call(1);
        let held = cache.len();
        assert_eq!((cache.clear(), cache.len(), cache.clear()), (held, 0, 0));
        let info = cache.stats();
        assert_eq!(
            (info.calls(), info.rejected, info.load_successes),
            (0, 0, 0)
        );
        assert_eq!(
            (info.removals, info.maxsize),
            (Removals::default(), cache.parameters().maxsize)
        );
        self.calls.set(0);
        assert!(self.call(1));
        self.check();
    }
}

fn value_of(key: u64) -> u64 {
    key.wrapping_mul(0x9E37_79B9) ^ 5
}
