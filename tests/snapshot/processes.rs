//! From one process to another, in which functions may be others.

use std::env;
use std::path::Path;
use std::process::Command;

use memokit::snapshot::{self, Skipped};
use memokit::{CacheInfo, memoize};
use serde::{Deserialize, Serialize};

const PATH: &str = "MEMOKIT_TEST_SNAPSHOT";
const EDITION: &str = "MEMOKIT_TEST_EDITION";

/// The same function in several editions of the program: all have the same name, in the same place.
fn call(edition: &str) -> (u64, CacheInfo) {
    match edition {
        "first" => {
            #[memoize]
            fn area(width: u64, height: u64) -> u64 {
                width * height
            }
            (area(3, 7), area::cache_info())
        }
        "layout" => {
            /// Docs.
            #[memoize(maxsize = 7, ttl = "1h")]
            #[rustfmt::skip]
            fn area(width: u64, height: u64) -> u64 { /* a comment */ width   *height }
            (area(3, 7), area::cache_info())
        }
        "body" => {
            #[memoize]
            fn area(width: u64, height: u64) -> u64 {
                width * height + 1
            }
            (area(3, 7), area::cache_info())
        }
        "key" => {
            #[memoize(key(width = width / 1))]
            fn area(width: u64, height: u64) -> u64 {
                width * height
            }
            (area(3, 7), area::cache_info())
        }
        "version" => {
            #[memoize(version = 2)]
            fn area(width: u64, height: u64) -> u64 {
                width * height
            }
            (area(3, 7), area::cache_info())
        }
        "types" => {
            #[memoize]
            fn area(width: u64, height: u64) -> u32 {
                u32::try_from(width * height).unwrap_or_default()
            }
            (area(3, 7).into(), area::cache_info())
        }
        "fields" => {
            #[memoize]
            fn area(width: u64, height: u64) -> Area {
                Area {
                    value: width * height,
                    unit: 0,
                }
            }
            (area(3, 7).value, area::cache_info())
        }
        _ => elsewhere(),
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Area {
    value: u64,
    unit: u64,
}

/// A function like the first one, of the same name, in another function.
fn elsewhere() -> (u64, CacheInfo) {
    const MORE: u64 = 5;
    #[memoize]
    fn area(width: u64, height: u64) -> u64 {
        width * height
    }
    (area(3, 7) + MORE, area::cache_info())
}

/// Runs a test of this file in a process of its own.
fn in_another_process(test: &str, edition: &str, path: &Path) {
    let this = env::current_exe().expect("tests are programs");
    let output = Command::new(this)
        .args(["--exact", test, "--nocapture"])
        .env(PATH, path)
        .env(EDITION, edition)
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{edition}: {text}{errors}");
    assert!(text.contains("1 passed"), "{edition}: {text}");
}

/// What an edition does with the results of the first one.
fn edition(name: &str, path: &Path) {
    if name == "saves" {
        call("first");
        let saved = snapshot::save(path).expect("it can be written");
        assert_eq!((saved.caches, saved.entries), (1, 1));
        return;
    }
    let expected = |skipped: &dyn Fn(&Skipped) -> usize| {
        // Used before, so that what is skipped is told at once.
        call(name);
        memokit::caches()[0].clear();
        let loaded = snapshot::load(path).expect("it is whole");
        assert_eq!((loaded.restored, loaded.waiting), (0, 0), "{name}");
        assert_eq!(
            (skipped(&loaded.skipped), loaded.skipped.total()),
            (1, 1),
            "{name}"
        );
        assert_eq!(call(name).1.misses, 1, "{name}");
    };
    match name {
        "first" | "layout" => {
            let loaded = snapshot::load(path).expect("it is whole");
            assert_eq!((loaded.restored, loaded.waiting), (0, 1), "not used yet");
            let (value, info) = call(name);
            assert_eq!((value, info.hits, info.misses), (21, 1, 0));
        }
        "body" | "key" | "version" => expected(&|skipped| skipped.other_version),
        "types" | "fields" => expected(&|skipped| skipped.other_types),
        _ => {
            let loaded = snapshot::load(path).expect("it is whole");
            let (value, info) = call(name);
            assert_eq!((value, info.hits, info.misses), (26, 0, 1));
            assert_eq!((loaded.waiting, snapshot::waiting()), (1, 1));
        }
    }
}

#[test]
fn another_edition_takes_what_is_its_own() {
    const THIS: &str = "processes::another_edition_takes_what_is_its_own";
    if let (Ok(name), Some(path)) = (env::var(EDITION), env::var_os(PATH)) {
        return edition(&name, Path::new(&path));
    }
    let directory = tempfile::tempdir().expect("a place for files");
    let path = directory.path().join("results");
    in_another_process(THIS, "saves", &path);
    let editions = [
        "first",
        "layout",
        "body",
        "key",
        "version",
        "types",
        "fields",
        "elsewhere",
    ];
    for name in editions {
        in_another_process(THIS, name, &path);
    }
}
