//! A process under a real limit dies of a map without bounds, and lives with a cache.

mod group;
mod scenario;

use std::process::{Command, ExitStatus};

use group::{Group, Limited};
use scenario::{Kind, Scenario, Trouble};

const SCENARIO: &str = "MEMOKIT_TEST_SCENARIO";

/// Not a test by itself: what runs inside of a group.
#[test]
fn scenario() {
    if let Ok(scenario) = std::env::var(SCENARIO) {
        Scenario::parse(&scenario).run();
    }
}

/// This program once more, with one scenario.
fn program(scenario: Scenario) -> Command {
    let mut program = Command::new(std::env::current_exe().expect("this program is a file"));
    program
        .args(["--exact", "scenario", "--nocapture"])
        .env(SCENARIO, scenario.to_string());
    program
}

fn run(scenario: Scenario, limited: Limited) -> Option<(ExitStatus, u64)> {
    let group = Group::new(limited)?;
    let status = group.run(&mut program(scenario));
    Some((status, group.peak()))
}
#[test]
fn probe() {
    let Ok(text) = std::env::var("MEMOKIT_PROBE") else { return };
    let scenario = Scenario::parse(&text);
    let rounds: u32 = std::env::var("ROUNDS").ok().and_then(|r| r.parse().ok()).unwrap_or(5);
    let limited = if std::env::var_os("PARENT").is_some() { Limited::Parent } else { Limited::Own };
    let mut out = String::new();
    let mut died = 0;
    for _ in 0..rounds {
        #[allow(clippy::disallowed_methods)]
        let start = std::time::Instant::now();
        let (status, peak) = run(scenario, limited).unwrap();
        died += u32::from(!status.success());
        out += &format!(" {}:{}M:{:.1}s", if status.success() { "ok" } else { "DIED" }, peak >> 20, start.elapsed().as_secs_f64());
    }
    eprintln!("RESULT {scenario} {limited:?}: died {died}/{rounds}:{out}");
}
