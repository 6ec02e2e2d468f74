use super::*;
use crate::memory::Pressure;
use crate::memory::level::percent;

const SECOND: Duration = Duration::from_secs(1);

fn next(governor: &mut Governor, used: f64, held: u64) -> Option<u64> {
    governor.next(used, held, 2_000_000, SECOND)
}

#[test]
fn ample_memory_changes_nothing() {
    let mut governor = Governor::new();
    for used in [0.0, 10.0, 34.9] {
        assert_eq!(next(&mut governor, used, 1_000), None);
    }
}

#[test]
fn caches_grow_no_further_than_there_is_room_for_what_they_really_take() {
    let mut governor = Governor::new();
    next(&mut governor, 10.0, 0);
    // With a hundred thousand bytes came 30 points: as many again fit. A budget for them is larger by what
    // caches keep free of it.
    assert_eq!(next(&mut governor, 40.0, 100_000), Some(216_000));
    assert_eq!(next(&mut governor, 55.0, 150_000), Some(216_000));
    // A little at least.
    assert_eq!(next(&mut governor, 69.9, 200_000), Some(220_423));
    // What they account for is what they take: there is no cap but the limit.
    let mut governor = Governor::new();
    next(&mut governor, 10.0, 0);
    assert_eq!(next(&mut governor, 40.0, 1_500_000), None);
}

#[test]
fn it_does_not_chase_what_does_not_fall() {
    let mut governor = Governor::new();
    next(&mut governor, 10.0, 0);
    // Of 65 points, 5 are too many.
    let cap = next(&mut governor, 75.0, 1_000_000);
    assert_eq!(cap, Some(923_076));
    // Freed, but kept by the allocator.
    for _ in 0..1_000 {
        assert_eq!(next(&mut governor, 75.5, 900_000), cap);
    }
    // More than before: once more, and to less.
    assert_eq!(next(&mut governor, 87.5, 900_000), Some(450_000));
    assert_eq!(next(&mut governor, 87.5, 440_000), Some(450_000));
    // It falls and rises again.
    assert_eq!(next(&mut governor, 72.0, 440_000), Some(450_000));
    assert_eq!(next(&mut governor, 101.0, 440_000), Some(0));
}

#[test]
fn between_the_aim_and_what_is_scarce_all_stays_as_it_is() {
    let mut governor = Governor::new();
    next(&mut governor, 10.0, 0);
    let cap = next(&mut governor, 72.0, 1_000_000);
    assert_eq!(cap, Some(1_080_000));
    // They hold what a budget is but for the part that is kept free.
    for _ in 0..1_000 {
        assert_eq!(next(&mut governor, 72.0, 1_080_000 * 15 / 16), cap);
    }
}

#[test]
fn budgets_grow_back_by_half_soon_and_wholly_in_the_end() {
    let mut governor = Governor::new();
    next(&mut governor, 10.0, 0);
    assert_eq!(next(&mut governor, 100.0, 1_000_000), Some(0));
    for second in 1..=4 {
        assert_eq!(next(&mut governor, 30.0, 0), Some(second * 250_000));
    }
    assert_eq!(next(&mut governor, 30.0, 0), Some(1_007_812));
    let mut seconds = 5;
    while next(&mut governor, 30.0, 0).is_some() {
        seconds += 1;
    }
    assert_eq!(seconds, 132);
    assert_eq!(next(&mut governor, 30.0, 0), None);
}

#[test]
fn nothing_held_can_grow_again() {
    for used in [10.0, 50.0] {
        let mut governor = Governor::new();
        assert_eq!(governor.next(99.0, 0, 100_000, SECOND), Some(0));
        let (mut held, mut steps) = (0, 0);
        while let Some(cap) = governor.next(used, held, 100_000, SECOND) {
            assert!(cap > held, "{cap}");
            held = cap;
            steps += 1;
        }
        assert!(steps < 150, "{steps}");
    }
}

/// A container, the program, and a cache in it, in steps of time.
struct Simulation {
    governor: Governor,
    /// What the cache takes for each byte that it accounts for.
    factor: f64,
    held: f64,
    cap: f64,
    /// What the rest of the program takes, in points.
    others: f64,
    /// What the allocator keeps, in points.
    kept: f64,
    level: Pressure,
    /// When it has changed.
    changes: Vec<Duration>,
    time: Duration,
    most: f64,
}

