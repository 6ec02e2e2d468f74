//! Windows before and after the end of results, adaptive times to live, and errors, against a model that knows
//! no shortcut. Background computations run, or are dropped, as a step of its own.

mod model;

use std::cell::{Cell, RefCell};
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use memokit::testing::MockClock;
use memokit::{BackgroundFuture, CacheHandle, Clock, memoize};
use proptest::prelude::*;
use proptest::test_runner::RngAlgorithm;

use model::{Model, Rules, SECOND};

/// What the functions find when they run.
#[derive(Clone, Copy)]
struct World {
    value: u64,
    is_down: bool,
    /// Seconds that they take.
    cost: u64,
    runs: u64,
}

thread_local! {
    static WORLD: Cell<World> = const { Cell::new(World { value: 0, is_down: false, cost: 0, runs: 0 }) };
    /// In the order in which they began.
    static WAITING: RefCell<Vec<BackgroundFuture>> = const { RefCell::new(Vec::new()) };
}

static CLOCK: LazyLock<MockClock> = LazyLock::new(MockClock::new);

fn body() -> Result<u64, ()> {
    let mut world = WORLD.get();
    world.runs += 1;
    WORLD.set(world);
    CLOCK.advance(Duration::from_secs(world.cost));
    if world.is_down {
        Err(())
    } else {
        Ok(world.value)
    }
}

/// Nothing here waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("no other task computes"),
    }
}

/// A function with some options, and the same for the model.
struct Function {
    call: fn(u8) -> Result<u64, ()>,
    prime: fn(u8, u64),
    contains: fn(u8) -> bool,
    invalidate: fn(u8),
    cache: fn() -> CacheHandle,
    rules: Rules,
}

macro_rules! functions {
    ($($name:ident [$($options:tt)*] { $($rules:tt)* })*) => {
        $(
            #[memoize($($options)*)]
            async fn $name(key: u8) -> Result<u64, ()> {
                let _ = key;
                body()
            }
        )*

        const FUNCTIONS: &[Function] = &[$(Function {
            call: |key| now($name(key)),
            prime: |key, value| $name::prime(&key, Ok(value)),
            contains: |key| $name::contains(&key),
            invalidate: |key| _ = $name::invalidate(&key),
            cache: $name::cache,
            rules: Rules { $($rules)*, ..Rules::PLAIN },
        }),*];
    };
}

functions! {
    ahead [ttl = "10s", refresh_ahead = 0.5] { ahead: Some(5 * SECOND) }
    stale [ttl = "10s", stale_while_revalidate = "5s"] { stale: 5 * SECOND }
    ahead_and_stale [ttl = "10s", refresh_ahead = 0.8, stale_while_revalidate = "5s"] {
        ahead: Some(8 * SECOND), stale: 5 * SECOND
    }
    on_error [ttl = "10s", stale_if_error = "1m"] { error: 60 * SECOND }
    all [ttl = "10s", refresh_ahead = 0.5, stale_while_revalidate = "5s", stale_if_error = "1m"] {
        ahead: Some(5 * SECOND), stale: 5 * SECOND, error: 60 * SECOND
    }
    longer_stale [ttl = "10s", stale_while_revalidate = "1m", stale_if_error = "10s"] {
        stale: 60 * SECOND, error: 10 * SECOND
    }
    adaptive [adaptive_ttl = ("4s", "30s")] { adaptive: Some((4 * SECOND, 30 * SECOND)) }
    adaptive_and_stale [
        adaptive_ttl = ("4s", "30s"), stale_while_revalidate = "3s", stale_if_error = "20s"
    ] {
        adaptive: Some((4 * SECOND, 30 * SECOND)), stale: 3 * SECOND, error: 20 * SECOND
    }
    early [ttl = "10s", early = 1.0] { early: true }
    early_and_stale [ttl = "10s", early = 2.0, stale_while_revalidate = "5s", stale_if_error = "1m"] {
        early: true, stale: 5 * SECOND, error: 60 * SECOND
    }
    early_and_adaptive [adaptive_ttl = ("4s", "30s"), early = 0.5] {
        early: true, adaptive: Some((4 * SECOND, 30 * SECOND))
    }
    kept [ttl = "10s", keep_expired = "20s", stale_if_error = "5s"] { error: 5 * SECOND, kept: 20 * SECOND }
}

