//! A panic in a user's code reaches its caller and nobody else; the cache goes on.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Cache, RemovalCause, Removals};

use crate::support::{
    Held, PATIENCE, assert_calls, assert_sound, fail_silently, panic_in, wait_for_waiters, within,
};

#[test]
fn waiters_take_over_from_a_leader_that_panics() {
    for (waiters, panics) in [(8, 1), (8, 3), (64, 1), (64, 5), (16, 16)] {
        within(PATIENCE, move || take_over(waiters, panics));
    }
}

/// The first `panics` runs of the function fail. Whoever leads one of them sees the panic; every
/// other caller gets the value.
fn take_over(waiters: u64, panics: u64) {
    let cache: Cache<u64, u64> = Cache::builder().build();
    let (runs, held) = (AtomicU64::new(0), Held::default());
    let call = || {
        cache.get_or_insert_with(&1, || {
            held.compute(());
            if runs.fetch_add(1, Ordering::SeqCst) < panics {
                fail_silently();
            }
            7
        })
    };
    let failed = thread::scope(|scope| {
        let leader = scope.spawn(|| panic_in(call).is_some());
        held.wait_until_begun();
        let others: Vec<_> = (0..waiters)
            .map(|_| scope.spawn(|| panic_in(call).is_some()))
            .collect();
        wait_for_waiters(&cache, others.len());
        held.release();
        let ends = others
            .into_iter()
            .chain([leader])
            .map(|thread| thread.join().unwrap());
        ends.filter(|has_failed| *has_failed).count() as u64
    });
    assert_eq!(failed, panics, "each panic reaches one caller");
    assert_eq!(runs.load(Ordering::SeqCst), panics + 1, "runs = panics + 1");
    let info = cache.stats();
    assert_calls(&info, waiters + 1);
    assert_eq!((info.load_failures, info.load_successes), (panics, 1));
    assert_eq!((info.misses, info.waiting), (panics + 1, 0));
    assert_eq!((cache.len(), cache.peek(&1)), (1, Some(7)));
    assert_sound(&cache);
}

#[test]
fn a_failed_computation_leaves_nothing_behind() {
    within(PATIENCE, || {
        let cache: Cache<u64, u64> = Cache::builder().maxsize(4).build();
        for key in 0..10_000 {
            assert!(panic_in(|| cache.get_or_insert_with(&key, || fail_silently())).is_some());
            assert_eq!(cache.len(), 0);
        }
        assert_eq!(cache.stats().load_failures, 10_000);
        assert_eq!(cache.stats().removals, Removals::default());
        // From another thread: an entry that had stayed behind would be waited for, for ever.
        for key in 0..10_000 {
            assert_eq!(cache.get_or_insert_with(&key, || key), key);
        }
        assert_sound(&cache);
    });
}

/// Panics at the n-th call of one of a type's functions.
#[derive(Debug, Default)]
struct Fuse {
    left: AtomicU64,
}

impl Fuse {
    /// Lets `calls` calls pass and fails in the next one.
    fn light(&self, calls: u64) {
        self.left.store(calls + 1, Ordering::SeqCst);
    }

    fn put_out(&self) -> bool {
        self.left.swap(0, Ordering::SeqCst) != 0
    }

    fn burn(&self) {
        let left = self.left.load(Ordering::SeqCst);
        if left > 0 {
            self.left.store(left - 1, Ordering::SeqCst);
            // Two panics at once end the process: that is Rust's rule, and not what is tested.
            if left == 1 && !thread::panicking() {
                fail_silently();
            }
        }
    }
}

/// One fuse for each function of a user's type.
#[derive(Debug, Default)]
struct Fuses {
    hash: Fuse,
    eq: Fuse,
    clone: Fuse,
    drop: Fuse,
    listener: Fuse,
}

#[derive(Debug)]
struct Key(u64, Arc<Fuses>);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.1.hash.burn();
        // Four buckets, so that `Eq` is asked often.
        (self.0 % 4).hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.1.eq.burn();
        self.0 == other.0
    }
}

impl Eq for Key {}

impl Clone for Key {
    fn clone(&self) -> Self {
        self.1.clone.burn();
        Self(self.0, Arc::clone(&self.1))
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.1.drop.burn();
    }
}

#[derive(Debug)]
struct Value(u64, Arc<Fuses>);

impl Clone for Value {
    fn clone(&self) -> Self {
        self.1.clone.burn();
        Self(self.0, Arc::clone(&self.1))
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.1.drop.burn();
    }
}

/// A cache of touchy keys and values, with everything that can go wrong in it.
struct Touchy {
    cache: Cache<Key, Value>,
    clock: MockClock,
    fuses: Arc<Fuses>,
}

const MAXSIZE: usize = 8;
const TTL: Duration = Duration::from_secs(60);

