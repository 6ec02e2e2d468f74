//! A limit of the data segment, which needs no rights: what takes the place of control groups where those cannot be
//! made.
//!
//! Nothing tells caches of it, so their budget is given; and freed memory that the allocator keeps counts as used, so
//! that only values whose size is known can be promised to fit.

use crate::matrix::LIMIT;
use crate::scenario::{Kind, Scenario, Trouble};
use crate::{SCENARIO, program, tell};
use std::process::{Command, ExitStatus};

#[test]
fn a_cache_lives_under_a_limit_of_the_data_segment() {
    if std::env::var_os(SCENARIO).is_some() {
        return;
    }
    tell("MODE: a limit of the data segment");
    let killed = run(Kind::Map, 1, 4096);
    assert!(!killed.success(), "a map of 1 GiB in {LIMIT} bytes");
    for (threads, size) in [(2, 4 << 10), (4, 64 << 10), (2, 1 << 20)] {
        let lived = run(Kind::Known, threads, size);
        tell(&format!("{threads} threads, {size} bytes: {lived}"));
        assert!(lived.success(), "{threads} threads, {size} bytes: {lived}");
    }
}

fn run(kind: Kind, threads: u64, size: usize) -> ExitStatus {
    let program = program(Scenario {
        kind,
        threads,
        size,
        total: 1 << 30,
        limit: LIMIT,
        trouble: Trouble::None,
    });
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "ulimit -d \"$0\" && exec \"$@\""])
        .arg((LIMIT / 1024).to_string())
        .arg(program.get_program())
        .args(program.get_args())
        .env("MEMOKIT_MEMORY_LIMIT", "64MiB");
    for (name, value) in program.get_envs() {
        shell.env(name, value.unwrap_or_default());
    }
    shell.status().expect("there is a shell")
}
