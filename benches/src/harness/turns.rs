//! Contenders in turns, on one thread or on two at once.
//!
//! Every measured slice follows an unmeasured one, so that nobody pays for the caches of the processor
//! that the contender before him has filled: a short one, but for those with many entries one call for
//! each of these. A large table would be measured as it is when nobody has used it for a while.

use std::time::{Duration, Instant};

use super::Plan;
use super::bodies::bodies_run;
use super::cpu::{Place, Places, thread_time};
use super::pair::{self, Pair};
use super::samples::Samples;

/// One contender: a name and a loop over its calls.
pub struct Runner<'a> {
    pub name: &'static str,
    /// How many entries its calls may meet.
    pub entries: usize,
    /// Makes calls on thread 0 or 1, beginning with the given place in that thread's keys.
    pub run: Box<dyn Fn(usize, Calls) + Sync + 'a>,
}

impl Runner<'_> {
    /// The unmeasured calls before a slice of so many: with many entries as long as some slices at most.
    pub fn lead_in(&self, calls: usize) -> usize {
        (calls / 8).max(self.entries.min(calls * 16))
    }
}

/// So many calls from there.
#[derive(Clone, Copy)]
pub struct Calls {
    pub start: usize,
    pub count: usize,
}

/// What was measured of one contender.
#[derive(Clone, Default)]
pub struct Measured {
    pub name: &'static str,
    pub samples: Samples,
    calls: u64,
    bodies: u64,
}

impl Measured {
    /// The part of the measured calls that did not run the body.
    pub fn hit_ratio(&self) -> Option<f64> {
        (self.calls > 0).then(|| 1.0 - self.bodies as f64 / self.calls as f64)
    }

    fn note(&mut self, slice: &Slice) {
        self.calls += slice.calls;
        self.bodies += slice.bodies;
    }
}

/// One measured slice, of one thread or both.
#[derive(Clone, Copy)]
pub struct Slice {
    /// Time of all threads together.
    pub time: Duration,
    pub calls: u64,
    pub bodies: u64,
    /// Whether the threads had the processors for themselves, side by side.
    pub clean: bool,
}

impl Slice {
    fn nanoseconds_per_call(&self) -> f64 {
        self.time.as_secs_f64() * 1e9 / self.calls as f64
    }
}

/// Where a thread is in the endless sequence of its keys.
#[derive(Default)]
pub struct Position(usize);

impl Position {
    pub fn next(&mut self, count: usize) -> Calls {
        let start = self.0;
        self.0 += count;
        Calls { start, count }
    }
}

/// Measures on this thread alone.
pub fn alone(plan: &Plan, places: &Places, runners: &[Runner<'_>]) -> Vec<Measured> {
    let _held = places.hold(Place::First);
    let mut positions: Vec<Position> = runners.iter().map(|_| Position::default()).collect();
    in_turns(plan, runners, |which, calls| {
        slice_alone(&runners[which], &mut positions[which], calls)
    })
}

/// Measures on this thread and a second one, which has prepared itself by `warm`.
pub fn together(
    plan: &Plan,
    places: &Places,
    runners: &[Runner<'_>],
    warm: impl Fn(usize) + Sync,
) -> Vec<Measured> {
    let pair = Pair::new(runners);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _held = places.hold(Place::Second);
            warm(1);
            pair.follow();
        });
        let _held = places.hold(Place::First);
        let _dismissed = pair.dismissal();
        let mut positions = pair::positions(runners);
        in_turns(plan, runners, |which, calls| {
            pair.slice(which, calls, &mut positions)
        })
    })
}

/// Calibrates all contenders, then measures them round by round.
fn in_turns(
    plan: &Plan,
    runners: &[Runner<'_>],
    mut slice: impl FnMut(usize, usize) -> Slice,
) -> Vec<Measured> {
    let calls: Vec<usize> = (0..runners.len())
        .map(|which| calibrate(plan.slice, |calls| slice(which, calls)))
        .collect();
    let named = |runner: &Runner<'_>| Measured {
        name: runner.name,
        ..Measured::default()
    };
    let mut measured: Vec<Measured> = runners.iter().map(named).collect();
    let mut spent = vec![Duration::ZERO; runners.len()];
    for round in 0..plan.rounds {
        // Another one starts in every round: nobody always runs after the same neighbour's misses.
        for turn in 0..runners.len() {
            let which = (round + turn) % runners.len();
            let sample = if spent[which] < plan.patience {
                clean_sample(
                    || slice(which, calls[which]),
                    &mut measured[which],
                    &mut spent[which],
                )
            } else {
                None
            };
            measured[which].samples.push(sample);
        }
    }
    measured
}

/// How often a spoiled slice of one round is tried again.
const ATTEMPTS: usize = 4;

fn clean_sample(
    mut slice: impl FnMut() -> Slice,
    measured: &mut Measured,
    spent: &mut Duration,
) -> Option<f64> {
    for _ in 0..ATTEMPTS {
        let start = Instant::now();
        let slice = slice();
        *spent += start.elapsed();
        measured.note(&slice);
        if slice.clean {
            return Some(slice.nanoseconds_per_call());
        }
    }
    None
}

/// Doubles the calls until they fill a slice. The shortest of a few is what counts: one that waited
/// for a processor would seem full.
fn calibrate(full: Duration, mut slice: impl FnMut(usize) -> Slice) -> usize {
    let mut calls = 128;
    let mut is_full = |calls| (0..ATTEMPTS).all(|_| slice(calls).time >= full);
    while calls < 1 << 24 && !is_full(calls) {
        calls *= 2;
    }
    calls
}

fn slice_alone(runner: &Runner<'_>, position: &mut Position, calls: usize) -> Slice {
    (runner.run)(0, position.next(runner.lead_in(calls)));
    let bodies = bodies_run();
    let start = thread_time();
    (runner.run)(0, position.next(calls));
    let time = thread_time() - start;
    Slice {
        time,
        calls: calls as u64,
        bodies: bodies_run() - bodies,
        clean: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice(nanoseconds: u64, clean: bool) -> Slice {
        Slice {
            time: Duration::from_nanos(nanoseconds),
            calls: 10,
            bodies: 1,
            clean,
        }
    }

    #[test]
    fn spoiled_slices_are_tried_again_and_still_count_for_the_hit_ratio() {
        let mut answers = [slice(100, false), slice(50, true)].into_iter();
        let mut measured = Measured::default();
        let mut spent = Duration::ZERO;
        let sample = clean_sample(|| answers.next().unwrap(), &mut measured, &mut spent);
        assert_eq!(sample, Some(5.0));
        assert_eq!(measured.hit_ratio(), Some(0.9));

        let sample = clean_sample(|| slice(1, false), &mut measured, &mut spent);
        assert_eq!(sample, None);
    }

    #[test]
    fn who_has_many_entries_meets_them_before_he_is_measured() {
        let with = |entries| Runner {
            name: "nothing",
            entries,
            run: Box::new(|_, _| {}),
        };
        assert_eq!(with(100).lead_in(8_000), 1_000);
        assert_eq!(with(5_000).lead_in(8_000), 5_000);
        assert_eq!(with(1_000_000).lead_in(8_000), 128_000);
    }

    #[test]
    fn slices_grow_until_they_are_full() {
        let calls = calibrate(Duration::from_micros(1), |calls| slice(calls as u64, true));
        assert_eq!(calls, 1024);
        let mut first = true;
        let calls = calibrate(Duration::from_micros(1), |calls| {
            let late = std::mem::replace(&mut first, false);
            slice(if late { 1_000_000 } else { calls as u64 }, !late)
        });
        assert_eq!(calls, 1024);
    }
}
