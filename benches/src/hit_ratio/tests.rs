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

fn compressed() -> Vec<u8> {
    fs::read(shipped().join("syn-memo-dp.u64.xz")).unwrap()
}

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
    let whole = compressed();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 0x40;
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
        (folder.file("flipped.u64.xz", &flipped), "it is damaged"),
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
fn a_compressed_file_that_was_cut_anywhere_is_refused() {
    let folder = Folder::new("cut");
    let whole = compressed();
    for end in 1..whole.len() {
        let path = folder.file("cut.u64.xz", &whole[..end]);
        let problem = replayed(path, "16").expect_err(&format!("{end} bytes"));
        assert!(problem.contains("get it anew"), "{end} bytes: {problem}");
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
    assert!(trace::in_folder(&folder.0.join("none")).is_err());
}

#[test]
fn shipped_traces_are_whole() {
    for path in trace::in_folder(&shipped()).unwrap() {
        let trace = trace::Trace::read(&path).unwrap();
        assert!(trace.accesses() > trace.distinct, "{}", trace.name);
    }
}
