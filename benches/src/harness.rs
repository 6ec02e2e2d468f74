//! Many short slices of every contender, taken in turns; medians of all of them.
//!
//! A neighbour on the machine, a change of clock rate or an unlucky interrupt spoils single
//! slices, not the median. Ratios are medians of the ratios inside one round, where both sides saw
//! the same machine.

#![allow(clippy::disallowed_methods, reason = "a benchmark measures real time")]

use std::hint::black_box;
use std::time::{Duration, Instant};

/// How much is measured.
pub struct Plan {
    rounds: usize,
    slice: Duration,
}

impl Plan {
    /// For figures that are quoted.
    pub fn full() -> Self {
        Self {
            rounds: 401,
            slice: Duration::from_millis(1),
        }
    }

    /// A few seconds at most: does it run, and is the order of magnitude right?
    pub fn quick() -> Self {
        Self {
            rounds: 31,
            slice: Duration::from_micros(500),
        }
    }
}

/// One contender: a name and a loop over its calls.
pub struct Contender<'a> {
    name: &'static str,
    run: Box<dyn FnMut(usize) + 'a>,
    calls_per_slice: usize,
    samples: Vec<f64>,
}

impl<'a> Contender<'a> {
    /// `call` is given 0, 1, 2 … and is inlined into the measured loop.
    pub fn new<R>(name: &'static str, mut call: impl FnMut(usize) -> R + 'a) -> Self {
        let run = move |calls: usize| {
            for turn in 0..calls {
                black_box(call(black_box(turn)));
            }
        };
        Self {
            name,
            run: Box::new(run),
            calls_per_slice: 1,
            samples: Vec::new(),
        }
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Runs that many calls, unmeasured.
    pub fn call(&mut self, calls: usize) {
        (self.run)(calls);
    }

    fn time(&mut self, calls: usize) -> Duration {
        let start = Instant::now();
        (self.run)(calls);
        start.elapsed()
    }

    /// Doubles the calls until they fill a slice; the caches are warm afterwards.
    fn calibrate(&mut self, slice: Duration) {
        let mut calls = 1024;
        while self.time(calls) < slice {
            calls *= 2;
        }
        self.calls_per_slice = calls;
    }

    fn measure_slice(&mut self) {
        let elapsed = self.time(self.calls_per_slice);
        self.samples
            .push(elapsed.as_secs_f64() * 1e9 / self.calls_per_slice as f64);
    }
}

/// A finished measurement: nanoseconds per call of every contender in every round.
pub struct Table {
    title: String,
    rows: Vec<(&'static str, Vec<f64>)>,
}

/// Runs all contenders in turns.
pub fn compare(title: String, plan: &Plan, mut contenders: Vec<Contender<'_>>) -> Table {
    for contender in &mut contenders {
        contender.calibrate(plan.slice);
    }
    let count = contenders.len();
    for round in 0..plan.rounds {
        // Another one starts in every round: nobody always runs after the same neighbour's misses.
        for turn in 0..count {
            contenders[(round + turn) % count].measure_slice();
        }
    }
    let rows = contenders
        .into_iter()
        .map(|contender| (contender.name, contender.samples))
        .collect();
    Table { title, rows }
}

impl Table {
    /// Prints a Markdown table; the columns of ratios compare every row with the `references`.
    pub fn print(&self, references: &[&str]) {
        println!("### {}\n", self.title);
        let mut header = String::from("| call | ns, median | ns, quartiles |");
        let mut rule = String::from("|---|--:|--:|");
        for reference in references {
            header += &format!(" ÷ {reference} |");
            rule += "--:|";
        }
        println!("{header}\n{rule}");
        for (name, samples) in &self.rows {
            let [low, middle, high] = [0.25, 0.5, 0.75].map(|part| quantile(samples, part));
            let mut row = format!("| {name} | {middle:.2} | {low:.2}–{high:.2} |");
            for reference in references {
                row += &format!(" {:.2} |", self.ratio(samples, reference));
            }
            println!("{row}");
        }
        println!();
    }

    /// Median over the rounds of `samples ÷ reference`.
    fn ratio(&self, samples: &[f64], reference: &str) -> f64 {
        median_of_pairs(samples, self.samples(reference), |ours, theirs| {
            ours / theirs
        })
    }

    /// Median over the rounds of `name ÷ reference`.
    pub fn ratio_of(&self, name: &str, reference: &str) -> f64 {
        self.ratio(self.samples(name), reference)
    }

    /// Median over the rounds of `name − reference`, in nanoseconds.
    pub fn difference_of(&self, name: &str, reference: &str) -> f64 {
        median_of_pairs(
            self.samples(name),
            self.samples(reference),
            |ours, theirs| ours - theirs,
        )
    }

    fn samples(&self, name: &str) -> &[f64] {
        let row = self.rows.iter().find(|(known, _)| *known == name);
        &row.expect("only rows of the table are compared").1
    }
}

/// The median of what `combine` makes of two samples of one round.
fn median_of_pairs(left: &[f64], right: &[f64], combine: fn(f64, f64) -> f64) -> f64 {
    let pairs = left.iter().zip(right);
    let combined: Vec<f64> = pairs.map(|(left, right)| combine(*left, *right)).collect();
    quantile(&combined, 0.5)
}

/// The value below which `part` of the samples lie.
pub fn quantile(samples: &[f64], part: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * part).round() as usize]
}
