//! What policies are tested with: a table of entries in plain vectors, and a cache over it that replays
//! keys.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt::Debug;
use std::time::Duration;

use super::{Entries, Entry, Hits, Policy};

/// Entries by their places.
#[derive(Debug)]
pub(super) struct Table {
    marks: Hits,
    places: Vec<Option<Place>>,
    free: Vec<Entry>,
    weight: u64,
    /// Accesses so far.
    clock: u64,
}

#[derive(Debug)]
struct Place {
    key: u64,
    weight: u64,
    hits: Cell<u8>,
    last_use: u64,
}

impl Table {
    pub(super) fn new(marks: Hits) -> Self {
        Self {
            marks,
            places: Vec::new(),
            free: Vec::new(),
            weight: 0,
            clock: 0,
        }
    }

    pub(super) fn add(&mut self, key: u64, weight: u64) -> Entry {
        self.clock += 1;
        let entry = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            Entry(u32::try_from(self.places.len() - 1).expect("few entries"))
        });
        self.places[entry.0 as usize] = Some(Place {
            key,
            weight,
            hits: Cell::new(0),
            last_use: self.clock,
        });
        self.weight += weight;
        entry
    }

    /// Leaves the mark that a hit leaves.
    pub(super) fn hit(&mut self, entry: Entry) {
        self.clock += 1;
        let (marks, clock) = (self.marks, self.clock);
        let place = self.places[entry.0 as usize].as_mut().expect("it is live");
        match marks {
            Hits::Ignored => {}
            Hits::Counted(most) => place.hits.set(most.min(place.hits.get().saturating_add(1))),
            Hits::Timed => place.last_use = clock,
        }
    }

    /// Takes an entry out, and tells its key.
    pub(super) fn take(&mut self, entry: Entry) -> u64 {
        let place = self.places[entry.0 as usize].take().expect("it is live");
        self.free.push(entry);
        self.weight -= place.weight;
        place.key
    }

    /// The weight of all entries.
    pub(super) fn total(&self) -> u64 {
        self.weight
    }

    /// The live entries, by place.
    pub(super) fn live(&self) -> impl Iterator<Item = Entry> {
        let places = (0..).map(Entry).zip(&self.places);
        places.filter_map(|(entry, place)| place.as_ref().map(|_| entry))
    }

    fn place(&self, entry: Entry) -> &Place {
        self.places[entry.0 as usize].as_ref().expect("it is live")
    }
}

impl Entries for Table {
    fn hits(&self, entry: Entry) -> u8 {
        self.place(entry).hits.get()
    }

    fn set_hits(&self, entry: Entry, hits: u8) {
        self.place(entry).hits.set(hits);
    }

    fn last_use(&self, entry: Entry) -> u64 {
        self.place(entry).last_use
    }

    fn hash(&self, entry: Entry) -> u32 {
        #[allow(clippy::cast_possible_truncation, reason = "the upper half is taken")]
        let hash = (mix(self.place(entry).key) >> 32) as u32;
        hash
    }

    fn weight(&self, entry: Entry) -> u64 {
        self.place(entry).weight
    }

    fn cost(&self, _: Entry) -> Duration {
        Duration::ZERO
    }
}

/// A cache of keys without values.
#[derive(Debug)]
pub(super) struct Cache<P> {
    pub(super) policy: P,
    pub(super) table: Table,
    index: HashMap<u64, Entry>,
    capacity: u64,
    /// The keys that gave way, in order.
    pub(super) victims: Vec<u64>,
}

impl<P: Policy> Cache<P> {
    pub(super) fn new(mut policy: P, capacity: u64) -> Self {
        let marks = policy.hits();
        policy.set_capacity(capacity);
        Self {
            policy,
            table: Table::new(marks),
            index: HashMap::new(),
            capacity,
            victims: Vec::new(),
        }
    }

    /// Asks for a key, which comes in with this weight if it is missing; tells whether it was there.
    pub(super) fn access(&mut self, key: u64, weight: u64) -> bool {
        if let Some(entry) = self.index.get(&key) {
            self.table.hit(*entry);
            return true;
        }
        let entry = self.table.add(key, weight);
        self.index.insert(key, entry);
        self.policy.insert(entry, &self.table);
        self.shrink();
        false
    }

    /// Takes a key out, if it is there.
    pub(super) fn remove(&mut self, key: u64) {
        if let Some(entry) = self.index.remove(&key) {
            self.policy.remove(entry, &self.table);
            self.table.take(entry);
        }
    }

    pub(super) fn set_capacity(&mut self, capacity: u64) {
        self.capacity = capacity;
        self.policy.set_capacity(capacity);
        self.shrink();
    }

    pub(super) fn clear(&mut self) {
        for entry in self.index.drain().map(|(_, entry)| entry) {
            self.table.take(entry);
        }
        self.policy.clear();
    }

    /// Asks for keys that weigh 1, and counts those that were there.
    pub(super) fn replay(&mut self, keys: impl IntoIterator<Item = u64>) -> usize {
        keys.into_iter().filter(|key| self.access(*key, 1)).count()
    }

    fn shrink(&mut self) {
        while self.table.total() > self.capacity {
            let victim = self.policy.victim(&self.table).expect("entries are left");
            let key = self.table.take(victim);
            self.index.remove(&key);
            self.victims.push(key);
        }
    }
}

/// Whether two policies name the same victims, one by one, on random operations, among them removals
/// and changes of the capacity; `check` looks at the first after each operation.
pub(super) fn compare<P: Policy, M: Policy + Debug>(
    (policy, model): (impl Fn() -> P, impl Fn() -> M),
    check: impl Fn(&P, &Table),
) {
    for seed in 0..200 {
        let mut random = Random(seed);
        let mut capacity = [0, 1, 2, 3, 7, 20, 60, 150, u64::MAX][random.below(9)];
        let mut real = Cache::new(policy(), capacity);
        let mut plain = Cache::new(model(), capacity);
        let heaviest = [1, 1, 9][random.below(3)];
        let keys = [10, 50, 400][random.below(3)];
        for step in 0..1_000 {
            match random.below(1_000) {
                0 => {
                    real.clear();
                    plain.clear();
                }
                1..8 => {
                    capacity = random.below(100) as u64;
                    real.set_capacity(capacity);
                    plain.set_capacity(capacity);
                }
                8..50 => {
                    let key = random.skewed(keys);
                    real.remove(key);
                    plain.remove(key);
                }
                _ => {
                    let (key, weight) = (random.skewed(keys), 1 + random.below(heaviest) as u64);
                    real.access(key, weight);
                    plain.access(key, weight);
                }
            }
            assert_eq!(real.victims, plain.victims, "seed {seed}, step {step}");
            assert!(real.table.total() <= capacity);
            check(&real.policy, &real.table);
            real.victims.clear();
            plain.victims.clear();
        }
    }
}

/// Random numbers (`SplitMix64`).
#[derive(Debug)]
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("it is below a `usize`")
    }

    /// A number below `bound`, small ones more often.
    pub(super) fn skewed(&mut self, bound: usize) -> u64 {
        let within = 1 + self.below(bound);
        self.below(within) as u64
    }
}

fn mix(number: u64) -> u64 {
    let mut z = number;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