#[derive(Clone, Debug)]
enum Step {
    Call(u8),
    Prime(u8, u64),
    Contains(u8),
    Invalidate(u8),
    EvictExpired,
    /// The oldest one that waits.
    RunInBackground,
    DropInBackground,
    World(u64, bool, u64),
    Advance(u64),
    Rewind(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let key = 0_u8..3;
    prop_oneof![
        10 => key.clone().prop_map(Step::Call),
        1 => (key.clone(), 0_u64..3).prop_map(|(key, value)| Step::Prime(key, value)),
        2 => key.clone().prop_map(Step::Contains),
        1 => key.prop_map(Step::Invalidate),
        1 => Just(Step::EvictExpired),
        3 => Just(Step::RunInBackground),
        1 => Just(Step::DropInBackground),
        3 => (0_u64..3, prop::bool::weighted(0.3), 0_u64..3)
            .prop_map(|(value, is_down, cost)| Step::World(value, is_down, cost)),
        // In halves of a second, so that ends are met exactly and missed by little.
        8 => (0_u64..24).prop_map(Step::Advance),
        // About as long as an error puts off the next attempt.
        2 => (58_u64..62).prop_map(Step::Advance),
        1 => (0_u64..24).prop_map(Step::Rewind),
    ]
}

fn take_waiting() -> Option<BackgroundFuture> {
    WAITING.with_borrow_mut(|waiting| (!waiting.is_empty()).then(|| waiting.remove(0)))
}

fn apply(function: &Function, model: &mut Model, step: &Step) {
    let half = |halves: u64| Duration::from_millis(500 * halves);
    let world = WORLD.get();
    let outcome = if world.is_down {
        Err(())
    } else {
        Ok(world.value)
    };
    let cost = world.cost * SECOND;
    let began = CLOCK.now();
    match *step {
        Step::Call(key) => {
            let waiting = WAITING.with_borrow(Vec::len);
            let result = (function.call)(key);
            let has_spawned = WAITING.with_borrow(Vec::len) > waiting;
            let expected = model.call(key, began, (outcome, cost), has_spawned);
            assert_eq!(
                (result, WORLD.get().runs - world.runs),
                (expected.result, expected.runs)
            );
        }
        Step::Prime(key, value) => {
            (function.prime)(key, value);
            model.prime(key, value, began);
        }
        Step::Contains(key) => assert_eq!((function.contains)(key), model.contains(key, began)),
        Step::Invalidate(key) => {
            (function.invalidate)(key);
            model.invalidate(key);
        }
        Step::EvictExpired => {
            let removed = (function.cache)().evict_expired();
            assert_eq!(removed, model.evict_expired(began));
        }
        Step::RunInBackground => {
            if let Some(future) = take_waiting() {
                now(future);
                let runs = model.run_in_background(began, (outcome, cost));
                assert_eq!(WORLD.get().runs - world.runs, runs);
            }
        }
        Step::DropInBackground => {
            if take_waiting().is_some() {
                model.drop_in_background(began);
            }
        }
        Step::World(value, is_down, cost) => WORLD.set(World {
            value,
            is_down,
            cost,
            ..world
        }),
        Step::Advance(halves) => CLOCK.advance(half(halves)),
        Step::Rewind(halves) => CLOCK.rewind(half(halves)),
    }
}

fn run(function: &Function, steps: &[Step]) {
    (function.cache)().clear();
    while take_waiting().is_some() {}
    CLOCK.advance(Duration::from_secs(1_000));
    WORLD.set(World {
        value: 0,
        is_down: false,
        cost: 0,
        runs: 0,
    });
    let mut model = Model::new(function.rules);
    for step in steps {
        apply(function, &mut model, step);
    }
    let info = (function.cache)().info();
    assert_eq!(info.currsize, model.len());
    assert_eq!((info.hits, info.misses, info.stale), model.calls());
    assert_eq!((info.load_successes, info.load_failures), model.runs());
}

proptest! {
    #![proptest_config(ProptestConfig {
        // Where nothing is optimized, the usual one takes longer than all the rest.
        rng_algorithm: RngAlgorithm::XorShift,
        ..ProptestConfig::with_cases(10_000)
    })]

    #[test]
    fn renewal_is_that_of_the_model(
        function in 0..FUNCTIONS.len(),
        steps in prop::collection::vec(step(), 1..60),
    ) {
        // Each test thread runs what it has begun.
        memokit::set_spawner(|future| WAITING.with_borrow_mut(|waiting| waiting.push(future)));
        let function = &FUNCTIONS[function];
        // Once; afterwards it has that clock.
        (function.cache)().set_clock(CLOCK.clone());
        run(function, &steps);
    }
}
