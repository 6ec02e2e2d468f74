//! Many short slices of every contender, taken in turns; medians of all of them.
//!
//! A neighbour on the machine, a change of clock rate or an unlucky interrupt spoils single
//! slices, not the median. Ratios are medians of the ratios inside one round, where both sides saw
//! the same machine.

//!
//! Time on one thread is CPU time of that thread. On two threads it is elapsed time, of slices in
//! which both are known to have run.

pub mod bodies;
pub mod cpu;
pub mod pair;
pub mod samples;
pub mod turns;

use std::hint::black_box;
use std::time::Duration;

use cpu::thread_time;
use samples::Samples;

/// How much is measured.
pub struct Plan {
    pub rounds: usize,
    pub slice: Duration,
    /// How long one contender may take in one table, with the waiting for two processors at once;
    /// what is left out has no sample.
    pub patience: Duration,
}

impl Plan {
    /// For figures that are quoted.
    pub fn full() -> Self {
        Self {
            rounds: 401,
            slice: Duration::from_millis(1),
            patience: Duration::from_secs(3),
        }
    }

    /// A few seconds at most: does it run, and is the order of magnitude right?
    pub fn quick() -> Self {
        Self {
            rounds: 41,
            slice: Duration::from_micros(500),
            patience: Duration::from_millis(150),
        }
    }
}

/// One contender: a name and a loop over its calls.
pub struct Contender<'a> {
    name: &'static str,
    run: Box<dyn FnMut(usize) + 'a>,
    calls_per_slice: usize,
    samples: Samples,
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
            samples: Samples::default(),
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
        let start = thread_time();
        (self.run)(calls);
        thread_time() - start
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
        let sample = elapsed.as_secs_f64() * 1e9 / self.calls_per_slice as f64;
        self.samples.push(Some(sample));
    }
}

/// A finished measurement: nanoseconds per call of every contender in every round.
pub struct Table {
    title: String,
    rows: Vec<(&'static str, Samples)>,
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
            let [low, middle, high] =
                [0.25, 0.5, 0.75].map(|part| samples.quantile(part).unwrap_or(f64::NAN));
            let mut row = format!("| {name} | {middle:.2} | {low:.2}–{high:.2} |");
            for reference in references {
                row += &format!(" {:.2} |", self.ratio_of(name, reference));
            }
            println!("{row}");
        }
        println!();
    }

    /// Median over the rounds of `name ÷ reference`.
    pub fn ratio_of(&self, name: &str, reference: &str) -> f64 {
        let ratio = self.samples(name).ratio(self.samples(reference));
        ratio.unwrap_or(f64::NAN)
    }

    /// Median over the rounds of `name − reference`, in nanoseconds.
    pub fn difference_of(&self, name: &str, reference: &str) -> f64 {
        let (name, reference) = (self.samples(name), self.samples(reference));
        let difference = name.compare(reference, |ours, theirs| ours - theirs);
        difference.unwrap_or(f64::NAN)
    }

    fn samples(&self, name: &str) -> &Samples {
        let row = self.rows.iter().find(|(known, _)| *known == name);
        &row.expect("only rows of the table are compared").1
    }
}
