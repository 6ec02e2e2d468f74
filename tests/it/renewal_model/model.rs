//! How results come, live, and are computed anew, one after the other.

use std::collections::HashMap;

pub(super) const SECOND: u64 = 1_000_000_000;
/// For how long an error puts off the next attempt.
const THROTTLE: u64 = 30 * SECOND;

/// The options, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) ttl: u64,
    /// When a result is computed anew, after it has come.
    pub(super) ahead: Option<u64>,
    /// At a moment that is drawn, so that it is known only from what happens.
    pub(super) early: bool,
    pub(super) stale: u64,
    pub(super) error: u64,
    pub(super) kept: u64,
    pub(super) adaptive: Option<(u64, u64)>,
}

impl Rules {
    pub(super) const PLAIN: Self = Self {
        ttl: 10 * SECOND,
        ahead: None,
        early: false,
        stale: 0,
        error: 0,
        kept: 0,
        adaptive: None,
    };

    fn renews(&self) -> bool {
        self.ahead.is_some() || self.early || self.stale > 0
    }
}

/// What a run of the function gives, and how long it takes.
type Run = (Result<u64, ()>, u64);

#[derive(Clone, Copy, Debug)]
enum Refresh {
    Never,
    /// From some moment between these two on.
    Due {
        earliest: u64,
        latest: u64,
    },
    /// Somebody does it.
    Claimed,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    number: u64,
    value: u64,
    stored_at: u64,
    expires_at: u64,
    good_until: u64,
    refresh: Refresh,
}

/// One in the background.
#[derive(Debug)]
struct Job {
    key: u8,
    /// The entry that it is to replace.
    older: u64,
    /// Whether its result is wanted.
    is_wanted: bool,
}

/// What a call comes to.
pub(super) struct Expected {
    pub(super) result: Result<u64, ()>,
    pub(super) runs: u64,
}

#[derive(Debug)]
pub(super) struct Model {
    rules: Rules,
    entries: HashMap<u8, Entry>,
    jobs: Vec<Job>,
    next: u64,
    /// Hits, misses, and what was served past its time.
    calls: (u64, u64, u64),
    /// Runs that gave a value, and those that did not.
    runs: (u64, u64),
}