impl Simulation {
    const LIMIT: f64 = 128e6;
    const CONTAINER: f64 = 256e6;
    const STEP: Duration = Duration::from_millis(5);
    /// Bytes a second that are put in.
    const SPEED: f64 = 500e6;

    fn new(factor: f64) -> Self {
        Self {
            governor: Governor::new(),
            factor,
            held: 0.0,
            cap: Self::LIMIT,
            others: 5.0,
            kept: 0.0,
            level: Pressure::Low,
            changes: Vec::new(),
            time: Duration::ZERO,
            most: 0.0,
        }
    }

    fn points_of(&self, held: f64) -> f64 {
        held * self.factor / Self::CONTAINER * 100.0
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "small numbers"
    )]
    fn run(&mut self, length: Duration) {
        let end = self.time + length;
        while self.time < end {
            self.time += Self::STEP;
            let before = self.held;
            let more = Self::SPEED / self.factor * Self::STEP.as_secs_f64();
            // A sixteenth is kept free.
            self.held = (self.held + more).min(self.cap * 15.0 / 16.0);
            // A part of what is freed stays with the allocator, and is used first when there is more.
            let change = self.points_of(self.held) - self.points_of(before);
            let part = if change < 0.0 { 0.3 } else { 1.0 };
            self.kept = (self.kept - change * part).max(0.0);
            let used = self.others + self.points_of(self.held) + self.kept;
            self.most = self.most.max(used);
            let (held, limit) = (self.held as u64, Self::LIMIT as u64);
            let cap = self.governor.next(used, held, limit, Self::STEP);
            self.cap = cap.map_or(Self::LIMIT, |cap| cap as f64);
            let level = self.level.next(percent(held, limit));
            if level != self.level {
                self.level = level;
                self.changes.push(self.time);
            }
        }
    }
}

#[test]
fn after_pressure_half_is_in_use_again_soon_and_levels_do_not_flap() {
    const MINUTE: Duration = Duration::from_secs(60);
    for factor in [1.0, 1.5, 3.4, 1_000.0] {
        let mut simulation = Simulation::new(factor);
        simulation.run(2 * MINUTE);
        let before = simulation.held;
        // The rest of the program takes near half of all, for a minute.
        for _ in 0..47 {
            simulation.others += 1.0;
            simulation.run(Simulation::STEP);
        }
        simulation.run(MINUTE);
        assert!(simulation.held < before / 2.0, "{factor}: it has shrunk");
        simulation.others -= 47.0;
        simulation.run(5 * SECOND);
        let after = simulation.held / before;
        assert!(after >= 0.5, "{factor}: {after} of what was held");
        simulation.run(10 * MINUTE);
        for (nth, change) in simulation.changes.iter().enumerate() {
            let later = simulation.changes[nth..].iter();
            let in_a_minute = later.take_while(|later| **later < *change + MINUTE).count();
            assert!(in_a_minute <= 3, "{factor}: {:?}", simulation.changes);
        }
        assert!(simulation.most < 90.0, "{factor}: {}", simulation.most);
    }
}

/// A cache that takes a thousand times what it accounts for, and grows as fast as it may.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "small numbers"
)]
#[test]
fn what_is_not_accounted_for_settles_below_the_limit() {
    /// Bytes that are a point of the container.
    const POINT: f64 = 10_000.0;
    let mut governor = Governor::new();
    let (mut held, mut shrank) = (0.0_f64, 0);
    let mut cap = next(&mut governor, 5.0, 0);
    for _ in 0..10_000 {
        let before = cap;
        // Three points in a step, if it may.
        held = (held + 3.0).min(cap.map_or(f64::INFINITY, |cap| cap as f64 / POINT));
        let used = 5.0 + held;
        assert!(used < 90.0, "{used}");
        cap = next(&mut governor, used, (held * POINT) as u64);
        shrank += u32::from(cap < before);
    }
    assert!((40.0..76.0).contains(&held), "{held}");
    assert!(shrank < 40, "{shrank}");
}

#[test]
fn caches_that_keep_a_part_of_their_budget_free_do_not_dwindle() {
    let mut governor = Governor::new();
    next(&mut governor, 10.0, 0);
    let mut held = 100_000;
    for _ in 0..1_000 {
        let before = held;
        let cap = next(&mut governor, 66.5, held).unwrap_or(2_000_000);
        held = cap - cap / 16;
        assert!(held >= before, "{held}");
    }
}
