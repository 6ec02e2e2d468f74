//! Times to live, times to idle and jitter, against a model that knows no shortcut.

use std::collections::HashMap;
use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Cache, Clock};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Insert(u8),
    InsertFor(u8, Duration),
    Get(u8),
    Peek(u8),
    Info(u8),
    Advance(Duration),
    Rewind(Duration),
    EvictExpired,
    Len,
}

/// What the model knows of an entry: the range in which its end lies, its last use, and the latest time of a
/// use. If the clock went back between the two, it may end by either.
#[derive(Clone, Copy, Debug)]
struct Entry {
    earliest: u64,
    latest: u64,
    stored_at: u64,
    used_at: u64,
    last_used: u64,
}

#[derive(Debug)]
struct Model {
    entries: HashMap<u8, Entry>,
    ttl: Option<Duration>,
    tti: Option<Duration>,
    jitter: f64,
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl Model {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a part of a time span"
    )]
    fn insert(&mut self, key: u8, now: u64, ttl: Option<Duration>) {
        let (earliest, latest) = match ttl.map(nanos) {
            None => (u64::MAX, u64::MAX),
            Some(0) => (now, now),
            Some(ttl) => {
                let earliest = now.saturating_add(ttl);
                (
                    earliest,
                    earliest.saturating_add((ttl as f64 * self.jitter) as u64),
                )
            }
        };
        let entry = Entry {
            earliest,
            latest,
            stored_at: now,
            used_at: now,
            last_used: now,
        };
        self.entries.insert(key, entry);
    }

    /// Whether the key is there: `None` if the jitter decides.
    fn has(&self, key: u8, now: u64) -> Option<bool> {
        let Some(entry) = self.entries.get(&key) else {
            return Some(false);
        };
        let idle_end = |used: u64| {
            self.tti
                .map_or(u64::MAX, |tti| used.saturating_add(nanos(tti)))
        };
        let has_passed = |end: u64| end != u64::MAX && now >= end;
        if has_passed(entry.latest) || has_passed(idle_end(entry.last_used)) {
            return Some(false);
        }
        let is_sure = !has_passed(entry.earliest) && !has_passed(idle_end(entry.used_at));
        is_sure.then_some(true)
    }

    fn touch(&mut self, key: u8, now: u64) {
        if let Some(entry) = self.entries.get_mut(&key) {
            entry.used_at = now;
            entry.last_used = entry.last_used.max(now);
        }
    }

    /// Also if the clock goes back, they do not come back.
    fn evict_expired(&mut self, now: u64) {
        for key in 0..=u8::MAX {
            match (self.has(key, now), self.entries.get_mut(&key)) {
                (Some(false), _) => drop(self.entries.remove(&key)),
                // It may have been removed.
                (None, Some(entry)) => entry.earliest = 0,
                _ => {}
            }
        }
    }

    fn check(&self, key: u8, now: u64, found: bool) {
        if let Some(expected) = self.has(key, now) {
            assert_eq!(found, expected, "key {key} at {now}: {self:?}");
        }
    }
}

fn run(ttl: Option<Duration>, tti: Option<Duration>, jitter: f64, steps: Vec<Step>) {
    let clock = MockClock::new();
    let mut builder = Cache::<u8, u64>::builder()
        .clock(clock.clone())
        .jitter(jitter);
    if let Some(ttl) = ttl {
        builder = builder.ttl(ttl);
    }
    if let Some(tti) = tti {
        builder = builder.tti(tti);
    }
    let cache = builder.maxsize(None).build();
    let entries = HashMap::new();
    let mut model = Model {
        entries,
        ttl,
        tti,
        jitter,
    };
    for (value, step) in steps.into_iter().enumerate() {
        let (value, now) = (value as u64, clock.now());
        match step {
            Step::Insert(key) => {
                cache.insert(key, value);
                model.insert(key, now, model.ttl);
            }
            Step::InsertFor(key, ttl) => {
                cache.insert_with_ttl(key, value, ttl);
                model.insert(key, now, Some(ttl));
            }
            Step::Get(key) => {
                let found = cache.get(&key).is_some();
                model.check(key, now, found);
                if found {
                    model.touch(key, now);
                }
            }
            Step::Peek(key) => model.check(key, now, cache.contains(&key)),
            Step::Info(key) => {
                let info = cache.entry_info(&key);
                model.check(key, now, info.is_some());
                if let (Some(info), Some(entry)) = (info, model.entries.get(&key)) {
                    // A use on a clock that has gone back is not before the entry was there.
                    let idle = now.saturating_sub(entry.used_at.max(entry.stored_at));
                    assert!(info.idle.is_none_or(|noted| nanos(noted) == idle));
                }
            }
            Step::Advance(by) => clock.advance(by),
            Step::Rewind(by) => clock.rewind(by),
            Step::EvictExpired => {
                cache.evict_expired();
                model.evict_expired(now);
            }
            Step::Len => {
                let keys = 0..=u8::MAX;
                let least = keys
                    .filter(|key| model.has(*key, now) == Some(true))
                    .count();
                assert!(cache.len() >= least, "what lives is not removed");
            }
        }
    }
    cache.evict_expired();
    let now = clock.now();
    let most = (0..=u8::MAX).filter(|key| model.has(*key, now) != Some(false));
    assert!(cache.len() <= most.count(), "what has expired is removed");
}

fn span() -> impl Strategy<Value = Duration> {
    prop_oneof![
        8 => (0_u64..40).prop_map(Duration::from_secs),
        2 => (0_u64..3).prop_map(Duration::from_nanos),
        1 => Just(Duration::MAX),
        1 => Just(Duration::from_secs(3_600)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let key = 0_u8..6;
    prop_oneof![
        3 => key.clone().prop_map(Step::Insert),
        2 => (key.clone(), span()).prop_map(|(key, ttl)| Step::InsertFor(key, ttl)),
        6 => key.clone().prop_map(Step::Get),
        2 => key.clone().prop_map(Step::Peek),
        1 => key.prop_map(Step::Info),
        6 => (0_u64..15).prop_map(|secs| Step::Advance(Duration::from_secs(secs))),
        1 => (0_u64..15).prop_map(|secs| Step::Rewind(Duration::from_secs(secs))),
        1 => Just(Step::EvictExpired),
        1 => Just(Step::Len),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn expiry_is_that_of_the_model(
        ttl in proptest::option::weighted(0.7, span()),
        tti in proptest::option::weighted(0.5, span()),
        jitter in prop_oneof![Just(0.0), 0.0..2.0],
        steps in proptest::collection::vec(step(), 1..60),
    ) {
        run(ttl, tti, jitter, steps);
    }
}
