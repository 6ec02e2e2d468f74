//! One slice on two threads that are proven to run side by side.
//!
//! Before a slice the threads pass a number to and fro; that takes microseconds if both have a
//! processor. Both run until the first of them has made its calls. The slice is spoiled if one of
//! the threads lost its processor meanwhile, or if they ran together for less than 80 % of it.

use std::hint::spin_loop;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::bodies::bodies_run;
use super::cpu::preemptions;
use super::turns::{Position, Runner, Slice};

/// On a cache line of its own, also where lines are fetched in pairs.
#[derive(Default)]
#[repr(align(128))]
struct Apart<T>(T);

/// What two threads share while they measure.
pub struct Pair<'a> {
    runners: &'a [Runner<'a>],
    /// Grows when the second thread has something to do; 0 is nothing yet.
    order: Apart<AtomicU64>,
    which: AtomicUsize,
    calls: AtomicUsize,
    dismissed: AtomicBool,
    ball: Apart<AtomicU64>,
    over: Apart<AtomicBool>,
    answer: Apart<Mutex<Option<Half>>>,
}

/// What one thread did in a slice.
#[derive(Clone, Copy)]
struct Half {
    start: Instant,
    end: Instant,
    calls: u64,
    bodies: u64,
    preempted: bool,
}

/// A place in the keys for each contender.
pub fn positions(runners: &[Runner<'_>]) -> Vec<Position> {
    runners.iter().map(|_| Position::default()).collect()
}

impl<'a> Pair<'a> {
    pub fn new(runners: &'a [Runner<'a>]) -> Self {
        Self {
            runners,
            order: Apart::default(),
            which: AtomicUsize::default(),
            calls: AtomicUsize::default(),
            dismissed: AtomicBool::default(),
            ball: Apart::default(),
            over: Apart::default(),
            answer: Apart::default(),
        }
    }

    /// The first thread: has both run a slice and says how it went.
    pub fn slice(&self, which: usize, calls: usize, positions: &mut [Position]) -> Slice {
        self.which.store(which, Ordering::Relaxed);
        self.calls.store(calls, Ordering::Relaxed);
        self.over.0.store(false, Ordering::Relaxed);
        // Release: whoever sees the order sees what it says.
        let order = self.order.0.fetch_add(1, Ordering::Release) + 1;
        let mine = self.half(0, order, &mut positions[which]);
        let theirs = loop {
            if let Some(half) = self.answer.0.lock().expect("no panic is caught").take() {
                break half;
            }
            std::thread::yield_now();
        };
        judge(&mine, &theirs)
    }

    /// The second thread: takes part in slices until it is dismissed.
    pub fn follow(&self) {
        let mut positions = positions(self.runners);
        let mut seen = 0;
        loop {
            // Acquire: pairs with the Release of the order.
            wait(|| self.order.0.load(Ordering::Acquire) != seen);
            seen += 1;
            if self.dismissed.load(Ordering::Relaxed) {
                return;
            }
            let which = self.which.load(Ordering::Relaxed);
            let half = self.half(1, seen, &mut positions[which]);
            *self.answer.0.lock().expect("no panic is caught") = Some(half);
        }
    }

    /// Sends the second thread home when it is dropped, also by a panic.
    pub fn dismissal(&self) -> Dismissal<'_> {
        Dismissal(self)
    }

    fn half(&self, thread: usize, order: u64, position: &mut Position) -> Half {
        let runner = &self.runners[self.which.load(Ordering::Relaxed)];
        let calls = self.calls.load(Ordering::Relaxed);
        (runner.run)(thread, position.next(runner.lead_in(calls)));

        // Small enough that the second thread notices the end in time, large enough that looking
        // for it costs nothing.
        let chunk = (calls / 64).clamp(8, 1024);
        self.play_ball(thread, order);
        let bodies = bodies_run();
        let preempted = preemptions();
        let start = now();
        let mut made = 0;
        while made < calls && !self.over.0.load(Ordering::Relaxed) {
            (runner.run)(thread, position.next(chunk));
            made += chunk;
        }
        let end = now();
        self.over.0.store(true, Ordering::Relaxed);
        Half {
            start,
            end,
            calls: made as u64,
            bodies: bodies_run() - bodies,
            preempted: preemptions() != preempted,
        }
    }

    /// Passes a number to and fro: afterwards both threads are on a processor.
    fn play_ball(&self, thread: usize, order: u64) {
        const PASSES: u64 = 32;
        for pass in 0..PASSES {
            let number = order * PASSES + pass + 1;
            if pass % 2 == thread as u64 {
                self.ball.0.store(number, Ordering::Release);
            } else {
                wait(|| self.ball.0.load(Ordering::Acquire) >= number);
            }
        }
    }
}

