//! Interleavings chosen by a model checker: `just interleave`.
//!
//! Every lock and every parking of the runtime is a point where the checker may switch threads; in
//! the models of the store, so is every access to what is read without a lock.
//! The functions read a world that other threads change; what a call may see of it is decided by
//! what had returned before the call began.
#![cfg(shuttle)]

#[path = "support/canary.rs"]
mod canary;
#[path = "interleave/renewal.rs"]
mod renewal;
#[path = "interleave/store.rs"]
mod store;
#[cfg(feature = "async")]
#[path = "interleave/tasks.rs"]
mod tasks;

use std::panic::{self, AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::AtomicU64 as Tally;
use std::sync::{Arc, Once};

use memo_core::Cache;
use shuttle::sync::atomic::{AtomicU64, Ordering};
use shuttle::thread;

const KEY: u64 = 1;

/// Random schedules, and ones with few but well placed switches, which find rare orders sooner.
fn explore(model: impl Fn() + Send + Sync + Clone + 'static) {
    shuttle::check_random(model.clone(), schedules());
    shuttle::check_pct(model, schedules(), 3);
}

/// Of each kind: enough for every change, and as many as one likes with `SCHEDULES` set.
fn schedules() -> usize {
    let wanted = std::env::var("SCHEDULES").ok();
    wanted
        .and_then(|number| number.parse().ok())
        .unwrap_or(50_000)
}

/// What the function computes from, and how much of it later calls have to see.
struct World {
    cache: Cache<u64, u64>,
    state: AtomicU64,
    /// The last state whose invalidation has returned.
    invalidated: AtomicU64,
    /// What the entry gets.
    tag: Option<&'static str>,
}

impl World {
    fn new(maxsize: usize) -> Arc<Self> {
        Arc::new(Self {
            cache: Cache::builder().maxsize(maxsize).build(),
            state: AtomicU64::new(0),
            invalidated: AtomicU64::new(0),
            tag: None,
        })
    }

    fn tagged(tag: &'static str) -> Arc<Self> {
        let mut world = Self::new(8);
        if let Some(world) = Arc::get_mut(&mut world) {
            world.tag = Some(tag);
        }
        world
    }

    /// Reads the world, perhaps long before the value is stored.
    fn compute(&self) -> u64 {
        if let Some(tag) = self.tag {
            memo_core::tag(tag);
        }
        let seen = self.state.load(Ordering::SeqCst);
        thread::yield_now();
        seen
    }

    /// A call must not give a value from before an invalidation that had returned when it began.
    fn call(&self) -> u64 {
        let at_least = self.invalidated.load(Ordering::SeqCst);
        let value = self.cache.get_or_insert_with(&KEY, || self.compute());
        assert!(value >= at_least, "stale read: {value} < {at_least}");
        value
    }

    fn look(&self) {
        let at_least = self.invalidated.load(Ordering::SeqCst);
        if let Some(value) = self.cache.get(&KEY) {
            assert!(value >= at_least, "stale read: {value} < {at_least}");
        }
    }

    /// Changes the world and invalidates what was computed from the old one.
    ///
    /// Not every invalidation takes a lock: others may come before each step all the same.
    fn change(&self, invalidate: impl FnOnce(&Cache<u64, u64>)) {
        thread::yield_now();
        let new = self.state.fetch_add(1, Ordering::SeqCst) + 1;
        thread::yield_now();
        invalidate(&self.cache);
        thread::yield_now();
        self.invalidated.fetch_max(new, Ordering::SeqCst);
    }

    fn assert_sound(&self) {
        let entries: Vec<(u64, u64)> = self.cache.iter().collect();
        assert_eq!(self.cache.len(), entries.len());
        let maxsize = self.cache.parameters().maxsize;
        assert!(maxsize.is_none_or(|maxsize| entries.len() <= maxsize));
        for (key, value) in entries {
            let stored = self.cache.get_or_insert_with(&key, || u64::MAX);
            assert_eq!(stored, value, "an entry that calls do not find");
        }
    }
}

type Invalidate = fn(&Cache<u64, u64>);

fn remove(cache: &Cache<u64, u64>) {
    cache.remove(&KEY);
}

fn clear(cache: &Cache<u64, u64>) {
    cache.clear();
}

fn remove_if(cache: &Cache<u64, u64>) {
    cache.remove_if(|key, _, _| *key == KEY);
}

/// As by a tag. That itself goes over all caches of the program, those of other models too.
fn forget(cache: &Cache<u64, u64>) {
    memo_core::__private::by_value::forget(cache.handle());
}

fn matching(cache: &Cache<u64, u64>) {
    cache.invalidate_matching("[1]");
}

/// Two threads: a call, and an invalidation followed by a call.
fn against_one_call(invalidate: Invalidate) -> impl Fn() + Send + Sync + Clone + 'static {
    move || {
        let world = World::new(8);
        let caller = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.call())
        };
        world.change(invalidate);
        assert_eq!(world.call(), 1);
        caller.join().unwrap();
        world.look();
        world.assert_sound();
    }
}

