//! A program that does nothing sleeps: the thread that removes expired entries wakes once for each deadline, and not
//! at all where there is none. A program of its own: there is one such thread.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use memo_core::{Cache, RemovalCause};

/// More than what goes together, which is a second.
const APART: Duration = Duration::from_millis(1_100);
const DEADLINES: u32 = 3;
const LATER: Duration = Duration::from_secs(3_600);

/// Where the system tells of the thread.
fn janitor() -> PathBuf {
    let tasks = fs::read_dir("/proc/self/task").expect("this process has threads");
    let mut paths = tasks.map(|task| task.expect("a thread is listed").path());
    // Names of threads have 15 characters here.
    let is_janitor = |path: &PathBuf| {
        fs::read_to_string(path.join("comm")).is_ok_and(|name| name.trim() == "memokit-janitor")
    };
    paths.find(is_janitor).expect("it runs where entries end")
}

/// How often a thread has gone to sleep, once it sleeps.
fn sleeps(thread: &Path) -> u64 {
    loop {
        let status = fs::read_to_string(thread.join("status")).expect("the thread runs on");
        let value = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.expect("the system tells").trim()
        };
        if value("State:").starts_with('S') {
            let count = value("voluntary_ctxt_switches:").parse();
            return count.expect("a number");
        }
        thread::yield_now();
    }
}

#[test]
fn an_idle_program_wakes_once_for_each_deadline() {
    let (sender, left) = channel();
    let cache: Cache<u32, u32> = Cache::builder()
        .ttl(LATER)
        .on_removal(move |key, _, cause| {
            let _ = sender.send((*key, cause));
        })
        .build();
    let others: Vec<Cache<u32, u32>> = (0..20)
        .map(|_| Cache::builder().ttl(LATER).build())
        .collect();
    for other in &others {
        other.insert(0, 0);
    }
    cache.insert(0, 0);
    for number in 1..=DEADLINES {
        cache.insert_with_ttl(number, 0, APART * number);
    }
    let first = left.recv_timeout(APART * 3).expect("it ends");
    assert_eq!(first, (1, RemovalCause::Expired));
    let thread = janitor();
    let before = sleeps(&thread);
    for number in 2..=DEADLINES {
        let next = left.recv_timeout(APART * 3).expect("it ends");
        assert_eq!(next, (number, RemovalCause::Expired));
    }
    // What ends next does so in an hour.
    let nothing = left.recv_timeout(APART * 2);
    assert_eq!(nothing, Err(RecvTimeoutError::Timeout));
    let (woken, deadlines) = (sleeps(&thread) - before, u64::from(DEADLINES - 1));
    println!("{woken} wake-ups for {deadlines} deadlines, and then for none");
    assert!(woken <= deadlines, "{woken}");
}
