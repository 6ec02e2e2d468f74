//! A service manager says that memory is short, and caches hold less.
//!
//! What is watched is in the environment and looked for once in a process: so the scenario runs in a process of its
//! own, which is this test binary once more.
#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    reason = "a deadline for what a thread of the system wakes up for"
)]

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs, process};

use memo_core::{Cache, memory};

const SCENARIO: &str = "MEMOKIT_TEST_SCENARIO";
const WATCHED: &str = "MEMORY_PRESSURE_WATCH";

/// Entries that are put in.
const ENTRIES: u64 = 4_000;

/// A FIFO, as long as this lives.
struct Fifo(PathBuf);

impl Fifo {
    fn new() -> Self {
        let path = env::temp_dir().join(format!("memokit-pressure-{}", process::id()));
        let made = Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        Self(path)
    }
}

impl Drop for Fifo {
    fn drop(&mut self) {
        // It is in a directory for what is temporary.
        let _ = fs::remove_file(&self.0);
    }
}

/// Not a test by itself: what runs beside the FIFO.
#[test]
fn scenario() {
    if env::var_os(SCENARIO).is_none() {
        return;
    }
    memory::set_limit(1 << 30);
    let cache: Cache<u64, [u64; 128]> = Cache::builder().maxsize(None).build();
    let short: Cache<u64, u64> = Cache::builder().ttl(Duration::ZERO).build();
    (0..ENTRIES).for_each(|n| cache.insert(n, [n; 128]));
    (0..100).for_each(|n| short.insert(n, n));
    let before = memory::used();

    let fifo = env::var_os(WATCHED).unwrap();
    // For reading, too: that does not wait for a reader, who is what is tested.
    let mut fifo = OpenOptions::new()
        .read(true)
        .write(true)
        .open(fifo)
        .unwrap();
    fifo.write_all(b"pressure").unwrap();
    wait_until(|| memory::used() <= before / 4 * 3);
    assert!(short.is_empty(), "what has expired goes first");
    let kept = cache.len() as u64;
    assert!(kept > ENTRIES * 2 / 3, "no more than has to: {kept}");
    // What was held back meanwhile is not held back for good.
    wait_until(|| {
        (0..ENTRIES).for_each(|n| cache.insert(n, [n; 128]));
        cache.len() as u64 == ENTRIES
    });
    println!("{kept} of {ENTRIES} were kept");
}

fn wait_until(is_done: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !is_done() {
        assert!(Instant::now() < end, "it does not happen");
        thread::yield_now();
    }
}

fn run(watched: impl AsRef<std::ffi::OsStr>) -> Output {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "scenario", "--nocapture"])
        .env(SCENARIO, "yes")
        .env(WATCHED, watched)
        .output()
        .unwrap()
}

#[test]
fn caches_shrink_when_the_manager_says_so() {
    if env::var_os(SCENARIO).is_some() {
        return;
    }
    let fifo = Fifo::new();
    let output = run(&fifo.0);
    let said = String::from_utf8_lossy(&output.stdout);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{told}");
    assert!(said.contains("were kept"), "{said}");
    assert_eq!(told, "", "nothing is wrong");
}