impl Model {
    pub(super) fn new(rules: Rules) -> Self {
        Self {
            rules,
            entries: HashMap::new(),
            jobs: Vec::new(),
            next: 0,
            calls: (0, 0, 0),
            runs: (0, 0),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn calls(&self) -> (u64, u64, u64) {
        self.calls
    }

    pub(super) fn runs(&self) -> (u64, u64) {
        self.runs
    }

    /// `has_spawned` is what happened: it must be right, and tells what is drawn.
    pub(super) fn call(&mut self, key: u8, now: u64, run: Run, has_spawned: bool) -> Expected {
        if self.contains(key, now) {
            let entry = self.entries[&key];
            self.begin_in_background(key, now, has_spawned);
            self.calls.0 += 1;
            self.calls.2 += u64::from(now >= entry.expires_at);
            return Expected {
                result: Ok(entry.value),
                runs: 0,
            };
        }
        assert!(!has_spawned, "the caller computes");
        self.remove_if_useless(key, now);
        self.calls.1 += 1;
        let result = self.run(key, now, run).or_else(|older| {
            self.calls.2 += u64::from(older.is_some());
            older.ok_or(())
        });
        Expected { result, runs: 1 }
    }

    /// What a run has given; if it was an error, the older result that may be served for it.
    fn run(&mut self, key: u8, now: u64, (outcome, cost): Run) -> Result<u64, Option<u64>> {
        let now = now + cost;
        if let Ok(value) = outcome {
            self.runs.0 += 1;
            self.store(key, value, now, cost);
            return Ok(value);
        }
        self.runs.1 += 1;
        Err(self.forgive(key, now))
    }

    fn begin_in_background(&mut self, key: u8, now: u64, has_spawned: bool) {
        let is_busy = self.jobs.iter().any(|job| job.key == key && job.is_wanted);
        let Some(entry) = self.entries.get_mut(&key) else {
            unreachable!("it is served");
        };
        let may_spawn = match &mut entry.refresh {
            Refresh::Due { earliest, latest } if !is_busy => {
                assert!(
                    now < *latest || has_spawned,
                    "it is due: {entry:?} at {now}"
                );
                let may_spawn = now >= *earliest;
                if may_spawn && !has_spawned {
                    *earliest = now + 1;
                }
                may_spawn
            }
            _ => false,
        };
        assert!(
            may_spawn || !has_spawned,
            "it is not due: {entry:?} at {now}"
        );
        if has_spawned {
            entry.refresh = Refresh::Claimed;
            self.jobs.push(Job {
                key,
                older: entry.number,
                is_wanted: true,
            });
        }
    }

    /// The oldest one; how often the function ran.
    pub(super) fn run_in_background(&mut self, now: u64, run: Run) -> u64 {
        let job = self.jobs.remove(0);
        if !job.is_wanted {
            return 0;
        }
        if self.run(job.key, now, run).is_err() {
            self.try_again(&job, now + run.1);
        }
        1
    }

    pub(super) fn drop_in_background(&mut self, now: u64) {
        let job = self.jobs.remove(0);
        self.try_again(&job, now);
    }

    /// After a second, or a tenth of the time for which the older result is still served.
    fn try_again(&mut self, job: &Job, now: u64) {
        let entry = self.entries.get_mut(&job.key);
        if let Some(entry) = entry.filter(|entry| entry.number == job.older) {
            let left = entry.good_until.saturating_sub(now);
            entry.refresh = due_at(now + (left / 10).clamp(1, SECOND));
        }
    }

    /// There is an error: the older result is served for a while, if it may be.
    fn forgive(&mut self, key: u8, now: u64) -> Option<u64> {
        let entry = self.entries.get_mut(&key)?;
        let bound = entry.expires_at + self.rules.error;
        if self.rules.error == 0 || now >= bound {
            return None;
        }
        let until = bound.min(now + THROTTLE);
        entry.good_until = entry.good_until.max(until);
        if self.rules.renews() && !matches!(entry.refresh, Refresh::Claimed) {
            entry.refresh = due_at(until);
        }
        Some(entry.value)
    }

    pub(super) fn prime(&mut self, key: u8, value: u64, now: u64) {
        // What is given is the first of its kind.
        self.entries.remove(&key);
        self.store(key, value, now, 0);
    }

    fn store(&mut self, key: u8, value: u64, now: u64, cost: u64) {
        let life = match (self.rules.adaptive, self.entries.get(&key)) {
            (None, _) => self.rules.ttl,
            (Some((least, _)), None) => least,
            (Some((least, most)), Some(older)) => {
                let lived = older.expires_at.saturating_sub(older.stored_at);
                let is_same = older.value == value;
                let next = if is_same { 2 * lived } else { lived / 2 };
                next.clamp(least, most)
            }
        };
        let expires_at = now + life;
        let refresh = if !self.rules.renews() {
            Refresh::Never
        } else if self.rules.early && cost > 0 {
            Refresh::Due {
                earliest: now,
                latest: expires_at,
            }
        } else {
            due_at(self.rules.ahead.map_or(expires_at, |part| now + part))
        };
        self.next += 1;
        let entry = Entry {
            number: self.next,
            value,
            stored_at: now,
            expires_at,
            good_until: expires_at + self.rules.stale,
            refresh,
        };
        self.entries.insert(key, entry);
        self.forget_jobs(key);
    }

    pub(super) fn contains(&self, key: u8, now: u64) -> bool {
        let entry = self.entries.get(&key);
        entry.is_some_and(|entry| now < entry.good_until)
    }

    pub(super) fn invalidate(&mut self, key: u8) {
        self.entries.remove(&key);
        self.forget_jobs(key);
    }

    fn forget_jobs(&mut self, key: u8) {
        for job in self.jobs.iter_mut().filter(|job| job.key == key) {
            job.is_wanted = false;
        }
    }

    pub(super) fn evict_expired(&mut self, now: u64) -> usize {
        let before = self.entries.len();
        let keys: Vec<u8> = self.entries.keys().copied().collect();
        for key in keys {
            self.remove_if_useless(key, now);
        }
        before - self.entries.len()
    }

    fn remove_if_useless(&mut self, key: u8, now: u64) {
        let most = self.rules.adaptive.map_or(0, |(_, most)| most);
        let spare = self.rules.error.max(self.rules.kept).max(most);
        let kept_until = |entry: &Entry| entry.good_until.max(entry.expires_at + spare);
        if self
            .entries
            .get(&key)
            .is_some_and(|entry| now >= kept_until(entry))
        {
            self.entries.remove(&key);
        }
    }
}

fn due_at(at: u64) -> Refresh {
    Refresh::Due {
        earliest: at,
        latest: at,
    }
}
