mod first;
mod hostile;
#[cfg(all(target_os = "linux", not(miri)))]
mod real;
mod second;
mod sight;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use super::{Container, Room, Roots};

/// What the first version shows where there is no limit.
const UNLIMITED: &str = "9223372036854771712";

/// A directory that looks like a system, as long as this lives.
pub(in crate::memory) struct Fake {
    directory: PathBuf,
}

impl Fake {
    pub(in crate::memory) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);

        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("memokit-test-{}-{number}", process::id());
        let directory = env::temp_dir().join(name);
        fs::create_dir_all(&directory).expect("a temporary directory can be made");
        Self { directory }
    }

    /// With this process in a group of the first version, and the mount as on most systems.
    fn first(name: &str) -> Self {
        let fake = Self::new();
        fake.write(
            "proc/self/cgroup",
            format!("5:cpu:/x\n4:memory:{name}\n0::/\n"),
        );
        fake.write(
            "proc/self/mountinfo",
            "23 1 0:1 / / rw - ext4 /dev/x rw\n\
             34 31 0:31 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n\
             35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:7 - cgroup cgroup rw,memory\n",
        );
        fake
    }

    /// With this process in a group of the second version, and the mount as on most systems.
    fn second(name: &str) -> Self {
        let fake = Self::new();
        fake.write("proc/self/cgroup", format!("0::{name}\n"));
        fake.write(
            "proc/self/mountinfo",
            "23 1 0:1 / / rw - ext4 /dev/x rw\n\
             35 31 0:32 / /sys/fs/cgroup rw,relatime shared:7 - cgroup2 cgroup2 rw,nsdelegate\n",
        );
        fake
    }

    pub(in crate::memory) fn roots(&self) -> Roots {
        Roots {
            proc: self.path("proc"),
            sys: self.path("sys"),
        }
    }

    fn container(&self) -> Container {
        Container::at(&self.roots())
    }

    fn path(&self, file: &str) -> PathBuf {
        self.directory.join(file)
    }

    pub(in crate::memory) fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        let path = self.path(file);
        let directory = path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(directory).expect("directories can be made");
        fs::write(path, text).expect("files can be written");
    }

    /// The files of a group of the first version.
    fn write_first(&self, name: &str, limit: &str, usage: u64, inactive: u64) {
        let group = format!("sys/fs/cgroup/memory{name}");
        self.write(
            &format!("{group}/memory.limit_in_bytes"),
            format!("{limit}\n"),
        );
        self.write(
            &format!("{group}/memory.usage_in_bytes"),
            format!("{usage}\n"),
        );
        self.write(
            &format!("{group}/memory.stat"),
            format!("cache 9\ninactive_file 1\nrss 5\ntotal_inactive_file {inactive}\n"),
        );
    }

    /// The files of a group of the second version.
    fn write_second(&self, name: &str, limits: [&str; 2], usage: u64, inactive: u64) {
        let group = format!("sys/fs/cgroup{name}");
        let [max, high] = limits;
        self.write(&format!("{group}/memory.max"), format!("{max}\n"));
        self.write(&format!("{group}/memory.high"), format!("{high}\n"));
        self.write(&format!("{group}/memory.current"), format!("{usage}\n"));
        self.write(
            &format!("{group}/memory.stat"),
            format!("anon 9\nfile 8\ninactive_file {inactive}\nactive_file 3\n"),
        );
    }

    fn remove(&self, file: &str) {
        fs::remove_file(self.path(file)).expect("the file was there");
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        let removed = fs::remove_dir_all(&self.directory);
        if !std::thread::panicking() {
            removed.expect("the test's own directory can be removed");
        }
    }
}

fn room(limit: u64, used: u64) -> Room {
    let used = Some(used);
    Room { limit, used }
}

/// That all questions about limits have the answer "unknown".
#[track_caller]
fn assert_no_limit(container: &Container) {
    assert_eq!(container.limit(), None);
    assert_eq!(container.usage(), None);
    assert_eq!(container.smallest(), None);
    assert_eq!(container.fullest(), None);
}

#[test]
fn memory_of_the_machine() {
    let fake = Fake::new();
    let container = fake.container();
    assert_eq!(container.ram(), None);
    fake.write(
        "proc/meminfo",
        "MemTotal:       24684092 kB\nMemFree: 5 kB\n",
    );
    assert_eq!(container.ram(), Some(24_684_092 << 10));
}

#[test]
fn nothing_is_known_by_default() {
    let container = Container::default();
    assert_no_limit(&container);
    assert_eq!(container.stalls(), None);
    assert_eq!(container.ram(), None);
}

#[cfg(not(target_os = "linux"))]
#[test]
fn other_systems_tell_nothing() {
    assert!(Roots::system().is_none());
    let container = Container::of_this_process();
    assert_no_limit(&container);
    assert_eq!(container.ram(), None);
}

#[test]
fn files_that_stay_open_show_what_is_written_later() {
    let fake = Fake::first("/a");
    fake.write_first("/a", "1000", 300, 100);
    let container = fake.container().keep_open();
    for _ in 0..2 {
        assert_eq!(container.fullest(), Some(room(1000, 200)));
    }
    fake.write_first("/a", "800", 400, 50);
    assert_eq!(container.fullest(), Some(room(800, 350)));
    assert_eq!(container.limit(), Some(800));
    // One that was not there is looked for again.
    let container = Fake::first("/a").container().keep_open();
    assert_no_limit(&container);
}