/// Three threads: two that call twice, and one that invalidates, twice.
fn against_two_callers(invalidate: Invalidate) -> impl Fn() + Send + Sync + Clone + 'static {
    move || {
        let world = World::new(8);
        let callers: Vec<_> = (0..2)
            .map(|_| {
                let world = Arc::clone(&world);
                thread::spawn(move || {
                    world.call();
                    world.call();
                    world.look();
                })
            })
            .collect();
        world.change(invalidate);
        world.change(invalidate);
        assert_eq!(world.call(), 2);
        for caller in callers {
            caller.join().unwrap();
        }
        world.look();
        world.assert_sound();
    }
}

#[test]
fn remove_against_one_call() {
    explore(against_one_call(remove));
}

#[test]
fn remove_against_two_callers() {
    explore(against_two_callers(remove));
}

#[test]
fn clear_against_one_call() {
    explore(against_one_call(clear));
}

#[test]
fn clear_against_two_callers() {
    explore(against_two_callers(clear));
}

#[test]
fn forget_against_one_call() {
    explore(against_one_call(forget));
}

#[test]
fn forget_against_two_callers() {
    explore(against_two_callers(forget));
}

#[test]
fn matching_against_one_call() {
    explore(against_one_call(matching));
}

#[test]
fn matching_against_two_callers() {
    explore(against_two_callers(matching));
}

/// The tag of an entry is cleared, twice.
#[test]
fn a_tag_against_two_callers() {
    const TAG: &str = "interleave::entry";
    explore(|| {
        let world = World::tagged(TAG);
        let callers = [(); 2].map(|()| {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                world.call();
                world.call();
                world.look();
            })
        });
        for _ in 0..2 {
            world.change(|_| {
                // As `clear_tag` does before it looks at other models' caches.
                memo_core::testing::clear_entries(TAG);
            });
            world.look();
        }
        assert_eq!(world.call(), 2);
        for caller in callers {
            caller.join().unwrap();
        }
        world.look();
    });
}

#[test]
fn remove_if_against_one_call() {
    explore(against_one_call(remove_if));
}

#[test]
fn remove_if_against_two_callers() {
    explore(against_two_callers(remove_if));
}

/// The smallest races, in every order that there is: a call, and one invalidation.
#[test]
fn one_call_in_every_order() {
    fn insert(cache: &Cache<u64, u64>) {
        cache.insert(KEY, 1);
    }
    for invalidate in [
        remove as Invalidate,
        clear,
        forget,
        matching,
        remove_if,
        insert,
    ] {
        let model = move || {
            let world = World::new(8);
            let caller = {
                let world = Arc::clone(&world);
                let compute = move |world: &World| world.state.load(Ordering::SeqCst);
                thread::spawn(move || world.cache.get_or_insert_with(&KEY, || compute(&world)))
            };
            world.state.store(1, Ordering::SeqCst);
            invalidate(&world.cache);
            caller.join().unwrap();
            let stored = world.cache.peek(&KEY);
            assert!(
                stored.is_none_or(|value| value == 1),
                "a late value was stored"
            );
        };
        shuttle::check_dfs(model, None);
    }
}

