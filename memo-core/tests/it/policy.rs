//! The choice of a policy, and what a cache makes of a bad one.

use std::sync::atomic::{AtomicUsize, Ordering};

use memo_core::policy::{
    Adaptive, Entries, Entry, Fifo, Hits, Lfu, Policy, S3Fifo, Sieve, TinyLfu,
};
use memo_core::{Cache, EvictionPolicy};

use checked::Checked;

mod checked;
mod random;

/// Every policy that is built in.
const ALL: [EvictionPolicy; 7] = [
    EvictionPolicy::lru(),
    EvictionPolicy::fifo(),
    EvictionPolicy::sieve(),
    EvictionPolicy::s3_fifo(),
    EvictionPolicy::tiny_lfu(),
    EvictionPolicy::lfu(),
    EvictionPolicy::adaptive(),
];

/// The same, watched.
const CHECKED: [EvictionPolicy; 7] = [
    EvictionPolicy::lru(),
    EvictionPolicy::own::<Checked<Fifo>>(),
    EvictionPolicy::own::<Checked<Sieve>>(),
    EvictionPolicy::own::<Checked<S3Fifo>>(),
    EvictionPolicy::own::<Checked<TinyLfu>>(),
    EvictionPolicy::own::<Checked<Lfu>>(),
    EvictionPolicy::own::<Checked<Adaptive>>(),
];

fn cache(maxsize: usize, policy: EvictionPolicy) -> Cache<u32, u32> {
    Cache::builder().maxsize(maxsize).policy(policy).build()
}

fn kept(cache: &Cache<u32, u32>) -> Vec<u32> {
    let mut keys: Vec<u32> = cache.iter().map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys
}

/// Stores 1, 2, 3 where three have room, uses 1, and stores 4: the keys that are left.
fn after_a_use_of_the_oldest(policy: EvictionPolicy) -> Vec<u32> {
    let cache = cache(3, policy);
    (1..=3).for_each(|n| cache.insert(n, n));
    assert_eq!(cache.get(&1), Some(1));
    cache.insert(4, 4);
    kept(&cache)
}

#[test]
fn each_policy_has_a_victim_of_its_own() {
    assert_eq!(after_a_use_of_the_oldest(EvictionPolicy::lru()), [1, 3, 4]);
    assert_eq!(after_a_use_of_the_oldest(EvictionPolicy::fifo()), [2, 3, 4]);
    assert_eq!(
        after_a_use_of_the_oldest(EvictionPolicy::sieve()),
        [1, 3, 4]
    );
}

#[test]
fn a_policy_is_shown() {
    assert_eq!(
        cache(3, EvictionPolicy::default()).parameters().policy,
        "lru"
    );
    assert_eq!(
        cache(3, EvictionPolicy::sieve()).parameters().policy,
        "sieve"
    );
    assert_eq!(
        cache(3, EvictionPolicy::own::<Talkative>())
            .parameters()
            .policy,
        "talkative"
    );
    let bare = Cache::<u32, u32>::builder()
        .policy(EvictionPolicy::sieve())
        .bare()
        .build();
    assert_eq!(bare.parameters().policy, "none");
}

#[test]
fn what_is_removed_from_the_middle_is_no_victim() {
    for policy in ALL {
        let cache = cache(4, policy);
        let by_age = ["lru", "fifo", "sieve"].contains(&cache.parameters().policy);
        (1..=4).for_each(|n| cache.insert(n, n));
        cache.remove(&1);
        cache.remove(&3);
        (5..=7).for_each(|n| cache.insert(n, n));
        assert!(!cache.contains(&1) && !cache.contains(&3) && cache.len() == 4);
        assert!(!by_age || kept(&cache) == [4, 5, 6, 7], "{policy:?}");
        cache.clear();
        (8..=12).for_each(|n| cache.insert(n, n));
        assert_eq!(cache.len(), 4);
        assert!(!by_age || kept(&cache) == [9, 10, 11, 12], "{policy:?}");
    }
}

#[test]
fn a_bound_that_moves_is_followed() {
    for policy in [EvictionPolicy::fifo(), EvictionPolicy::sieve()] {
        let cache = cache(10, policy);
        (0..10).for_each(|n| cache.insert(n, n));
        cache.handle().set_maxsize(3);
        assert_eq!(cache.len(), 3);
        assert_eq!(kept(&cache), [7, 8, 9]);
        cache.handle().set_maxsize(5);
        (20..30).for_each(|n| cache.insert(n, n));
        assert_eq!(cache.len(), 5);
        for maxsize in [1, 0] {
            cache.handle().set_maxsize(maxsize);
            cache.insert(40, 40);
            assert_eq!(cache.len(), maxsize);
        }
        cache.handle().set_maxsize(None);
        (0..100).for_each(|n| cache.insert(n, n));
        assert_eq!(cache.len(), 100);
    }
}

/// Notes what it is told.
#[derive(Default)]
struct Talkative {
    entries: Vec<Entry>,
    capacity: u64,
}

/// Of the policy above in the one test that looks at them: what its last victim was like.
static HITS: AtomicUsize = AtomicUsize::new(0);

