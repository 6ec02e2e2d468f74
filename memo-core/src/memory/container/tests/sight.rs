//! Where groups are looked for: what containers see of them.

use super::{Fake, assert_no_limit};

const MEMORY: &str = "rw,relatime - cgroup cgroup rw,memory";

#[test]
fn a_container_sees_its_group_at_the_root_of_the_mount() {
    let fake = Fake::first("/docker/abc");
    fake.write(
        "proc/self/mountinfo",
        format!("35 31 0:32 /docker/abc /sys/fs/cgroup/memory {MEMORY}\n"),
    );
    fake.write_first("", "1000", 400, 0);
    assert_eq!(fake.container().limit(), Some(1000));
}

#[test]
fn a_child_of_the_container() {
    let fake = Fake::first("/docker/abc/child");
    fake.write(
        "proc/self/mountinfo",
        format!("35 31 0:32 /docker/abc /sys/fs/cgroup/memory {MEMORY}\n"),
    );
    fake.write_first("", "1000", 400, 0);
    fake.write_first("/child", "600", 300, 0);
    let container = fake.container();
    assert_eq!(container.limit(), Some(600));
    assert_eq!(container.usage(), Some(300));
}

#[test]
fn a_namespace_hides_the_way() {
    // The mount is that of the machine, the names are those of the namespace.
    for (name, root) in [
        ("/", "/../.."),
        ("/../x", "/"),
        ("/a", "/b"),
        ("/abc", "/ab"),
    ] {
        let fake = Fake::first(name);
        fake.write(
            "proc/self/mountinfo",
            format!("35 31 0:32 {root} /sys/fs/cgroup/memory {MEMORY}\n"),
        );
        fake.write_first("", "1000", 400, 0);
        fake.write("sys/fs/cgroup/x/memory.limit_in_bytes", "5\n");
        assert_eq!(fake.container().limit(), Some(1000), "{name} in {root}");
    }
}

#[test]
fn the_mount_that_shows_most() {
    let fake = Fake::first("/pod/own");
    fake.write(
        "proc/self/mountinfo",
        format!(
            "35 31 0:32 /pod/own /sys/own {MEMORY}\n\
             36 31 0:32 / /sys/whole {MEMORY}\n\
             37 31 0:32 /pod/other /sys/other {MEMORY}\n\
             38 31 0:32 / /sys/gone {MEMORY}\n"
        ),
    );
    fake.write("sys/own/memory.limit_in_bytes", "1000\n");
    fake.write("sys/other/memory.limit_in_bytes", "1\n");
    assert_eq!(
        fake.container().limit(),
        Some(1000),
        "the one that is certain"
    );
    fake.write("sys/whole/pod/own/memory.limit_in_bytes", "1000\n");
    fake.write("sys/whole/pod/memory.limit_in_bytes", "500\n");
    assert_eq!(fake.container().limit(), Some(500));
}

#[test]
fn a_guess_is_better_than_a_mount_that_is_gone() {
    let fake = Fake::first("/pod/own");
    fake.write(
        "proc/self/mountinfo",
        format!("35 31 0:32 / /sys/gone {MEMORY}\n36 31 0:32 /pod/other /sys/other {MEMORY}\n"),
    );
    fake.write("sys/other/memory.limit_in_bytes", "1000\n");
    assert_eq!(fake.container().limit(), Some(1000));
}

#[test]
fn mounts_of_other_controllers_do_not_count() {
    let fake = Fake::first("/a/b");
    fake.write_first("/a", "1000", 400, 0);
    fake.write("sys/fs/cgroup/cpu/a/b/memory.limit_in_bytes", "5\n");
    assert_eq!(fake.container().limit(), Some(1000));
}

#[test]
fn controllers_share_a_hierarchy() {
    let fake = Fake::first("/a");
    fake.write(
        "proc/self/cgroup",
        "3:cpuset,memory,pids:/a\n1:name=memory:/wrong\n",
    );
    fake.write(
        "proc/self/mountinfo",
        "35 31 0:32 / /sys/all rw - cgroup cgroup rw,cpuset,memory,pids\n",
    );
    fake.write("sys/all/a/memory.limit_in_bytes", "1000\n");
    assert_eq!(fake.container().limit(), Some(1000));
}

#[test]
fn names_that_resemble_ours() {
    let fake = Fake::first("/a");
    fake.write("proc/self/cgroup", "3:memory2,xmemory:/a\n");
    fake.write_first("/a", "1000", 400, 0);
    assert_no_limit(&fake.container());
}

#[cfg(unix)]
#[test]
fn colons_and_white_space_in_names() {
    let fake = Fake::first("/a:b");
    let mount = fake.path("sys with\ttwo\\x\\400").display().to_string();
    // What is no character in octal digits stays as it is.
    let escaped = mount
        .replace("\\x", "\\134x")
        .replace(' ', "\\040")
        .replace('\t', "\\011");
    fake.write(
        "proc/self/mountinfo",
        format!("35 31 0:32 / {escaped} {MEMORY}\n"),
    );
    fake.write("sys with\ttwo\\x\\400/a:b/memory.limit_in_bytes", "1000\n");
    assert_eq!(fake.container().limit(), Some(1000));
}

#[test]
fn memory_is_counted_in_the_first_version_if_it_is_there() {
    let fake = Fake::first("/a");
    fake.write(
        "proc/self/mountinfo",
        format!(
            "35 31 0:32 / /sys/fs/cgroup/memory {MEMORY}\n\
             41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
        ),
    );
    fake.write_first("/a", "1000", 400, 0);
    fake.write("sys/fs/cgroup/unified/memory.max", "5\n");
    assert_eq!(fake.container().limit(), Some(1000));
}

#[test]
fn the_root_of_the_mount_if_the_group_is_gone() {
    let fake = Fake::second("/a/b (deleted)");
    fake.write_second("", ["1000", "max"], 400, 0);
    assert_eq!(fake.container().limit(), Some(1000));
}