#[test]
fn two_invalidations_at_once() {
    explore(|| {
        let world = World::new(8);
        let invalidations = [matching as Invalidate, forget].map(|invalidate| {
            let world = Arc::clone(&world);
            thread::spawn(move || world.change(invalidate))
        });
        world.call();
        for invalidation in invalidations {
            invalidation.join().unwrap();
        }
        assert_eq!(world.call(), 2);
        world.assert_sound();
    });
}

#[test]
fn an_inserted_value_stays() {
    explore(|| {
        let world = World::new(8);
        let callers = [(); 2].map(|()| {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                world.call();
                world.look();
            })
        });
        world.change(|cache| cache.insert(KEY, 1));
        assert_eq!(world.call(), 1);
        for caller in callers {
            caller.join().unwrap();
        }
        assert_eq!(
            world.cache.peek(&KEY),
            Some(1),
            "a late value took its place"
        );
        world.assert_sound();
    });
}

#[test]
fn an_invalidation_among_evictions() {
    // Room for one entry: the key's entry comes and goes by eviction too.
    explore(|| {
        let world = World::new(1);
        let other = {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                world.cache.insert(2, 0);
                world.call();
            })
        };
        let caller = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.call())
        };
        world.change(remove);
        assert_eq!(world.call(), 1);
        assert!(world.cache.len() <= 1);
        other.join().unwrap();
        caller.join().unwrap();
        world.assert_sound();
    });
}

/// A panic that prints nothing and is not taken for a failure of the model.
fn fail_silently() -> u64 {
    resume_unwind(Box::new("on purpose"))
}

/// The value of a call that may panic. The checker cannot switch in a thread that unwinds; what is
/// to be woken by then is woken at the thread's next lock, which is here.
fn caught(cache: &Cache<u64, u64>, call: impl FnOnce() -> u64) -> Option<u64> {
    let value = catch_unwind(AssertUnwindSafe(call)).ok();
    cache.len();
    value
}

#[test]
fn callers_of_one_key_compute_once() {
    let (coalesced, hits) = (Arc::new(Tally::new(0)), Arc::new(Tally::new(0)));
    let seen = (Arc::clone(&coalesced), Arc::clone(&hits));
    explore(move || {
        let world = World::new(8);
        let callers = [(); 3].map(|()| {
            let world = Arc::clone(&world);
            thread::spawn(move || world.call())
        });
        assert_eq!(callers.map(|caller| caller.join().unwrap()), [0; 3]);
        let info = world.cache.stats();
        assert_eq!((info.misses, info.hits + info.coalesced), (1, 2));
        seen.0.fetch_add(info.coalesced, Ordering::Relaxed);
        seen.1.fetch_add(info.hits, Ordering::Relaxed);
        world.assert_sound();
    });
    // The schedules reach both: a caller that waits, and one that comes when the value is there.
    assert!(coalesced.load(Ordering::Relaxed) > 0 && hits.load(Ordering::Relaxed) > 0);
}

/// A leader that panics hands over; nobody waits for ever, nobody computes twice.
fn hand_over(threads: u64, panics: u64) -> impl Fn() + Send + Sync + Clone + 'static {
    move || {
        let cache: Cache<u64, u64> = Cache::builder().build();
        let runs = Arc::new(AtomicU64::new(0));
        let callers: Vec<_> = (0..threads)
            .map(|_| {
                let (cache, runs) = (cache.clone(), Arc::clone(&runs));
                thread::spawn(move || {
                    let call = || {
                        cache.get_or_insert_with(&KEY, || {
                            if runs.fetch_add(1, Ordering::SeqCst) < panics {
                                fail_silently()
                            } else {
                                7
                            }
                        })
                    };
                    caught(&cache, call)
                })
            })
            .collect();
        let values: Vec<Option<u64>> = callers.into_iter().map(|c| c.join().unwrap()).collect();
        let failed = values.iter().filter(|value| value.is_none()).count() as u64;
        assert_eq!(failed, panics);
        assert!(values.iter().flatten().all(|value| *value == 7));
        assert_eq!(runs.load(Ordering::SeqCst), panics + 1);
        let info = cache.stats();
        assert_eq!(info.hits + info.misses + info.coalesced, threads);
        assert_eq!((cache.len(), cache.peek(&KEY)), (1, Some(7)));
    }
}

