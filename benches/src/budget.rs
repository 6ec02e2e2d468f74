//! One memory budget over many functions: what each way to divide it leaves to be computed again.
//!
//! The figures go to standard output as Markdown; a full run also writes them, with a chart, into
//! `benches/results`. `--only LOAD` replays one of the loads. What the figures must be is checked.

mod chart;
mod goals;
mod lists;
mod load;
mod loads;
mod random;
mod report;
mod results;
mod rules;

use crate::options::Options;
use crate::peers::results::{folder, write};
use loads::{CASES, Case};
use results::{Results, Row};
use rules::{Paid, RULES, Task};

/// Of keys, calls and budget there is this part in a quick run.
const QUICK: f64 = 0.125;

pub fn run(options: &Options) -> Result<(), String> {
    let scale = if options.quick { QUICK } else { 1.0 };
    let wanted = |case: &&Case| options.only.as_deref().is_none_or(|only| only == case.name);
    let rows = CASES.iter().filter(wanted);
    let results = Results(rows.flat_map(|case| replay(case, scale)).collect());
    if results.0.is_empty() {
        let names: Vec<_> = CASES.iter().map(|case| case.name).collect();
        return Err(format!("no such load; they are: {}", names.join(", ")));
    }
    let verdict = goals::check(&results);
    let goals = verdict.as_ref().unwrap_or_else(|missed| missed);
    let text = report::markdown(&results, goals);
    println!("{text}");
    if let Some(file) = &options.json {
        write(file, &results.json())?;
    }
    // A part of the loads must not replace the figures of all.
    let full = !options.quick && options.only.is_none();
    let folder = options.results.clone().or(full.then(folder));
    if let Some(folder) = folder {
        let text = format!("# One budget over many functions\n\n{text}");
        write(&folder.join("budget.md"), &text)?;
        chart::draw(&results, &folder.join("budget.svg"))?;
    }
    match verdict {
        Ok(_) => Ok(()),
        Err(_) => Err("a goal is missed: see the table of goals".to_owned()),
    }
}

fn replay(case: &Case, scale: f64) -> Vec<Row> {
    let load = (case.build)(scale);
    let bytes = rules::bytes_of_entries(&load);
    // A full run takes a minute: who waits wants to see that it goes on.
    eprintln!(
        "{}: {} calls of {} functions, {} MiB of {}",
        case.name,
        load.calls.len(),
        load.functions,
        load.budget >> 20,
        bytes.iter().sum::<u64>() >> 20,
    );
    let whole = Paid {
        nanos: load.cost(),
        misses: load.calls.len() as u64,
    };
    let task = Task {
        load: &load,
        bytes: &bytes,
    };
    let rows = RULES.iter().map(|rule| Row {
        load: case.name,
        rule: rule.name,
        paid: rule.paid(&task),
        whole,
    });
    rows.collect()
}
