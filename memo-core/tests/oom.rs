//! A process under a real limit dies of a map without bounds, and lives with a cache.
//!
//! Values are of a type of which caches know what it has on the heap, or of one of which they do not, so
//! that what they account for is a small part of what they take: the hard case, for which the container has to
//! be looked at. Each scenario runs in a process of its own, which is this test binary once more.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use memo_core::Cache;

const LIMIT: u64 = 256 << 20;
/// What is put in, all together.
const TOTAL: u64 = 1 << 30;

const SCENARIO: &str = "MEMOKIT_TEST_SCENARIO";

/// A control group below that of this process, with a limit.
struct Group(PathBuf);

impl Group {
    /// `None`, and a word about it, where groups cannot be made.
    fn new(name: &str) -> Option<Self> {
        let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
        let own = groups.lines().find_map(|line| {
            let mut parts = line.splitn(3, ':').skip(1);
            let is_memory = parts.next()?.split(',').any(|part| part == "memory");
            is_memory.then(|| parts.next()).flatten()
        })?;
        let parent = Path::new("/sys/fs/cgroup/memory").join(own.trim_start_matches('/'));
        let path = parent.join(format!("memokit-{name}-{}", std::process::id()));
        fs::create_dir(&path).ok()?;
        let group = Self(path);
        fs::write(group.0.join("memory.limit_in_bytes"), LIMIT.to_string()).ok()?;
        Some(group)
    }

    /// Runs a scenario inside.
    fn run(&self, scenario: &str) -> ExitStatus {
        let program = std::env::current_exe().unwrap();
        Command::new("sh")
            .arg("-c")
            .arg("echo $$ > \"$0/cgroup.procs\" && exec \"$@\"")
            .arg(&self.0)
            .arg(program)
            .args(["--exact", "scenario", "--nocapture"])
            .env(SCENARIO, scenario)
            .status()
            .unwrap()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // A process that was killed may be on its way out still.
        for _ in 0..1_000 {
            if fs::remove_dir(&self.0).is_ok() {
                return;
            }
            thread::yield_now();
        }
    }
}

/// Not a test by itself: what runs inside of a group.
#[test]
fn scenario() {
    let Ok(scenario) = std::env::var(SCENARIO) else {
        return;
    };
    let numbers: Vec<&str> = scenario.split(' ').collect();
    let number = |place: usize| numbers[place].parse::<u64>().unwrap();
    let (threads, size) = (number(1), usize::try_from(number(2)).unwrap());
    let values = TOTAL / size as u64;
    match numbers[0] {
        "map" => {
            let map: HashMap<u64, Vec<u8>> = (0..values).map(|n| (n, vec![1; size])).collect();
            assert_eq!(map.len() as u64, values);
        }
        "known" => fill(threads, size, values, |size| vec![1_u8; size], Vec::len),
        "unknown" => fill(threads, size, values, Unknown::new, |value| value.0.len()),
        other => panic!("{other} is no scenario"),
    }
}

/// What it has on the heap, no cache knows.
#[derive(Clone)]
struct Unknown(Vec<u8>);

impl Unknown {
    fn new(size: usize) -> Self {
        Self(vec![1; size])
    }
}

/// So many values of this size, made and stored by some threads.
fn fill<V: Clone + Send + Sync + 'static>(
    threads: u64,
    size: usize,
    values: u64,
    make: impl Fn(usize) -> V + Sync,
    len: impl Fn(&V) -> usize + Sync,
) {
    let cache: Cache<u64, V> = Cache::builder().maxsize(None).build();
    let next = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= values {
                        break;
                    }
                    let value = cache.get_or_insert_with(&n, || make(size));
                    assert_eq!(len(&value), size);
                }
            });
        }
    });
    assert_eq!(cache.stats().misses, values);
    println!(
        "{} of {values} values of {size} bytes are kept",
        cache.len()
    );
}

#[test]
fn a_cache_lives_where_a_map_dies() {
    if std::env::var_os(SCENARIO).is_some() {
        return;
    }
    let Some(group) = Group::new("oom") else {
        println!("MODE: none. No control group can be made here, so nothing was tested");
        return;
    };
    println!("MODE: a control group of version 1");
    let killed = group.run("map 1 4096");
    assert!(!killed.success(), "a map of 1 GiB in {LIMIT} bytes");
    let cases = [
        ("known", 1, 4_096),
        ("known", 4, 1_000),
        ("known", 2, 64 << 10),
        ("unknown", 1, 4_096),
        ("unknown", 2, 64 << 10),
    ];
    for (kind, threads, size) in cases {
        let lived = group.run(&format!("{kind} {threads} {size}"));
        assert!(
            lived.success(),
            "{kind}, {threads} threads, {size} bytes: {lived}"
        );
    }
}
