//! The files of the running system. Groups are made below our own, which takes the first version and
//! the right to do so: a test that has to do without says so.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{fs, io, process, thread};

use super::super::{Container, Roots};
use super::Fake;

const MIB: u64 = 1 << 20;

/// Written past the test harness, which shows the output of failing tests only.
fn tell(mode: &str) {
    let text = format!("MODE of the tests with real control groups: {mode}\n");
    let _ = io::stderr().write_all(text.as_bytes());
}

/// A group with a limit, a group in it that has none, and a shell in that one.
struct Inhabited {
    outer: PathBuf,
    inner: PathBuf,
    shell: Child,
    /// Where `self` is the shell.
    proc: Fake,
}

impl Inhabited {
    /// `None` where groups cannot be made.
    fn new(name: &str) -> Option<Self> {
        let own = own_group()?;
        let outer = own.join(format!("memokit-test-{}-{name}", process::id()));
        if let Err(error) = fs::create_dir(&outer) {
            tell(&format!(
                "cannot make groups ({error}), so `{name}` was not tried"
            ));
            return None;
        }
        let inner = outer.join("inner");
        fs::create_dir(&inner).expect("a group in one's own");
        let shell = Command::new("sh")
            .args([
                "-c",
                "echo $$ > \"$0/cgroup.procs\" && while read -r line; do eval \"$line\"; done",
            ])
            .arg(&inner)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let proc = Fake::new();
        fs::create_dir_all(proc.path("proc")).expect("a directory");
        let of_shell = format!("/proc/{}", shell.id());
        symlink(of_shell, proc.path("proc/self")).expect("a link");
        tell(&format!("first version, `{name}` in groups of its own"));
        let mut inhabited = Self {
            outer,
            inner,
            shell,
            proc,
        };
        inhabited.run("true");
        Some(inhabited)
    }

    /// Has the shell run this, and waits for its end.
    fn run(&mut self, command: &str) {
        let input = self.shell.stdin.as_mut().expect("piped");
        writeln!(input, "{command}; echo $?").expect("the shell reads");
        let output = self.shell.stdout.as_mut().expect("piped");
        let mut line = String::new();
        BufReader::new(output)
            .read_line(&mut line)
            .expect("the shell writes");
        assert_eq!(line, "0\n", "{command}");
    }

    fn container(&self) -> Container {
        Container::at(&Roots {
            proc: self.proc.path("proc"),
            sys: "/sys".into(),
        })
    }
}

impl Drop for Inhabited {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.kill();
        let _ = self.shell.wait();
        remove(&self.inner);
        remove(&self.outer);
    }
}

/// A group is busy until the last of its processes is gone for good.
fn remove(group: &Path) {
    const TRIES: usize = 100_000;

    let is_busy = |_: &usize| {
        thread::yield_now();
        fs::remove_dir(group).is_err()
    };
    let tries = (0..TRIES).take_while(is_busy).count();
    let is_gone = tries < TRIES;
    assert!(
        is_gone || thread::panicking(),
        "{} is still there",
        group.display()
    );
}

/// Where groups of the first version are on most systems.
fn own_group() -> Option<PathBuf> {
    let groups = fs::read_to_string("/proc/self/cgroup").expect("Linux");
    let name = groups.lines().find_map(|line| line.split_once(":memory:"));
    let Some((_, name)) = name else {
        tell("no groups of the first version, so none was made");
        return None;
    };
    Some(format!("/sys/fs/cgroup/memory{name}").into())
}

fn set_limit(group: &Path, bytes: u64) {
    fs::write(group.join("memory.limit_in_bytes"), bytes.to_string()).expect("a limit can be set");
}

fn read(group: &Path, file: &str) -> String {
    fs::read_to_string(group.join(file)).expect("groups have this file")
}

#[test]
fn a_real_limit_of_the_parent_that_changes() {
    let Some(shell) = Inhabited::new("limits") else {
        return;
    };
    let before = shell.container().limit();
    set_limit(&shell.outer, 64 * MIB);
    let container = shell.container();
    assert_eq!(
        container.limit(),
        before.into_iter().chain([64 * MIB]).min()
    );
    set_limit(&shell.outer, 32 * MIB);
    assert_eq!(container.limit(), Some(32 * MIB), "found anew");
    set_limit(&shell.inner, 16 * MIB);
    assert_eq!(container.limit(), Some(16 * MIB), "now its own is smaller");
    let used = container.usage().expect("there is a limit");
    assert!(used < 16 * MIB, "{used}");
    assert!(container.fullest().is_some());
}

#[test]
fn real_page_cache_does_not_count() {
    let Some(mut shell) = Inhabited::new("page-cache") else {
        return;
    };
    set_limit(&shell.outer, 64 * MIB);
    let container = shell.container();
    let file = shell.proc.path("file").display().to_string();
    shell.run(&format!("head -c {} /dev/zero > '{file}'", 32 * MIB));
    let stat = read(&shell.outer, "memory.stat");
    let inactive = stat
        .lines()
        .find_map(|line| line.strip_prefix("total_inactive_file "));
    let inactive: u64 = inactive.expect("a line").parse().expect("a number");
    if inactive < 16 * MIB {
        return tell("temporary files are no page cache here, so `page-cache` was not tried");
    }
    let all: u64 = read(&shell.outer, "memory.usage_in_bytes")
        .trim()
        .parse()
        .expect("a number");
    assert!(all >= 16 * MIB, "{all}");
    let used = container.usage().expect("there is a limit");
    assert!(
        used < 8 * MIB,
        "{used} of {all} used, {inactive} of it inactive"
    );
}

#[test]
fn real_memory_counts() {
    let Some(mut shell) = Inhabited::new("memory") else {
        return;
    };
    set_limit(&shell.outer, 256 * MIB);
    let container = shell.container();
    // A variable of the shell, so that it stays.
    shell.run(&format!(
        "kept=$(head -c {} /dev/zero | tr '\\0' x)",
        16 * MIB
    ));
    let used = container.usage().expect("there is a limit");
    assert!((16 * MIB..256 * MIB).contains(&used), "{used}");
    assert_eq!(container.smallest().map(|room| room.limit), Some(256 * MIB));
}

#[test]
fn this_process_as_it_is() {
    let container = Container::of_this_process();
    let resident = super::super::super::rss::resident_bytes();
    assert!(resident.is_some());
    assert!(container.ram() > resident, "{container:?}");
    if let Some(room) = container.smallest() {
        assert_eq!(container.limit(), Some(room.limit));
    }
}
