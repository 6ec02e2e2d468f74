//! memokit beside everyone else: hits of all kinds, misses, memory, and many callers at once.
//!
//! The figures go to standard output as Markdown; a full run also writes them, with a chart, into
//! `benches/results`. Ratios that have a limit are listed beside it.
//!
//! `--once CASE N` makes N calls of memokit's function in one case and nothing else, for tools that
//! count instructions.

mod cases;
mod chart;
mod functions;
mod goals;
mod keys;
mod memory;
pub mod report;
pub mod results;
mod rivals;
mod stampede;

use crate::allocations;
use crate::harness::Plan;
use crate::harness::cpu::Places;
use crate::harness::turns::{self, Calls, Runner};
use crate::options::Options;
use cases::{CASES, Case, Contest};
use results::{Results, Row};

pub fn run(options: &Options) -> Result<(), String> {
    if let Some((case, calls)) = &options.once {
        return once(case, *calls);
    }
    let results = measure_all(options)?;
    let text = report::markdown(&results);
    println!("{text}");
    if let Some(file) = &options.json {
        results::write(file, &results.json())?;
    }
    // A part of the cases must not replace the figures of all.
    let full = !options.quick && options.only.is_none();
    let folder = options.results.clone().or(full.then(results::folder));
    if let Some(folder) = folder {
        results::write(
            &folder.join("peers.md"),
            &format!("# memokit and its peers\n\n{text}"),
        )?;
        chart::draw(&results, &folder.join("peers.svg"))?;
    }
    Ok(())
}

fn measure_all(options: &Options) -> Result<Results, String> {
    let plan = options.plan();
    let places = Places::find()?;
    let wanted = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
    let mut rows = Vec::new();
    for case in CASES.iter().filter(|case| wanted(case.name)) {
        for threads in case.threads {
            // A full run takes minutes: who waits wants to see that it goes on.
            eprintln!("{}, threads: {threads}", case.name);
            if *threads <= places.count() {
                rows.extend(measure(case, *threads, &plan, &places));
            } else {
                eprintln!("left out: there are not so many processors");
            }
        }
    }
    for (name, measure) in [
        (memory::NAME, memory::measure as fn() -> Vec<Row>),
        (stampede::NAME, stampede::measure),
    ] {
        if wanted(name) {
            eprintln!("{name}");
            rows.extend(measure());
        }
    }
    if rows.is_empty() {
        let names: Vec<_> = CASES.iter().map(|case| case.name).collect();
        return Err(format!(
            "no such case; they are: {}, {}, {}",
            names.join(", "),
            memory::NAME,
            stampede::NAME
        ));
    }
    Ok(Results(rows))
}

fn measure(case: &Case, threads: usize, plan: &Plan, places: &Places) -> Vec<Row> {
    let contest = (case.build)();
    contest.warm(0);
    let allocations = allocations_per_call(&contest);
    let measured = if threads == 1 {
        turns::alone(plan, places, &contest.runners)
    } else {
        turns::together(plan, places, &contest.runners, |thread| {
            contest.warm(thread);
        })
    };
    let rows = measured.into_iter().zip(allocations);
    rows.map(|(measured, allocations)| Row {
        case: case.name,
        threads,
        peer: measured.name,
        hit_ratio: measured.hit_ratio(),
        samples: measured.samples,
        allocations: Some(allocations),
        extra: None,
    })
    .collect()
}

/// What calls of one thread allocate.
fn allocations_per_call(contest: &Contest) -> Vec<f64> {
    let calls = Calls {
        start: 0,
        count: 1 << 12,
    };
    let count = |runner: &Runner<'_>| {
        let ((), allocated) = allocations::count(|| (runner.run)(0, calls));
        allocated.count as f64 / calls.count as f64
    };
    contest.runners.iter().map(count).collect()
}

/// Warms memokit's function of one case up and calls it.
fn once(case: &str, calls: usize) -> Result<(), String> {
    let found = CASES.iter().find(|known| known.name == case);
    let found = found.ok_or_else(|| format!("`{case}` is no case"))?;
    let contest = (found.build)().only(|peer| peer == "memokit");
    contest.warm(0);
    for runner in &contest.runners {
        (runner.run)(
            0,
            Calls {
                start: 0,
                count: calls,
            },
        );
    }
    Ok(())
}