impl Policy for Talkative {
    fn name(&self) -> &'static str {
        "talkative"
    }

    fn hits(&self) -> Hits {
        Hits::Counted(3)
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.capacity = capacity;
    }

    fn insert(&mut self, entry: Entry, entries: &dyn Entries) {
        assert_ne!(self.capacity, 0, "it is known before the first entry");
        assert_eq!((entries.hits(entry), entries.weight(entry)), (0, 1));
        self.entries.push(entry);
    }

    fn remove(&mut self, entry: Entry, entries: &dyn Entries) {
        assert_eq!(entries.weight(entry), 1, "it is still there");
        self.entries.retain(|&other| other != entry);
    }

    fn victim(&mut self, entries: &dyn Entries) -> Option<Entry> {
        assert!(self.entries.len() as u64 > self.capacity);
        let victim = self.entries.remove(0);
        HITS.store(entries.hits(victim).into(), Ordering::Relaxed);
        // What nobody should ask has an answer, too.
        let nobody = Entry(u32::MAX);
        entries.set_hits(nobody, 3);
        assert_eq!((entries.hits(nobody), entries.weight(nobody)), (0, 0));
        Some(victim)
    }

    fn clear(&mut self) {
        self.entries.clear();
    }
}

#[test]
fn a_policy_of_ones_own_sees_hits_as_far_as_they_are_counted() {
    let cache = cache(2, EvictionPolicy::own::<Talkative>());
    for (uses, counted) in [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (300, 3)] {
        cache.clear();
        cache.insert(1, 1);
        for _ in 0..uses {
            cache.get(&1);
        }
        cache.insert(2, 2);
        cache.insert(3, 3);
        assert_eq!(HITS.load(Ordering::Relaxed), counted, "{uses} uses");
        assert_eq!(kept(&cache), [2, 3]);
    }
    cache.remove(&2);
    cache.insert(4, 4);
    assert_eq!(kept(&cache), [3, 4]);
}

/// Fails in one of several ways, after a few entries.
#[derive(Default)]
struct Failing<const HOW: u8> {
    entries: Vec<Entry>,
    asked: u32,
}

const IN_INSERT: u8 = 0;
const IN_VICTIM: u8 = 1;
const IN_REMOVE: u8 = 2;
const IN_CLEAR: u8 = 3;
const NAMES_NOBODY: u8 = 4;
const NAMES_A_STRANGER: u8 = 5;
const IN_DROP: u8 = 6;
const IN_CAPACITY: u8 = 7;

impl<const HOW: u8> Failing<HOW> {
    fn fails(&mut self, now: u8) {
        self.asked += u32::from(HOW == now);
        assert_ne!((HOW, self.asked), (now, 3), "this policy fails");
    }
}

impl<const HOW: u8> Policy for Failing<HOW> {
    fn name(&self) -> &'static str {
        "failing"
    }

    fn hits(&self) -> Hits {
        Hits::Timed
    }

    fn set_capacity(&mut self, _: u64) {
        self.fails(IN_CAPACITY);
    }

    fn insert(&mut self, entry: Entry, _: &dyn Entries) {
        self.fails(IN_INSERT);
        self.entries.push(entry);
    }

    fn remove(&mut self, entry: Entry, _: &dyn Entries) {
        self.fails(IN_REMOVE);
        self.entries.retain(|&other| other != entry);
    }

    fn victim(&mut self, _: &dyn Entries) -> Option<Entry> {
        self.fails(IN_VICTIM);
        self.fails(IN_DROP);
        match HOW {
            NAMES_NOBODY => None,
            NAMES_A_STRANGER => Some(Entry(1 << 20)),
            _ => Some(self.entries.remove(0)),
        }
    }

    fn clear(&mut self) {
        self.fails(IN_CLEAR);
        self.entries.clear();
    }
}

impl<const HOW: u8> Drop for Failing<HOW> {
    fn drop(&mut self) {
        assert_ne!(HOW, IN_DROP, "this policy fails when it is dropped");
    }
}

fn survives<const HOW: u8>() {
    let cache = cache(4, EvictionPolicy::own::<Failing<HOW>>());
    for round in 0..5 {
        for n in 0..20 {
            assert_eq!(cache.get_or_insert_with(&n, || n * 2), n * 2);
            assert!(cache.len() <= 4, "way {HOW}: the bound holds");
            if n % 7 == 0 {
                cache.remove(&n);
            }
        }
        assert_eq!(kept(&cache), [16, 17, 18, 19], "way {HOW}");
        if round % 2 == 0 {
            cache.clear();
        }
        let bound = if round % 2 == 0 { 5 } else { 4 };
        cache.handle().set_maxsize(bound);
        cache.handle().set_maxsize(4);
    }
    // Whatever is left in its place.
    std::mem::forget(cache);
}

#[test]
fn a_policy_that_fails_is_replaced() {
    survives::<IN_INSERT>();
    survives::<IN_VICTIM>();
    survives::<IN_REMOVE>();
    survives::<IN_CLEAR>();
    survives::<NAMES_NOBODY>();
    survives::<NAMES_A_STRANGER>();
    survives::<IN_DROP>();
    survives::<IN_CAPACITY>();
}
