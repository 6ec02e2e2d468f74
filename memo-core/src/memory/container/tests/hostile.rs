//! Files that hold what no kernel would write.

use super::{Fake, assert_no_limit};

/// Texts that are no number.
fn not_numbers() -> Vec<Vec<u8>> {
    let texts: [&[u8]; 12] = [
        b"",
        b"\n",
        b"-1\n",
        b"+1\n",
        b"1 2\n",
        b"1\n2\n",
        b"0x10\n",
        b"1e3\n",
        b"18446744073709551616\n",
        b"\xff\xfe\n",
        b"12\0\n",
        "\u{664}\n".as_bytes(),
    ];
    let mut all: Vec<_> = texts.iter().map(|text| text.to_vec()).collect();
    all.push(vec![b'9'; 1 << 20]);
    all.push(vec![b'1'; 8 * 1024]);
    all
}

#[test]
fn limits_that_are_no_numbers() {
    for text in not_numbers() {
        let fake = Fake::second("/a");
        fake.write_second("/a", ["max", "max"], 400, 0);
        fake.write("sys/fs/cgroup/a/memory.max", &text);
        assert_no_limit(&fake.container());
    }
}

#[test]
fn usage_that_is_no_number() {
    for text in not_numbers() {
        let fake = Fake::second("/a");
        fake.write_second("/a", ["1000", "max"], 400, 0);
        fake.write("sys/fs/cgroup/a/memory.current", &text);
        let container = fake.container();
        assert_eq!(container.limit(), Some(1000));
        assert_eq!(container.usage(), None, "{:?}", text.get(..20));
        assert!(container.fullest().is_some());
    }
}

#[test]
fn statistics_that_are_none() {
    let long_line = [b"x".repeat(1 << 20), b"\ninactive_file 100\n".to_vec()].concat();
    // Its last line is cut within the number: a part of it must not be taken for the whole.
    let mut cut = b"a 1\n".repeat(2_047);
    cut.truncate(8 * 1024 - "\ninactive_file 12".len());
    cut.extend_from_slice(b"\ninactive_file 123");
    for text in [
        &b""[..],
        b"inactive_file",
        b"inactive_file \n",
        b"inactive_file -5\n",
        b"inactive_file 99999999999999999999\n",
        b"xinactive_file 5\n",
        b"\xff\xff inactive_file 5\n",
        &long_line,
        &cut,
    ] {
        let fake = Fake::second("/a");
        fake.write_second("/a", ["1000", "max"], 400, 0);
        fake.write("sys/fs/cgroup/a/memory.stat", text);
        assert_eq!(fake.container().usage(), Some(400), "everything counts");
    }
}

#[test]
fn memory_of_the_machine_that_is_none() {
    for text in [
        "",
        "MemTotal:\n",
        "MemTotal: -5 kB\n",
        "MemTotal: 18446744073709551615 kB\n",
    ] {
        let fake = Fake::new();
        fake.write("proc/meminfo", text);
        assert_eq!(fake.container().ram(), None, "{text:?}");
    }
}

#[test]
fn groups_that_are_none() {
    let long_name = [b"0::", &b"/a".repeat(1 << 20)[..]].concat();
    for text in [
        &b""[..],
        b"\n\n\n",
        b":",
        b"::",
        b"0:",
        b"0:x:/a\n",
        b"1::/a\n",
        b"\xff\xff\xff\n",
        &long_name,
    ] {
        let fake = Fake::second("/a");
        fake.write("proc/self/cgroup", text);
        fake.write_second("/a", ["1000", "max"], 400, 0);
        fake.write_second("", ["1000", "max"], 400, 0);
        assert_no_limit(&fake.container());
    }
}

#[test]
fn mounts_that_are_none() {
    let long = [
        b"35 31 0:32 / /".to_vec(),
        b"a".repeat(1 << 20),
        b" - cgroup2 c rw\n".to_vec(),
    ];
    for text in [
        &b""[..],
        b"-\n",
        b"35 31 0:32 / /sys/fs/cgroup rw cgroup2 cgroup2 rw\n",
        b"35 31 0:32 / /sys/fs/cgroup rw - cgroup2\n",
        b"35 31 0:32 /\n",
        b"35 31 0:32 / /sys/\\400\\9\\ rw - cgroup2 cgroup2 rw\n",
        b"35 31 0:32 \xff /sys/\xff rw - cgroup2 cgroup2 rw\n",
        &long.concat(),
    ] {
        let fake = Fake::second("/a");
        fake.write("proc/self/mountinfo", text);
        fake.write_second("/a", ["1000", "max"], 400, 0);
        assert_no_limit(&fake.container());
    }
}

#[test]
fn directories_in_the_place_of_files() {
    let fake = Fake::second("/a");
    fake.write_second("/a", ["1000", "max"], 400, 0);
    fake.remove("sys/fs/cgroup/a/memory.max");
    fake.write("sys/fs/cgroup/a/memory.max/memory.max", "5\n");
    assert_no_limit(&fake.container());

    let fake = Fake::new();
    fake.write("proc/self/cgroup/x", "");
    assert_no_limit(&fake.container());
}

/// Names may be any bytes but a slash and a line's end.
#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_text() {
    use std::ffi::OsStr;
    use std::fs;
    use std::os::unix::ffi::OsStrExt;

    let fake = Fake::second("/a");
    fake.write("proc/self/cgroup", b"0::/\xff\xfe\n");
    let group = fake
        .path("sys/fs/cgroup")
        .join(OsStr::from_bytes(b"\xff\xfe"));
    fs::create_dir_all(&group).expect("this file system takes any name");
    fs::write(group.join("memory.max"), "1000\n").expect("a file can be written");
    assert_eq!(fake.container().limit(), Some(1000));
}

#[test]
fn a_deep_group() {
    let name = "/a".repeat(400);
    let fake = Fake::second(&name);
    fake.write_second("/a/a", ["1000", "max"], 400, 0);
    fake.write_second(&name, ["2000", "max"], 300, 0);
    assert_eq!(fake.container().usage(), Some(400));
}
