//! The leader is aborted while a thousand others wait.

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use memokit::memoize;
use smol::future::yield_now;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::executor::{Executor, Task, on_every_executor, until};
use crate::support::{Runs, fail_silently};

const FOLLOWERS: usize = 1_000;
/// How often a computation is suspended before it ends.
const SUSPENSIONS: usize = 8;
/// Within which all are done after the last failure.
const LIMIT: Duration = Duration::from_secs(1);

/// What a computation does.
struct Script {
    runs: Runs,
    /// At which suspension a run stops until it is aborted, by its number.
    stops: fn(run: usize) -> Option<usize>,
    /// Who has stopped.
    stopped: UnboundedSender<usize>,
}

impl Script {
    async fn play(&self, caller: usize) {
        let stop = (self.stops)(self.runs.add());
        for suspension in 0..SUSPENSIONS {
            if stop == Some(suspension) {
                self.stopped.send(caller).expect("the test listens");
                pending::<()>().await;
            }
            yield_now().await;
        }
    }
}

#[memoize(skip(caller, script))]
async fn scripted(key: u64, caller: usize, script: Arc<Script>) -> u64 {
    script.play(caller).await;
    key * 2
}

/// Aborts one leader after the other, the first one at its first suspension, the second one at its
/// second, and so on.
async fn a_leader_aborted_at_each_suspension<E: Executor>(executor: E) {
    let mut best = Duration::MAX;
    for key in 0..3 {
        scripted::cache_clear();
        best = best.min(abort_in_a_row(&executor, key).await);
        if best < LIMIT {
            break;
        }
    }
    println!(
        "{SUSPENSIONS} aborts and {FOLLOWERS} followers done in {best:?} on {}",
        E::NAME
    );
    assert!(best < LIMIT, "{best:?}");
}

async fn abort_in_a_row<E: Executor>(executor: &E, key: u64) -> Duration {
    let (stopped, mut leaders) = unbounded_channel();
    let script = Arc::new(Script {
        runs: Runs::new(),
        stops: |run| (run < SUSPENSIONS).then_some(run),
        stopped,
    });
    let callers = FOLLOWERS + SUSPENSIONS;
    let mut tasks: Vec<Option<Task<u64>>> = (0..callers)
        .map(|caller| Some(executor.spawn(scripted(key, caller, Arc::clone(&script)))))
        .collect();
    until(|| scripted::cache_info().waiting == callers - 1).await;
    let start = now();
    for aborted in 1..=SUSPENSIONS {
        let leader = leaders.recv().await.expect("a leader");
        until(|| scripted::cache_info().waiting == callers - aborted).await;
        let leader = tasks[leader].take().expect("a leader once");
        assert_eq!(leader.abort().await, None);
    }
    let mut finished = 0;
    for task in tasks.into_iter().flatten() {
        assert_eq!(task.join().await, Some(key * 2));
        finished += 1;
    }
    let elapsed = start.elapsed();
    assert_eq!(finished, FOLLOWERS);
    assert_eq!(script.runs.get(), SUSPENSIONS + 1);
    let info = scripted::cache_info();
    assert_eq!((info.waiting, info.currsize), (0, 1));
    assert_eq!(info.misses, SUSPENSIONS as u64 + 1);
    assert_eq!(info.calls(), callers as u64);
    elapsed
}

#[memoize(skip(script))]
async fn given_up(key: u64, script: Arc<Script>) -> u64 {
    script.play(0).await;
    key
}

/// The leader and every follower, in whatever order: the next call begins anew.
async fn everyone_is_aborted<E: Executor>(executor: E) {
    given_up::cache_clear();
    let (stopped, mut leaders) = unbounded_channel();
    let script = Arc::new(Script {
        runs: Runs::new(),
        // The second run is that of the call which comes after all others have gone.
        stops: |run| (run == 0).then_some(3),
        stopped,
    });
    let mut tasks: Vec<Task<u64>> = vec![executor.spawn(given_up(1, Arc::clone(&script)))];
    leaders.recv().await.expect("a leader");
    tasks.extend((0..FOLLOWERS).map(|_| executor.spawn(given_up(1, Arc::clone(&script)))));
    until(|| given_up::cache_info().waiting == FOLLOWERS).await;
    // The followers first, from the middle outwards; the leader is the last to go.
    while !tasks.is_empty() {
        let middle = tasks.len() / 2;
        assert_eq!(tasks.swap_remove(middle).abort().await, None);
    }
    assert_eq!(given_up::cache_info().waiting, 0);
    assert_eq!(
        executor
            .spawn(given_up(1, Arc::clone(&script)))
            .join()
            .await,
        Some(1)
    );
    assert_eq!(script.runs.get(), 2);
}

#[memoize(skip(runs))]
async fn panics_first(key: u64, runs: Arc<Runs>) -> u64 {
    let run = runs.add();
    until(|| panics_first::cache_info().waiting == FOLLOWERS - run).await;
    if run < 3 {
        fail_silently();
    }
    key
}

/// A panic is its own caller's alone.
async fn a_leader_that_panics<E: Executor>(executor: E) {
    panics_first::cache_clear();
    let runs = Arc::new(Runs::new());
    let tasks: Vec<Task<u64>> = (0..=FOLLOWERS)
        .map(|_| executor.spawn(panics_first(7, Arc::clone(&runs))))
        .collect();
    let (mut values, mut panics) = (0, 0);
    for task in tasks {
        match task.join().await {
            Some(value) => values += usize::from(value == 7),
            None => panics += 1,
        }
    }
    assert_eq!((values, panics), (FOLLOWERS - 2, 3));
    assert_eq!(runs.get(), 4);
}

/// Not `Clone`: an error that cannot be handed over.
#[derive(Debug)]
struct Refused;

#[memoize(skip(runs))]
async fn refused(key: u64, runs: Arc<Runs>) -> Result<u64, Refused> {
    let run = runs.add();
    yield_now().await;
    if run < 2 { Err(Refused) } else { Ok(key) }
}

#[memoize(skip(runs))]
async fn refused_to_all(_key: u64, runs: Arc<Runs>) -> Result<u64, String> {
    runs.add();
    until(|| refused_to_all::cache_info().waiting == FOLLOWERS).await;
    Err("refused".to_owned())
}

/// An error is not stored. One that is `Clone` is handed to all who wait; others are computed again.
async fn a_leader_that_fails<E: Executor>(executor: E) {
    refused::cache_clear();
    refused_to_all::cache_clear();
    let runs = Arc::new(Runs::new());
    let tasks: Vec<_> = (0..FOLLOWERS)
        .map(|_| executor.spawn(refused(7, Arc::clone(&runs))))
        .collect();
    let mut errors = 0;
    for task in tasks {
        match task.join().await.expect("no panic") {
            Ok(value) => assert_eq!(value, 7),
            Err(Refused) => errors += 1,
        }
    }
    assert_eq!((errors, runs.get()), (2, 3));

    let runs = Arc::new(Runs::new());
    let tasks: Vec<_> = (0..=FOLLOWERS)
        .map(|_| executor.spawn(refused_to_all(7, Arc::clone(&runs))))
        .collect();
    for task in tasks {
        assert_eq!(task.join().await, Some(Err("refused".to_owned())));
    }
    assert_eq!(runs.get(), 1);
    assert!(!refused_to_all::contains(&7));
}

on_every_executor!(
    a_leader_aborted_at_each_suspension,
    everyone_is_aborted,
    a_leader_that_panics,
    a_leader_that_fails,
);

#[allow(
    clippy::disallowed_methods,
    reason = "how long it takes is what is tested"
)]
fn now() -> Instant {
    Instant::now()
}
