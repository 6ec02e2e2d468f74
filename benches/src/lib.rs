//! memokit measured side by side with other caches.
//!
//! `cargo bench --manifest-path benches/Cargo.toml -- NAME [--quick]` runs one benchmark and
//! prints Markdown tables. Every contender of a table runs in the same process and in turns, so
//! that a slow moment of the machine touches all of them alike.

mod accounting;
mod alloc;
mod allocations;
mod budget;
mod build;
mod harness;
mod hit_ratio;
mod hits;
mod instructions;
mod modes;
mod options;
mod peers;
mod policies;
mod shapes;

use std::process::ExitCode;

use options::Options;

/// One benchmark: what it is called, what it measures, and the function that runs it.
struct Benchmark {
    name: &'static str,
    about: &'static str,
    run: fn(&Options) -> Result<(), String>,
}

const BENCHMARKS: &[Benchmark] = &[
    Benchmark {
        name: "accounting",
        about: "what accounting for memory adds to a hit; `--once CASE N`",
        run: accounting::run,
    },
    Benchmark {
        name: "alloc",
        about: "what allocators that count and limit add to the system's; `--once CASE N`",
        run: alloc::run,
    },
    Benchmark {
        name: "budget",
        about: "rules that divide one memory budget; `--json FILE`, `--results FOLDER`, `--only LOAD`",
        run: budget::run,
    },
    Benchmark {
        name: "build",
        about: "CPU time of building 200 annotated functions; `--json FILE`",
        run: build::run,
    },
    Benchmark {
        name: "hit-ratio",
        about: "hit ratios over traces; `--json FILE`, `--results FOLDER`, `--trace FILE [--capacity N]`",
        run: hit_ratio::run,
    },
    Benchmark {
        name: "hits",
        about: "a call whose result is already cached, one thread",
        run: hits::run,
    },
    Benchmark {
        name: "instructions",
        about: "instructions of a call, compared with the committed ones; `--update`",
        run: instructions::run,
    },
    Benchmark {
        name: "modes",
        about: "hits, insertions and bytes with each `oom_protection`; `--json FILE`, `--results FOLDER`, `--only CASE`, `--once CASE N`",
        run: modes::run,
    },
    Benchmark {
        name: "peers",
        about: "all rivals, all kinds of calls, 1 and 2 threads; `--json FILE`, `--results FOLDER`, `--only CASE`",
        run: peers::run,
    },
    Benchmark {
        name: "policies",
        about: "hits under every policy; `--once CASE N`",
        run: policies::run,
    },
    Benchmark {
        name: "shapes",
        about: "hits of generic functions, methods and async functions; `--once CASE N`",
        run: shapes::run,
    },
];

/// Runs the benchmark that the arguments name.
pub fn run(arguments: impl Iterator<Item = String>) -> ExitCode {
    let options = match Options::parse(arguments) {
        Ok(options) => options,
        Err(problem) => return usage(&problem),
    };
    let Some(name) = &options.benchmark else {
        return usage("which benchmark?");
    };
    let Some(benchmark) = BENCHMARKS.iter().find(|known| known.name == name) else {
        return usage(&format!("`{name}` is not a benchmark"));
    };
    match (benchmark.run)(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// Says what went wrong and what can be run.
fn usage(problem: &str) -> ExitCode {
    eprintln!("{problem}");
    eprintln!("usage: cargo bench --manifest-path benches/Cargo.toml -- NAME [--quick]");
    eprintln!("where NAME is one of:");
    for benchmark in BENCHMARKS {
        eprintln!("  {:<13} {}", benchmark.name, benchmark.about);
    }
    ExitCode::from(2)
}
