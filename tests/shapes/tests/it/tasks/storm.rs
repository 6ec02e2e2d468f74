//! Everything at once, at random: calls, refreshes, invalidations, panics and drops.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use memokit::memoize;
use smol::future::{or, yield_now};

use crate::executor::{Executor, on_every_executor};
use crate::support::fail_silently;

const KEYS: usize = 4;
const TASKS: u64 = 16;
const STEPS: u64 = 2_000;

#[derive(Default)]
struct World {
    keys: [Key; KEYS],
    /// Calls that were polled, the panicking and the dropped ones among them.
    calls: AtomicU64,
}

#[derive(Default)]
struct Key {
    /// What a computation that begins now gives.
    version: AtomicU64,
    /// The least that a call that begins now may get: older versions were invalidated.
    least: AtomicU64,
}

impl World {
    fn key(&self, key: u64) -> &Key {
        &self.keys[usize::try_from(key).expect("it is small")]
    }

    /// From now on no call gets an older version.
    fn invalidate(&self, number: u64) {
        let key = self.key(number);
        let version = key.version.fetch_add(1, Ordering::SeqCst) + 1;
        versions::invalidate(&number);
        key.least.fetch_max(version, Ordering::SeqCst);
    }

    async fn call(&self, number: u64, body: Body) {
        let least = self.key(number).least.load(Ordering::SeqCst);
        self.calls.fetch_add(1, Ordering::SeqCst);
        let version = versions(number, self, body).await;
        assert!(
            version >= least,
            "{version} was invalidated, {least} is due"
        );
    }
}

/// How a computation goes, if the call turns out to compute.
#[derive(Clone, Copy)]
struct Body {
    suspensions: u64,
    panics: bool,
}

#[memoize(skip(world, body), maxsize = 3)]
async fn versions(key: u64, world: &World, body: Body) -> u64 {
    let version = world.key(key).version.load(Ordering::SeqCst);
    for _ in 0..body.suspensions {
        yield_now().await;
    }
    if body.panics {
        fail_silently();
    }
    version
}

/// A small generator of random numbers (`SplitMix64`), so that failures can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}

async fn yields(times: u64) {
    for _ in 0..times {
        yield_now().await;
    }
}

async fn step<E: Executor>(executor: &E, world: &Arc<World>, random: &mut Random) {
    let key = random.below(KEYS as u64);
    let body = Body {
        suspensions: random.below(4),
        panics: false,
    };
    match random.below(20) {
        0..3 => world.invalidate(key),
        3..8 => or(world.call(key, body), yields(random.below(4))).await,
        8 => {
            // A refresh is no older than what was invalidated before it, and is stored.
            let least = world.key(key).least.load(Ordering::SeqCst);
            world.calls.fetch_add(1, Ordering::SeqCst);
            let refresh = versions::refresh(key, world, body);
            let version = or(refresh, async {
                yields(3).await;
                u64::MAX
            });
            assert!(version.await >= least);
        }
        9 => {
            // The panic, if it comes to one, is this task's alone.
            let world = Arc::clone(world);
            let body = Body {
                panics: true,
                ..body
            };
            let task = executor.spawn(async move { world.call(key, body).await });
            task.join().await;
        }
        10 => {
            let call_world = Arc::clone(world);
            let task = executor.spawn(async move { call_world.call(key, body).await });
            yields(random.below(3)).await;
            task.abort().await;
        }
        _ => world.call(key, body).await,
    }
}

async fn at_random<E: Executor>(executor: E) {
    versions::cache_clear();
    let world = Arc::new(World::default());
    let tasks: Vec<_> = (0..TASKS)
        .map(|seed| {
            let (executor_too, world) = (executor.clone(), Arc::clone(&world));
            executor.spawn(async move {
                let mut random = Random(seed);
                for _ in 0..STEPS {
                    step(&executor_too, &world, &mut random).await;
                }
            })
        })
        .collect();
    for (seed, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.join().await, Some(()), "task {seed}");
    }
    let info = versions::cache_info();
    println!("{info:?} on {}", E::NAME);
    assert_eq!(info.waiting, 0);
    assert!(info.currsize <= 3);
    assert_eq!(info.calls(), world.calls.load(Ordering::SeqCst));
    assert_eq!(info.misses, info.load_successes + info.load_failures);
    // Nothing is left that a call could wait for.
    for key in 0..KEYS as u64 {
        let body = Body {
            suspensions: 0,
            panics: false,
        };
        world.call(key, body).await;
    }
}

on_every_executor!(at_random);