impl Touchy {
    fn new() -> Self {
        let fuses = Arc::new(Fuses::default());
        let clock = MockClock::new();
        let heard = Arc::clone(&fuses);
        let cache = Cache::builder()
            .maxsize(MAXSIZE)
            .ttl(TTL)
            .clock(clock.clone())
            .on_removal(move |_: &Key, _: &Value, _: RemovalCause| heard.listener.burn())
            .build();
        Self {
            cache,
            clock,
            fuses,
        }
    }

    fn key(&self, n: u64) -> Key {
        Key(n, Arc::clone(&self.fuses))
    }

    fn value(&self, n: u64) -> Value {
        Value(n, Arc::clone(&self.fuses))
    }

    /// Every operation once, over more keys than there is room for.
    fn work(&self, operation: u64, key: u64) {
        let key = self.key(key);
        match operation {
            0 => drop(self.cache.get_or_insert_with(&key, || self.value(key.0))),
            1 => self.cache.insert(self.key(key.0), self.value(key.0)),
            2 => drop(self.cache.remove(&key)),
            3 => drop(self.cache.get(&key)),
            4 => drop(self.cache.remove_if(|key, _, _| key.0 % 3 == 0)),
            5 => drop(self.cache.clear()),
            6 => {
                self.clock.advance(TTL);
                self.cache.evict_expired();
            }
            7 => {
                // Finds the expired entry and computes anew.
                self.clock.advance(TTL);
                drop(self.cache.get_or_insert_with(&key, || self.value(key.0)));
            }
            8 => {
                self.cache.handle().set_maxsize(2);
                self.cache.handle().set_maxsize(MAXSIZE);
            }
            9 => drop(self.cache.iter().count()),
            _ => drop(self.cache.entry_info(&key)),
        }
    }

    fn assert_usable(self, scene: &str) {
        within(PATIENCE, {
            let scene = scene.to_owned();
            move || {
                // The operation that failed may have been on its way to raise it again.
                self.cache.handle().set_maxsize(MAXSIZE);
                for n in 0..12 {
                    let key = self.key(n);
                    assert!(
                        self.cache.get_or_insert_with(&key, || self.value(n)).0 == n,
                        "{scene}"
                    );
                    assert!(
                        self.cache.get(&key).is_some_and(|value| value.0 == n),
                        "{scene}"
                    );
                }
                assert_eq!(self.cache.len(), MAXSIZE, "{scene}");
                assert_sound(&self.cache);
                assert_eq!(self.cache.clear(), MAXSIZE);
                assert_sound(&self.cache);
            }
        });
    }
}

const OPERATIONS: u64 = 11;

/// Fails at the `n`-th call of one function within each operation, for all `n` there are.
fn fails_everywhere(name: &str, fuse: fn(&Fuses) -> &Fuse, reaches_the_caller: bool) {
    let mut panics = 0;
    for operation in 0..OPERATIONS {
        for calls in 0.. {
            assert!(calls < 200, "an operation on 8 entries makes fewer calls");
            let touchy = Touchy::new();
            for key in 0..10 {
                touchy.work(1, key);
            }
            let fuse = fuse(&touchy.fuses);
            fuse.light(calls);
            let has_failed = panic_in(|| touchy.work(operation, 5)).is_some();
            let has_survived = fuse.put_out();
            assert!(
                !(has_failed && has_survived),
                "{name}: a panic of unknown origin"
            );
            if has_survived {
                break;
            }
            panics += 1;
            assert_eq!(
                has_failed, reaches_the_caller,
                "{name} in operation {operation}"
            );
            touchy.assert_usable(&format!("{name}, operation {operation}, call {calls}"));
        }
    }
    assert!(panics > 4, "{name} was called {panics} times only");
}

#[test]
fn in_hash() {
    fails_everywhere("Hash", |fuses| &fuses.hash, true);
}

#[test]
fn in_eq() {
    fails_everywhere("Eq", |fuses| &fuses.eq, true);
}

#[test]
fn in_clone() {
    fails_everywhere("Clone", |fuses| &fuses.clone, true);
}

#[test]
fn in_drop() {
    fails_everywhere("Drop", |fuses| &fuses.drop, true);
}

#[test]
fn in_a_listener() {
    // It stays there: the removal has happened, and the caller is not to blame.
    fails_everywhere("listener", |fuses| &fuses.listener, false);
}

#[test]
fn a_panic_in_a_listener_is_counted() {
    let cache: Cache<u64, u64> = Cache::builder()
        .maxsize(1)
        .on_removal(|_, _, _| fail_silently())
        .build();
    for key in 0..5 {
        assert_eq!(cache.get_or_insert_with(&key, || key), key);
    }
    assert_eq!(cache.stats().listener_panics, 4);
    assert_eq!(cache.stats().removals.size, 4);
}
