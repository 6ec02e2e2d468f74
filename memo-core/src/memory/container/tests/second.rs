//! Groups of the second version.

use super::{Fake, assert_no_limit, room};

#[test]
fn the_smaller_of_max_and_high() {
    for (limits, expected) in [
        (["1000", "max"], Some(1000)),
        (["max", "800"], Some(800)),
        (["1000", "800"], Some(800)),
        (["700", "800"], Some(700)),
        (["max", "max"], None),
        (["0", "max"], Some(0)),
    ] {
        let fake = Fake::second("/a");
        fake.write_second("/a", limits, 400, 150);
        let container = fake.container();
        assert_eq!(container.limit(), expected, "{limits:?}");
        assert_eq!(container.usage(), expected.map(|_| 250), "{limits:?}");
    }
}

#[test]
fn a_text_without_an_end_of_line() {
    let fake = Fake::second("/a");
    fake.write("sys/fs/cgroup/a/memory.max", "1000");
    fake.write("sys/fs/cgroup/a/memory.current", "400");
    fake.write("sys/fs/cgroup/a/memory.stat", "anon 9\ninactive_file 150");
    assert_eq!(fake.container().smallest(), Some(room(1000, 250)));
}

#[test]
fn the_limit_of_an_ancestor() {
    let fake = Fake::second("/system.slice/app.service/worker");
    fake.write_second("/system.slice", ["5000", "max"], 2_000, 0);
    fake.write_second("/system.slice/app.service", ["max", "1000"], 700, 100);
    fake.write_second("/system.slice/app.service/worker", ["max", "max"], 10, 0);
    let container = fake.container();
    assert_eq!(container.smallest(), Some(room(1000, 600)));
    assert_eq!(container.fullest(), Some(room(1000, 600)));
}

#[test]
fn the_root_has_no_files() {
    let fake = Fake::second("/");
    fake.write("sys/fs/cgroup/memory.stat", "inactive_file 5\n");
    assert_no_limit(&fake.container());
}

#[test]
fn a_group_without_memory_control() {
    let fake = Fake::second("/a/b");
    fake.write_second("/a", ["1000", "max"], 400, 150);
    fake.write("sys/fs/cgroup/a/b/cgroup.procs", "1\n");
    assert_eq!(fake.container().smallest(), Some(room(1000, 250)));
}

#[test]
fn no_limit_is_not_confused_with_that_of_the_first_version() {
    // `hierarchical_memory_limit` is of the first version; here it is any other line.
    let fake = Fake::second("/a");
    fake.write_second("/a", ["1000", "max"], 400, 0);
    fake.write(
        "sys/fs/cgroup/a/memory.stat",
        "hierarchical_memory_limit 5\n",
    );
    assert_eq!(fake.container().limit(), Some(1000));
}

#[test]
fn pressure_of_the_own_group() {
    let fake = Fake::second("/a");
    fake.write_second("/a", ["1000", "max"], 400, 0);
    let container = fake.container();
    assert_eq!(container.stalls(), None);
    let file = "sys/fs/cgroup/a/memory.pressure";
    for (some, full, expected) in [
        ("12.34", "0.00", Some((12.34, 0.0))),
        ("100.00", "99.99", Some((100.0, 99.99))),
        ("NaN", "0.00", None),
        ("0.00", "inf", None),
        ("-1.00", "0.00", None),
        ("100.01", "0.00", None),
        ("", "0.00", None),
        ("1.0 avg10=2.0", "1,5", None),
    ] {
        fake.write(
            file,
            format!("some avg10={some} avg60=0.00 total=1\nfull avg10={full} avg60=0.00 total=1\n"),
        );
        let stalls = container.stalls().map(|stalls| (stalls.some, stalls.full));
        assert_eq!(stalls, expected, "{some} {full}");
    }
    for text in [
        "",
        "some avg10=1.00 total=3\n",
        "some\nfull\n",
        "full avg10",
        "\u{0}",
    ] {
        fake.write(file, text);
        assert_eq!(container.stalls(), None, "{text:?}");
    }
}
