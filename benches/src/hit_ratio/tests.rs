//! What is wrong with a trace or a capacity is said, with the file's name; what is right is replayed.

use std::fs;
use std::path::PathBuf;

use crate::options::Options;

use super::{run, shipped, trace};

/// A folder that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let name = format!("memokit-hit-ratio-{test}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn bytes(keys: impl IntoIterator<Item = u64>) -> Vec<u8> {
    keys.into_iter().flat_map(u64::to_le_bytes).collect()
}

/// What `xz` makes of the keys 1, 2, 1, 3, 2^64 - 1, 1, 2, 1.
const COMPRESSED: [u8; 80] = [
    0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x02, 0x00, 0x21, 0x01,
    0x16, 0x00, 0x00, 0x00, 0x74, 0x2f, 0xe5, 0xa3, 0xe0, 0x00, 0x3f, 0x00, 0x12, 0x5d, 0x00, 0x00,
    0x80, 0x3d, 0xad, 0xcf, 0x2b, 0xd7, 0x5c, 0xb3, 0xb1, 0x58, 0x2a, 0xbd, 0xd8, 0x5a, 0x97, 0x83,
    0x00, 0x00, 0x00, 0x00, 0xee, 0xc3, 0x5a, 0x31, 0x6a, 0x6e, 0x18, 0x2e, 0x00, 0x01, 0x2e, 0x40,
    0x97, 0xfd, 0x5d, 0x5d, 0x1f, 0xb6, 0xf3, 0x7d, 0x01, 0x00, 0x00, 0x00, 0x00, 0x04, 0x59, 0x5a,
];

/// Runs a trace with a capacity.
fn replayed(trace: PathBuf, capacity: &str) -> Result<(), String> {
    run(&Options {
        trace: Some(trace),
        capacity: Some(capacity.to_owned()),
        ..Options::default()
    })
}

#[test]
fn a_bad_file_is_named_with_what_to_do() {
    let folder = Folder::new("bad");
    let cases = [
        (folder.file("empty.u64", &[]), "it is empty"),
        (folder.file("empty.u64.xz", &[]), "it is empty"),
        (
            folder.file("cut.u64", &bytes([1, 2])[..13]),
            "13 bytes are not a multiple of 8",
        ),
        (
            folder.file("plain.u64.xz", &bytes([1, 2])),
            "not compressed by xz",
        ),
        (
            folder.file("keys.csv", &bytes([1, 2])),
            "its name ends in `.u64`",
        ),
        (folder.0.join("none.u64"), "there is no such file"),
        (folder.0.clone(), "its name ends in `.u64`"),
    ];
    for (path, expected) in cases {
        let name = path.display().to_string();
        let problem = replayed(path, "16").unwrap_err();
        assert!(problem.starts_with(&name), "{problem}");
        assert!(problem.contains(expected), "{problem}");
    }
}

#[test]
fn a_compressed_file_is_read_only_if_it_is_whole() {
    let folder = Folder::new("xz");
    let read = |bytes: &[u8]| trace::Trace::read(&folder.file("a.u64.xz", bytes));
    let keys = read(&COMPRESSED).unwrap().keys;
    assert_eq!(keys, [1, 2, 1, 3, u64::MAX, 1, 2, 1]);
    assert_eq!(read(&COMPRESSED.repeat(2)).unwrap().accesses(), 16);
    let refused = |bytes: &[u8]| {
        let problem = read(bytes).err().unwrap_or_default();
        assert!(problem.contains("a.u64.xz: it"), "{problem}: {bytes:?}");
        assert!(problem.ends_with("get it anew"), "{problem}: {bytes:?}");
    };
    for place in 0..COMPRESSED.len() {
        refused(&COMPRESSED[..place]);
        let mut flipped = COMPRESSED;
        flipped[place] ^= 0x10;
        refused(&flipped);
    }
}

#[test]
fn a_bad_capacity_is_named_with_the_file() {
    let folder = Folder::new("capacity");
    let path = folder.file("a.u64", &bytes([1, 2, 1]));
    for capacity in ["0", "-1", "ten", "", "1.5", "99999999999999999999"] {
        let problem = replayed(path.clone(), capacity).unwrap_err();
        assert!(problem.starts_with(&path.display().to_string()));
        assert!(problem.contains("give a number of entries"), "{problem}");
    }
    let problem = replayed(path, &usize::MAX.to_string()).unwrap_err();
    assert!(problem.contains("give at most 1048576"), "{problem}");
    let alone = Options {
        capacity: Some("16".to_owned()),
        ..Options::default()
    };
    assert!(
        run(&alone)
            .unwrap_err()
            .contains("goes with `--trace FILE`")
    );
}

#[test]
fn one_file_with_one_capacity_is_replayed_over_all() {
    let folder = Folder::new("one");
    let json = folder.0.join("deep").join("out.json");
    let trace = folder.file("pair.u64", &bytes([1, 2, 1, 3, 1, 2, u64::MAX, u64::MAX]));
    let options = Options {
        trace: Some(trace),
        capacity: Some("2".to_owned()),
        json: Some(json.clone()),
        results: Some(folder.0.join("results")),
        ..Options::default()
    };
    run(&options).unwrap();
    let read: serde_json::Value = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    let hits = |policy: &str| {
        let rows = read.as_array().unwrap();
        let row = rows.iter().find(|row| row["policy"] == policy).unwrap();
        assert_eq!(row["trace"], "pair");
        assert_eq!(row["capacity"], 2);
        assert_eq!(row["accesses"], 8);
        row["hits"].as_u64().unwrap()
    };
    assert_eq!((hits("opt"), hits("lru"), hits("fifo")), (4, 3, 2));
    for name in ["hit-ratio.md", "hit-ratio.svg", "hit-ratio-means.svg"] {
        assert!(folder.0.join("results").join(name).exists(), "{name}");
    }
    let chart = fs::read_to_string(folder.0.join("results/hit-ratio.svg")).unwrap();
    assert!(chart.contains("memokit, lru") && chart.contains("pair"));
}

#[test]
fn a_folder_has_each_trace_once() {
    let folder = Folder::new("folder");
    let problem = trace::in_folder(&folder.0).unwrap_err();
    assert!(problem.contains("there are no traces"), "{problem}");
    for name in ["README.md", "b.u64.xz", "b.u64", "a-b.u64", "a.u64.xz"] {
        folder.file(name, &bytes([1]));
    }
    let found = trace::in_folder(&folder.0).unwrap();
    let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap()).collect();
    assert_eq!(names, ["a.u64.xz", "a-b.u64", "b.u64"]);
    let problem = trace::in_folder(&folder.0.join("none")).unwrap_err();
    assert!(
        problem.contains("none: give a folder of traces"),
        "{problem}"
    );
}

#[test]
fn shipped_traces_are_whole() {
    for path in trace::in_folder(&shipped()).unwrap() {
        let trace = trace::Trace::read(&path).unwrap();
        assert!(trace.accesses() > trace.distinct, "{}", trace.name);
    }
}
