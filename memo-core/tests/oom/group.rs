//! Control groups of the first version, made below that of this process for one scenario.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

/// Which group has the limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Limited {
    Own,
    /// The parent alone: the group of the process says "no limit".
    Parent,
}

/// The groups of one scenario. They go when this does.
pub(crate) struct Group {
    outer: PathBuf,
    inner: Option<PathBuf>,
}

impl Group {
    /// `None` where groups cannot be made.
    pub(crate) fn new(limited: Limited, limit: u64) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);

        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let outer = own()?.join(format!("memokit-{}-{number}", std::process::id()));
        fs::create_dir(&outer).ok()?;
        let mut group = Self { outer, inner: None };
        fs::write(limit_of(&group.outer), limit.to_string()).ok()?;
        if limited == Limited::Parent {
            let inner = group.outer.join("inner");
            fs::create_dir(&inner).ok()?;
            group.inner = Some(inner);
        }
        Some(group)
    }

    /// Runs a program inside.
    pub(crate) fn run(&self, program: &mut Command) -> ExitStatus {
        // The shell goes in before the program begins, so that all of it is counted there.
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\""])
            .arg(self.inner.as_ref().unwrap_or(&self.outer))
            .arg(program.get_program())
            .args(program.get_args());
        for (name, value) in program.get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        shell.status().expect("there is a shell")
    }

    /// The most that was ever used, page cache included.
    pub(crate) fn peak(&self) -> u64 {
        bytes_in(&self.outer.join("memory.max_usage_in_bytes"))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        for group in self.inner.iter().chain([&self.outer]) {
            // A process that was killed may be on its way out still.
            let removed = (0..10_000).any(|_| {
                thread::yield_now();
                fs::remove_dir(group).is_ok()
            });
            if !removed {
                eprintln!("{} is left over", group.display());
            }
        }
    }
}

/// The group of this process, in the hierarchy that counts memory.
pub(crate) fn own() -> Option<PathBuf> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let name = groups.lines().find_map(|line| {
        let mut parts = line.splitn(3, ':').skip(1);
        let is_memory = parts.next()?.split(',').any(|part| part == "memory");
        is_memory.then(|| parts.next()).flatten()
    })?;
    Some(Path::new("/sys/fs/cgroup/memory").join(name.trim_start_matches('/')))
}

pub(crate) fn bytes_in(file: &Path) -> u64 {
    let text = fs::read_to_string(file).ok();
    let bytes = text.and_then(|text| text.trim().parse().ok());
    bytes.expect("the system tells a number of bytes")
}

/// The file with a group's limit.
pub(crate) fn limit_of(group: &Path) -> PathBuf {
    group.join("memory.limit_in_bytes")
}
