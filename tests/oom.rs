//! The example `oom_survivor` under a real limit: it lives, or is killed, as it was told.
#![cfg(target_os = "linux")]

#[path = "../memo-core/tests/oom/group.rs"]
mod group;

use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};

use group::{Group, Limited};

const LIMIT: u64 = 256 << 20;

/// Past the test harness, which shows the output of failing tests only.
fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "oom_survivor: {text}");
}

/// The example, as built with this test.
fn example() -> PathBuf {
    let test = std::env::current_exe().expect("this program is a file");
    let built = test.ancestors().nth(2).expect("target/profile/deps");
    let example = built.join("examples/oom_survivor");
    assert!(
        example.exists(),
        "`cargo test` builds examples; for a test alone: cargo build --example oom_survivor"
    );
    example
}

fn run(way: &str) -> Option<(ExitStatus, u64)> {
    let group = Group::new(Limited::Own, LIMIT)?;
    let status = group.run(Command::new(example()).arg(way));
    Some((status, group.peak()))
}

#[test]
fn the_survivor_survives_and_the_other_does_not() {
    const KILLED: i32 = 9;

    let Some((lived, peak)) = run("--protected") else {
        tell("MODE: none. No control group can be made here, so nothing was tested");
        return;
    };
    tell("MODE: a control group of version 1");
    tell(&format!("protected: {lived}, at most {} MiB", peak >> 20));
    assert!(lived.success(), "{lived}");
    let inside = Group::new(Limited::Parent, LIMIT).expect("groups can be made");
    let lived = inside.run(Command::new(example()).arg("--protected"));
    tell(&format!("protected, in a group inside: {lived}"));
    assert!(lived.success(), "limited by the group above: {lived}");
    let (killed, _) = run("--unprotected").expect("groups can be made");
    tell(&format!("unprotected: {killed}"));
    assert_eq!(killed.signal(), Some(KILLED), "{killed}");
}