#[test]
fn a_leader_that_panics_hands_over_to_one() {
    explore(hand_over(2, 1));
}

#[test]
fn a_leader_that_panics_hands_over_to_many() {
    explore(hand_over(4, 2));
}

#[test]
fn a_leader_that_panics_while_its_key_is_removed() {
    explore(|| {
        let world = World::new(8);
        let failing = {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                let call = || world.cache.get_or_insert_with(&KEY, fail_silently);
                // It may also get the value of another caller.
                caught(&world.cache, call);
            })
        };
        let caller = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.call())
        };
        world.change(remove);
        assert_eq!(world.call(), 1);
        failing.join().unwrap();
        caller.join().unwrap();
        assert_eq!(world.call(), 1);
        world.assert_sound();
    });
}

#[test]
fn leaders_of_different_keys() {
    explore(|| {
        let cache: Cache<u64, u64> = Cache::builder().maxsize(1).build();
        let callers = [1, 2].map(|key| {
            let cache = cache.clone();
            thread::spawn(move || {
                for _ in 0..2 {
                    let value = cache.get_or_insert_with(&key, || {
                        thread::yield_now();
                        key * 10
                    });
                    assert_eq!(value, key * 10);
                    assert!(cache.len() <= 1);
                }
            })
        });
        for caller in callers {
            caller.join().unwrap();
        }
        let info = cache.stats();
        assert_eq!(info.hits + info.misses, 4);
        assert_eq!(
            info.removals.size,
            info.misses - 1,
            "all but the last gave way"
        );
        assert_eq!(cache.len(), 1);
    });
}

/// Thread 1 computes key 1, which needs key 2; thread 2 the other way round.
#[test]
fn a_circle_over_two_threads_ends() {
    let circles = Arc::new(Tally::new(0));
    let seen = Arc::clone(&circles);
    explore(move || {
        hide_circles();
        let cache: Cache<u64, u64> = Cache::builder().build();
        let threads = [(1, 2), (2, 1)].map(|(own, other)| {
            let cache = cache.clone();
            thread::spawn(move || {
                let call = || {
                    cache.get_or_insert_with(&own, || {
                        // Ends also if this thread has to compute both.
                        cache.get_or_insert_with(&other, || 100) + 1
                    })
                };
                caught(&cache, call).is_none()
            })
        });
        let panics = threads.map(|thread| thread.join().unwrap());
        let panics = panics.into_iter().filter(|has_failed| *has_failed).count();
        assert!(panics <= 1, "one gives way, the other goes on");
        seen.fetch_add(panics as u64, Ordering::Relaxed);
        // Nothing is left in the air: both keys can be computed.
        for key in [1, 2] {
            assert!(cache.get_or_insert_with(&key, || 5) > 0);
        }
        assert_eq!(cache.len(), 2);
    });
    assert!(
        circles.load(Ordering::Relaxed) > 0,
        "some schedule closes the circle"
    );
}

/// Thread 2 waits for key 1 of thread 1. Once that has landed, thread 1 may wait for thread 2,
/// though that one has perhaps not noticed yet.
#[test]
fn one_after_the_other_is_no_circle() {
    explore(|| {
        let cache: Cache<u64, u64> = Cache::builder().build();
        let other = {
            let cache = cache.clone();
            thread::spawn(move || {
                cache.get_or_insert_with(&2, || cache.get_or_insert_with(&1, || 10) + 10)
            })
        };
        assert_eq!(cache.get_or_insert_with(&1, || 10), 10);
        assert_eq!(cache.get_or_insert_with(&2, || 20), 20);
        assert_eq!(other.join().unwrap(), 20);
    });
}

/// A detected circle is what that test expects, not something to be printed thousands of times.
fn hide_circles() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let show = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let message = info.payload().downcast_ref::<String>();
            if !message.is_some_and(|message| message.contains("in a circle")) {
                show(info);
            }
        }));
    });
}
