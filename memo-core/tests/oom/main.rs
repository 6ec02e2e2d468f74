//! A process under a real limit dies of a map without bounds, and lives with a cache.
//!
//! Each scenario is a process of its own, this program once more, in a control group of the first version
//! that is made for it below that of the test. Values are of a type of which caches know what it has on the heap; of
//! one that they take for 3.4 times less than it is; or of one that they take for nothing, so that the container has
//! to be looked at. The third is what a weigher that answers 0 comes to.
//!
//! A part of all cases is run, with as much as is needed to fill the container several times. With
//! `MEMOKIT_OOM=full` each is run ten times with 4 GiB, which takes hours. Where groups cannot be made, a limit
//! of the data segment takes their place, for the cases that it can tell anything of. Which of these it was is told on
//! standard error.
#![cfg(target_os = "linux")]

mod group;
mod limited_data;
mod matrix;
mod scenario;

use std::io::Write as _;
use std::process::{Command, ExitStatus};

use group::{Group, Limited};
use matrix::Case;
use scenario::{Kind, Scenario, Trouble};

const SCENARIO: &str = "MEMOKIT_TEST_SCENARIO";

/// Not a test by itself: what runs under a limit.
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

/// How a scenario ended in a group of its own, and the most that was used. `None` where groups cannot be
/// made.
fn run(case: Case) -> Option<(ExitStatus, u64)> {
    let group = Group::new(case.limited, case.scenario.limit)?;
    let status = group.run(&mut program(case.scenario));
    Some((status, group.peak()))
}

/// Past the test harness, which shows the output of failing tests only.
fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "oom: {text}");
}

#[test]
fn a_cache_lives_where_a_map_dies() {
    if std::env::var_os(SCENARIO).is_some() {
        return;
    }
    let map = Case {
        limited: Limited::Own,
        scenario: Scenario {
            kind: Kind::Map,
            threads: 1,
            size: 4096,
            total: 1 << 30,
            limit: matrix::LIMIT,
            trouble: Trouble::None,
        },
    };
    let Some((killed, _)) = run(map) else {
        tell(
            "MODE: a limit of the data segment, as no control group can be made here: see `limited_data`",
        );
        return;
    };
    tell("MODE: a control group of version 1");
    assert!(
        !killed.success(),
        "a map of 1 GiB in {} bytes",
        matrix::LIMIT
    );
    let mut dead = Vec::new();
    for (case, rounds) in matrix::cases() {
        for round in 0..rounds {
            let (status, peak) = run(case).expect("groups can be made");
            let peak = peak >> 20;
            tell(&format!(
                "{case}, round {round}: {status}, at most {peak} MiB"
            ));
            if !status.success() {
                dead.push(format!("{case}: {status}"));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}
