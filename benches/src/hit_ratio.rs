//! Hit ratios: traces of accesses, replayed over memokit's policies, over peers, and over the optimum.
//!
//! The traces are those of the folder that `MEMOKIT_TRACES` names, else the few in `benches/data`;
//! with `--trace FILE` it is that one, and `--capacity N` sets its only capacity. Tables go to
//! standard output as Markdown; a run over whole folders also writes them, with charts, into
//! `benches/results`.

mod cells;
mod chart;
mod contenders;
mod report;
mod results;
mod textbook;
mod trace;

#[cfg(test)]
mod tests;

use std::env;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use crate::options::{Options, as_typed};
use crate::peers::results::{folder, write};
use results::Results;
use trace::Trace;

/// Names a folder of traces.
const TRACES: &str = "MEMOKIT_TRACES";

/// Any cache may have so much room; more only if the trace could fill it, as some peers allocate
/// for all of it at once.
const ALWAYS_ALLOWED: usize = 1 << 20;

pub fn run(options: &Options) -> Result<(), String> {
    let results = replay(options)?;
    let verdict = results.compare_with_models();
    // Figures that don't agree are shown too, but not kept.
    let said = verdict
        .as_deref()
        .unwrap_or("Policies differ from the textbook's.");
    let text = report::markdown(&results, said);
    println!("{text}");
    if let Some(file) = &options.json {
        write(file, &results.json())?;
    }
    verdict?;
    let is_full = !options.quick && options.trace.is_none();
    let folder = options.results.clone().or(is_full.then(folder));
    if let Some(folder) = folder {
        write(
            &folder.join("hit-ratio.md"),
            &format!("# Hit ratios\n\n{text}"),
        )?;
        chart::draw_traces(&results, &folder.join("hit-ratio.svg"))?;
        chart::draw_means(&results, &folder.join("hit-ratio-means.svg"))?;
    }
    Ok(())
}

fn replay(options: &Options) -> Result<Results, String> {
    match (&options.trace, &options.capacity) {
        (None, None) => {
            let own = env::var_os(TRACES).filter(|folder| !options.quick && !folder.is_empty());
            replay_folder(&own.map_or_else(shipped, as_typed))
        }
        (None, Some(_)) => Err("`--capacity N` goes with `--trace FILE`".to_owned()),
        (Some(file), capacity) => replay_file(file, capacity.as_deref()),
    }
}

/// The traces that come with the benchmarks.
fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

fn replay_folder(folder: &Path) -> Result<Results, String> {
    let paths = trace::in_folder(folder)?;
    let mut results = Vec::new();
    thread::scope(|scope| {
        // The next trace is read while this one is replayed.
        let (sender, traces) = mpsc::sync_channel(0);
        scope.spawn(move || {
            let mut read = paths.iter().map(|path| Trace::read(path));
            read.try_for_each(|trace| sender.send(trace))
        });
        for trace in traces {
            results.extend(replay_trace(&trace?));
        }
        Ok::<_, String>(())
    })?;
    if results.is_empty() {
        return Err(format!(
            "{}: in no cell it matters what gives way: add longer traces",
            folder.display()
        ));
    }
    Ok(Results(results))
}

fn replay_trace(trace: &Trace) -> Vec<results::Cell> {
    let cells = cells::counted(trace);
    let (accesses, distinct) = (trace.accesses(), trace.distinct);
    // A full run takes minutes: who waits wants to see that it goes on.
    eprintln!(
        "{}: {accesses} accesses of {distinct} keys, {} cells count",
        trace.name,
        cells.len()
    );
    cells
}

fn replay_file(path: &Path, capacity: Option<&str>) -> Result<Results, String> {
    let described = |problem: String| format!("{}: {problem}", path.display());
    let wanted = capacity
        .map(parse_capacity)
        .transpose()
        .map_err(described)?;
    let trace = Trace::read(path)?;
    let Some(capacity) = wanted else {
        let cells = cells::counted(&trace);
        if cells.is_empty() {
            let problem = "no capacity where it matters what gives way: name one, `--capacity N`";
            return Err(described(problem.to_owned()));
        }
        return Ok(Results(cells));
    };
    let most = trace.accesses().max(ALWAYS_ALLOWED);
    if capacity > most {
        let problem = format!("a capacity of {capacity} is never filled: give at most {most}");
        return Err(described(problem));
    }
    Ok(Results(cells::single(&trace, capacity)))
}

fn parse_capacity(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err(format!(
            "`--capacity {text}`: give a number of entries, 1 or more"
        )),
        Ok(capacity) => Ok(capacity),
    }
}
