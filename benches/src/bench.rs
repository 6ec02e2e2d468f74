//! memokit measured side by side with other caches.
//!
//! `cargo bench --manifest-path benches/Cargo.toml -- NAME [--quick]` runs one benchmark and
//! prints Markdown tables. Every contender of a table runs in the same process and in turns, so
//! that a slow moment of the machine touches all of them alike.

mod harness;
mod hits;

use std::process::ExitCode;

use harness::Plan;

/// One benchmark: what it is called, what it measures, and the function that runs it.
struct Benchmark {
    name: &'static str,
    about: &'static str,
    run: fn(&Plan),
}

const BENCHMARKS: &[Benchmark] = &[Benchmark {
    name: "hits",
    about: "a call whose result is already cached, one thread",
    run: hits::run,
}];

fn main() -> ExitCode {
    let mut plan = Plan::full();
    let mut chosen = None;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            // Cargo adds it for every bench target.
            "--bench" => {}
            "--quick" => plan = Plan::quick(),
            name => match BENCHMARKS.iter().find(|known| known.name == name) {
                Some(benchmark) if chosen.is_none() => chosen = Some(benchmark),
                Some(_) => return usage("one benchmark at a time"),
                None => return usage(&format!("`{name}` is not a benchmark")),
            },
        }
    }
    let Some(benchmark) = chosen else {
        return usage("which benchmark?");
    };
    (benchmark.run)(&plan);
    ExitCode::SUCCESS
}

/// Says what went wrong and what can be run.
fn usage(problem: &str) -> ExitCode {
    eprintln!("{problem}");
    eprintln!("usage: cargo bench --manifest-path benches/Cargo.toml -- NAME [--quick]");
    eprintln!("where NAME is one of:");
    for benchmark in BENCHMARKS {
        eprintln!("  {:<10} {}", benchmark.name, benchmark.about);
    }
    ExitCode::from(2)
}
