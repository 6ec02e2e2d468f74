//! Groups of the first version.

use super::{Fake, UNLIMITED, assert_no_limit, room};

#[test]
fn the_own_limit() {
    let fake = Fake::first("/a");
    fake.write_first("", UNLIMITED, 9_000, 0);
    fake.write_first("/a", "1000", 400, 150);
    let container = fake.container();
    assert_eq!(container.limit(), Some(1000));
    assert_eq!(container.usage(), Some(250));
    assert_eq!(container.fullest(), Some(room(1000, 250)));
}

#[test]
fn the_own_limit_lies() {
    let fake = Fake::first("/pod/container/child");
    fake.write_first("", UNLIMITED, 9_000, 0);
    fake.write_first("/pod", "5000", 4_000, 0);
    fake.write_first("/pod/container", "1000", 700, 100);
    fake.write_first("/pod/container/child", UNLIMITED, 10, 0);
    let container = fake.container();
    assert_eq!(container.smallest(), Some(room(1000, 600)));
}

#[test]
fn no_limit_anywhere() {
    // As with pages of 4 KiB, of 64 KiB, and on old kernels.
    for unlimited in [UNLIMITED, "9223372036854710272", "18446744073709551615"] {
        let fake = Fake::first("/a");
        fake.write_first("", unlimited, 9_000, 0);
        fake.write_first("/a", unlimited, 400, 150);
        fake.write(
            "sys/fs/cgroup/memory/a/memory.stat",
            format!("hierarchical_memory_limit {unlimited}\n"),
        );
        assert_no_limit(&fake.container());
    }
}

#[test]
fn of_equal_limits_the_outer_one_counts() {
    let fake = Fake::first("/a/b");
    fake.write_first("/a", "1000", 900, 0);
    fake.write_first("/a/b", "1000", 100, 0);
    assert_eq!(fake.container().usage(), Some(900));
}

#[test]
fn an_outer_limit_is_reached_before_the_smallest() {
    let fake = Fake::first("/pod/own");
    fake.write_first("/pod", "1000", 950, 0);
    fake.write_first("/pod/own", "500", 100, 0);
    let container = fake.container();
    assert_eq!(container.smallest(), Some(room(500, 100)));
    assert_eq!(container.fullest(), Some(room(1000, 950)));
}

#[test]
fn a_limit_of_zero_is_the_fullest() {
    let fake = Fake::first("/pod/own");
    fake.write_first("/pod", "0", 0, 0);
    fake.write_first("/pod/own", "500", 499, 0);
    assert_eq!(fake.container().fullest(), Some(room(0, 0)));
}

#[test]
fn the_limit_of_a_hidden_ancestor() {
    let fake = Fake::first("/own");
    fake.write_first("", "2000", 700, 0);
    fake.write_first("/own", UNLIMITED, 300, 0);
    let stat = "sys/fs/cgroup/memory/own/memory.stat";
    fake.write(
        stat,
        "hierarchical_memory_limit 800\ntotal_inactive_file 5\n",
    );
    let container = fake.container();
    assert_eq!(container.limit(), Some(800));
    // What the outermost group uses that can be seen.
    assert_eq!(container.smallest(), Some(room(800, 700)));
    assert_eq!(container.fullest(), Some(room(800, 700)));

    // The same limit where it can be seen is that group's.
    fake.write(stat, "hierarchical_memory_limit 2000\n");
    assert_eq!(container.smallest(), Some(room(2000, 700)));
}

#[test]
fn limits_change_while_we_look() {
    let fake = Fake::first("/a");
    fake.write_first("/a", "1000", 400, 150);
    let container = fake.container();
    assert_eq!(container.limit(), Some(1000));
    fake.write_first("/a", "500", 450, 20);
    assert_eq!(container.smallest(), Some(room(500, 430)));
    fake.write_first("/a", UNLIMITED, 450, 20);
    assert_no_limit(&container);
}

#[test]
fn files_vanish_while_we_look() {
    let fake = Fake::first("/a/b");
    fake.write_first("/a", "2000", 900, 0);
    fake.write_first("/a/b", "1000", 400, 150);
    let container = fake.container();
    fake.remove("sys/fs/cgroup/memory/a/b/memory.stat");
    assert_eq!(
        container.smallest(),
        Some(room(1000, 400)),
        "all counts as used"
    );
    fake.remove("sys/fs/cgroup/memory/a/b/memory.usage_in_bytes");
    assert_eq!(container.usage(), None);
    assert_eq!(container.limit(), Some(1000));
    assert_eq!(
        container.fullest(),
        Some(room(2000, 900)),
        "the one that is known"
    );
    fake.remove("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes");
    assert_eq!(container.smallest(), Some(room(2000, 900)));
}

#[test]
fn more_page_cache_than_use() {
    // The two files are not read at the same moment.
    let fake = Fake::first("/a");
    fake.write_first("/a", "1000", 400, 401);
    assert_eq!(fake.container().usage(), Some(0));
}

#[test]
fn pressure_is_told_by_the_second_version() {
    let fake = Fake::first("/a");
    fake.write_first("/a", "1000", 400, 0);
    let mountinfo = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n\
                     41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
    fake.write("proc/self/mountinfo", mountinfo);
    fake.write(
        "sys/fs/cgroup/unified/memory.pressure",
        "some avg10=1.50 avg60=0.00 avg300=0.00 total=5\nfull avg10=0.25 avg60=0.00 avg300=0.00 \
         total=5\n",
    );
    let container = fake.container();
    let stalls = container.stalls().map(|stalls| (stalls.some, stalls.full));
    assert_eq!(stalls, Some((1.5, 0.25)));
    assert_eq!(container.limit(), Some(1000));
}
