//! CPU time of building a crate with many annotated functions.
//!
//! Crates are generated into a temporary folder and their dependencies are built first. Then only
//! the generated crates are built again, in turns: without an attribute, with ours, with `cached`.
//! What is measured is the user and system time of cargo and everything that it started, so that
//! other work on the machine matters less than it would for elapsed time.

mod cpu;
mod program;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::harness::samples::quantile;
use crate::options::Options;
use program::{Attribute, PROGRAMS, Program};

/// Builds of each crate in each profile.
const ROUNDS: usize = 7;

const PROFILES: [Profile; 2] = [
    Profile {
        name: "dev",
        flags: &[],
    },
    Profile {
        name: "release",
        flags: &["--release"],
    },
];

struct Profile {
    name: &'static str,
    flags: &'static [&'static str],
}

/// CPU seconds of all rounds of one program in one profile.
struct Measured {
    program: &'static Program,
    profile: &'static str,
    limit: f64,
    /// In the order of [`Attribute::ALL`].
    seconds: [Vec<f64>; 3],
}

pub fn run(options: &Options) -> Result<(), String> {
    let rounds = if options.quick { 1 } else { ROUNDS };
    let folder = Folder::create()?;
    let mut all = Vec::new();
    for program in &PROGRAMS {
        let crates = Attribute::ALL.map(|attribute| folder.0.join(attribute.crate_name(program)));
        for (attribute, path) in Attribute::ALL.iter().zip(&crates) {
            program::write(program, *attribute, path)
                .map_err(|error| format!("{}: {error}", path.display()))?;
        }
        for (profile, limit) in PROFILES.iter().zip(program.limits) {
            let seconds = measure(&folder, &crates, profile, rounds)?;
            all.push(Measured {
                program,
                profile: profile.name,
                limit,
                seconds,
            });
        }
    }
    print(&all, rounds);
    match &options.json {
        Some(file) => {
            fs::write(file, json(&all)).map_err(|error| format!("{}: {error}", file.display()))
        }
        None => Ok(()),
    }
}

/// Everything is built once, then the crates alone, each round beginning with another one.
fn measure(
    folder: &Folder,
    crates: &[PathBuf; 3],
    profile: &Profile,
    rounds: usize,
) -> Result<[Vec<f64>; 3], String> {
    for path in crates {
        folder.build(path, profile)?;
    }
    let mut seconds = [const { Vec::new() }; 3];
    for round in 0..rounds {
        for turn in 0..crates.len() {
            let which = (round + turn) % crates.len();
            let path = &crates[which];
            program::touch(path).map_err(|error| format!("{}: {error}", path.display()))?;
            let before = cpu::seconds_of_children()?;
            folder.build(path, profile)?;
            let used = cpu::seconds_of_children()? - before;
            // A full run takes minutes: who waits wants to see that it goes on.
            eprintln!("{} {}: {used:.2} s", crate_name(path), profile.name);
            seconds[which].push(used);
        }
    }
    Ok(seconds)
}

fn crate_name(path: &Path) -> std::path::Display<'_> {
    Path::new(path.file_name().unwrap_or(path.as_os_str())).display()
}

/// A temporary folder, removed at the end, also when something fails.
struct Folder(PathBuf);

impl Folder {
    fn create() -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("memokit-build-{}", std::process::id()));
        fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }

    /// Builds one crate; the dependencies of all crates share a target folder.
    fn build(&self, path: &Path, profile: &Profile) -> Result<(), String> {
        let output = Command::new(env!("CARGO"))
            .args(["build", "--quiet"])
            .args(profile.flags)
            .current_dir(path)
            .env("CARGO_TARGET_DIR", self.0.join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .env_remove("RUSTFLAGS")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("cargo: {error}"))?;
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that cannot be removed is no reason to hide the figures.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Measured {
    fn median(&self, attribute: usize) -> f64 {
        median(&self.seconds[attribute])
    }

    /// Median over the rounds of ours ÷ theirs.
    fn ratio(&self) -> f64 {
        let [_, ours, theirs] = &self.seconds;
        let pairs = ours.iter().zip(theirs);
        let ratios: Vec<f64> = pairs.map(|(ours, theirs)| ours / theirs).collect();
        median(&ratios)
    }

    fn holds(&self) -> bool {
        self.ratio() <= self.limit
    }
}

fn median(seconds: &[f64]) -> f64 {
    quantile(seconds, 0.5).expect("every program is built at least once")
}

fn print(all: &[Measured], rounds: usize) {
    println!(
        "### CPU seconds of one build of {} functions, dependencies built; medians of {rounds}\n",
        program::FUNCTIONS
    );
    println!("| program | profile | no attribute | memokit | cached | ÷ cached | limit | |");
    println!("|---|---|--:|--:|--:|--:|--:|---|");
    for row in all {
        let [plain, ours, theirs] = [0, 1, 2].map(|attribute| row.median(attribute));
        println!(
            "| {} | {} | {plain:.2} | {ours:.2} | {theirs:.2} | {:.2} | {:.2} | {} |",
            row.program.about,
            row.profile,
            row.ratio(),
            row.limit,
            if row.holds() { "pass" } else { "FAIL" },
        );
    }
    println!();
}

/// One object for each row of the table.
fn json(all: &[Measured]) -> String {
    let mut rows = Vec::new();
    for row in all {
        let mut text = String::new();
        let [plain, ours, theirs] = [0, 1, 2].map(|attribute| row.median(attribute));
        write!(
            text,
            r#"{{"program":"{}","profile":"{}","functions":{},"plain_s":{plain:.3},"memokit_s":{ours:.3},"cached_s":{theirs:.3},"ratio":{:.4},"limit":{},"pass":{}}}"#,
            row.program.name, row.profile, program::FUNCTIONS, row.ratio(), row.limit, row.holds(),
        )
        .expect("a string takes everything");
        rows.push(text);
    }
    format!("[\n{}\n]\n", rows.join(",\n"))
}
