//! What the command line asks for.

use std::env;
use std::path::{Path, PathBuf};

use crate::harness::Plan;

/// Everything that can be said after the name of a benchmark.
#[derive(Default)]
pub struct Options {
    pub benchmark: Option<String>,
    /// Less of everything: does it run, and is the order of magnitude right?
    pub quick: bool,
    /// Where to write the figures for programs, where a benchmark offers it.
    pub json: Option<PathBuf>,
    /// Measures one case only, where a benchmark has several.
    pub only: Option<String>,
    /// Where to write tables and charts, where a benchmark offers it.
    pub results: Option<PathBuf>,
    /// Takes what is measured for the figures to compare with.
    pub update: bool,
    /// The only trace that is replayed, where a benchmark replays some.
    pub trace: Option<PathBuf>,
    /// How many entries its caches have room for; the benchmark says what is wrong with it.
    pub capacity: Option<String>,
    /// One case and how often to call it, for tools that count instructions.
    pub once: Option<(String, usize)>,
}

impl Options {
    /// Reads the arguments; an error says which one is wrong.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                // Cargo adds it for every bench target.
                "--bench" => {}
                "--quick" => options.quick = true,
                "--update" => options.update = true,
                "--json" => {
                    let file = arguments.next().ok_or("`--json` needs a file")?;
                    options.json = Some(as_typed(file));
                }
                "--results" => {
                    let folder = arguments.next().ok_or("`--results` needs a folder")?;
                    options.results = Some(as_typed(folder));
                }
                "--only" => {
                    options.only = Some(arguments.next().ok_or("`--only` needs a case")?);
                }
                "--trace" => {
                    let file = arguments.next().ok_or("`--trace` needs a file")?;
                    options.trace = Some(as_typed(file));
                }
                "--capacity" => {
                    let entries = arguments.next().ok_or("`--capacity` needs a number")?;
                    options.capacity = Some(entries);
                }
                "--once" => {
                    let case = arguments.next().ok_or("`--once` needs a case")?;
                    let calls = arguments.next().and_then(|calls| calls.parse().ok());
                    let calls = calls.ok_or("`--once CASE` needs a number of calls")?;
                    options.once = Some((case, calls));
                }
                flag if flag.starts_with('-') => return Err(format!("`{flag}` is no option")),
                _ if options.benchmark.is_none() => options.benchmark = Some(argument),
                _ => return Err(format!("`{argument}`: one benchmark at a time")),
            }
        }
        Ok(options)
    }

    /// How much is measured.
    pub fn plan(&self) -> Plan {
        if self.quick {
            Plan::quick()
        } else {
            Plan::full()
        }
    }
}

/// A path as it was meant where the command was typed: Cargo runs benchmarks in their package's
/// folder, not in the one that it was called in.
pub fn as_typed(path: impl Into<PathBuf>) -> PathBuf {
    let path = path.into();
    match folder_of_cargo() {
        Some(folder) if path.is_relative() => folder.join(path),
        _ => path,
    }
}

/// The folder that Cargo was called in, if this was started by it and the system tells.
fn folder_of_cargo() -> Option<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let is_moved = env::current_dir().is_ok_and(|folder| folder == package);
    if !is_moved || env::var_os("CARGO").is_none() {
        return None;
    }
    #[cfg(target_os = "linux")]
    {
        let cargo = std::os::unix::process::parent_id();
        std::fs::read_link(format!("/proc/{cargo}/cwd")).ok()
    }
    #[cfg(not(target_os = "linux"))]
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn all_that_can_be_said_is_understood() {
        let line = "--bench peers --quick --json a.json --results b --only zipf --update";
        let options = parsed(line).unwrap();
        assert_eq!(options.benchmark.as_deref(), Some("peers"));
        assert!(options.quick && options.update);
        assert!(options.json.unwrap().ends_with("a.json"));
        assert!(options.results.unwrap().ends_with("b"));
        assert_eq!(options.only.as_deref(), Some("zipf"));
        let options = parsed("hit-ratio --trace /a.u64 --capacity 9").unwrap();
        assert_eq!(options.trace.as_deref(), Some(Path::new("/a.u64")));
        assert_eq!(options.capacity.as_deref(), Some("9"));
        let options = parsed("shapes --once plain 10").unwrap();
        assert_eq!(options.once, Some(("plain".to_owned(), 10)));
    }

    #[test]
    fn paths_are_those_of_whoever_calls() {
        assert_eq!(as_typed("/a/b.json"), Path::new("/a/b.json"));
        // Tests are started in the package's folder too, by a Cargo that was called elsewhere or here.
        let folder = folder_of_cargo().unwrap_or_default();
        assert_eq!(as_typed("b.json"), folder.join("b.json"));
    }

    #[test]
    fn mistakes_are_named() {
        let problem = |line| parsed(line).err().unwrap();
        assert_eq!(problem("peers --json"), "`--json` needs a file");
        assert_eq!(problem("hit-ratio --trace"), "`--trace` needs a file");
        assert_eq!(problem("a --capacity"), "`--capacity` needs a number");
        assert_eq!(
            problem("--once plain ten"),
            "`--once CASE` needs a number of calls"
        );
        assert_eq!(problem("peers --fast"), "`--fast` is no option");
        assert_eq!(problem("peers hits"), "`hits`: one benchmark at a time");
    }
}
