//! What the command line asks for.

use std::path::PathBuf;

use crate::harness::Plan;

/// Everything that can be said after the name of a benchmark.
#[derive(Default)]
pub struct Options {
    pub benchmark: Option<String>,
    /// Less of everything: does it run, and is the order of magnitude right?
    pub quick: bool,
    /// Where to write the figures for programs, where a benchmark offers it.
    pub json: Option<PathBuf>,
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
                "--json" => {
                    let file = arguments.next().ok_or("`--json` needs a file")?;
                    options.json = Some(file.into());
                }
                "--once" => {
                    let case = arguments.next().ok_or("`--once` needs a case")?;
                    let calls = arguments.next().and_then(|calls| calls.parse().ok());
                    let calls = calls.ok_or("`--once CASE` needs a number of calls")?;
                    options.once = Some((case, calls));
                }
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