/// See [`Pair::dismissal`].
pub struct Dismissal<'a>(&'a Pair<'a>);

impl Drop for Dismissal<'_> {
    fn drop(&mut self) {
        self.0.dismissed.store(true, Ordering::Relaxed);
        self.0.order.0.fetch_add(1, Ordering::Release);
    }
}

/// Spins, and lets others run if it takes long.
fn wait(done: impl Fn() -> bool) {
    loop {
        for _ in 0..2000 {
            if done() {
                return;
            }
            spin_loop();
        }
        std::thread::yield_now();
    }
}

fn now() -> Instant {
    Instant::now()
}

fn judge(mine: &Half, theirs: &Half) -> Slice {
    let took = |half: &Half| half.end - half.start;
    let common = mine.end.min(theirs.end);
    let common = common.saturating_duration_since(mine.start.max(theirs.start));
    let longer = took(mine).max(took(theirs));
    let time: Duration = took(mine) + took(theirs);
    Slice {
        time,
        calls: mine.calls + theirs.calls,
        bodies: mine.bodies + theirs.bodies,
        clean: !mine.preempted && !theirs.preempted && common * 5 >= longer * 4,
    }
}

#[cfg(test)]
mod tests {
    use super::super::turns::Calls;
    use super::*;

    fn half(start: Instant, from: u64, to: u64) -> Half {
        Half {
            start: start + Duration::from_micros(from),
            end: start + Duration::from_micros(to),
            calls: 5,
            bodies: 0,
            preempted: false,
        }
    }

    #[test]
    fn only_slices_that_both_ran_together_count() {
        let zero = now();
        let slice = judge(&half(zero, 0, 100), &half(zero, 10, 110));
        assert!(slice.clean);
        assert_eq!(slice.time, Duration::from_micros(200));
        assert_eq!(slice.calls, 10);

        assert!(!judge(&half(zero, 0, 100), &half(zero, 30, 130)).clean);
        assert!(!judge(&half(zero, 0, 100), &half(zero, 200, 300)).clean);
        let mut preempted = half(zero, 0, 100);
        preempted.preempted = true;
        assert!(!judge(&half(zero, 0, 100), &preempted).clean);
    }

    #[test]
    fn both_threads_make_calls() {
        let made = [const { AtomicUsize::new(0) }; 2];
        let runners = [Runner {
            name: "count",
            entries: 0,
            run: Box::new(|thread, calls: Calls| {
                made[thread].fetch_add(calls.count, Ordering::Relaxed);
            }),
        }];
        let pair = Pair::new(&runners);
        let slice = std::thread::scope(|scope| {
            scope.spawn(|| pair.follow());
            let _dismissed = pair.dismissal();
            pair.slice(0, 512, &mut positions(&runners))
        });
        // The first to be ready stops the other, so at least one made all of them.
        assert!(slice.calls >= 512 && slice.calls <= 1024);
        let lead_in = 2 * runners[0].lead_in(512);
        let made: usize = made.iter().map(|made| made.load(Ordering::Relaxed)).sum();
        assert_eq!(made as u64, slice.calls + lead_in as u64);
    }
}
