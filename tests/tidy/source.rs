//! The repository's files, and how to search them.

use std::fs;
use std::path::{Path, PathBuf};

use super::blank::blank_out;

/// Where code lives; `target` directories inside are left out.
const CODE: &[&str] = &[
    "src",
    "memo-core",
    "memo-macros",
    "tests",
    "examples",
    "benches",
];

/// A text file of the repository.
pub(crate) struct Source {
    /// Relative to the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    /// `text` with comments and literals blanked out; lines stay where they are.
    pub(crate) code: String,
}

impl Source {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let (path, text) = (path.into(), text.into());
        let code = blank_out(&text);
        Self { path, text, code }
    }
}

/// All Rust code.
pub(crate) fn rust_code() -> Vec<Source> {
    rust_code_in(CODE)
}

/// The Rust code in some directories.
pub(crate) fn rust_code_in(directories: &[&str]) -> Vec<Source> {
    let mut paths = files_in(directories);
    paths.retain(|path| path.extension().is_some_and(|end| end == "rs"));
    load(paths)
}

/// All that people write: code, manifests, documents, scripts; not data, not licences.
pub(crate) fn all_texts() -> Vec<Source> {
    let mut paths = files_in(CODE);
    paths.extend(files_in(&[".ci"]));
    let entries = fs::read_dir(root()).expect("the root can be listed");
    paths.extend(entries.map(|entry| entry.expect("an entry can be read").path()));
    paths.retain(|path| {
        let end = path.extension().and_then(|end| end.to_str());
        let written = matches!(end, Some("rs" | "toml" | "md"));
        path.is_file() && (written || path.ends_with("justfile") || path.ends_with(".ci/run"))
    });
    load(paths)
}

/// The text of one file.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path))
        .unwrap_or_else(|error| panic!("{path}:1: write this file ({error})"))
}

/// Lines with their numbers, from 1.
pub(crate) fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.split('\n'))
}

/// Whether `token` occurs in `text` and is not a part of a longer word.
pub(crate) fn has_token(text: &str, token: &str) -> bool {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(token).any(|(start, _)| {
        let (before, after) = (&text[..start], &text[start + token.len()..]);
        let glued_before = token.starts_with(in_word) && before.ends_with(in_word);
        let glued_after = token.ends_with(in_word) && after.starts_with(in_word);
        !glued_before && !glued_after
    })
}

/// The section of a Markdown text whose heading contains `title`, without the heading.
pub(crate) fn section<'a>(markdown: &'a str, title: &str) -> Option<&'a str> {
    let is_heading = |line: &str| line.starts_with('#');
    let heading = markdown
        .match_indices(title)
        .map(|(at, _)| at)
        .find(|at| markdown[..*at].lines().next_back().is_some_and(is_heading))?;
    let (_, body) = markdown[heading..].split_once('\n')?;
    Some(body.split("\n#").next().unwrap_or(body))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_in(directories: &[&str]) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    let mut left: Vec<PathBuf> = directories.iter().map(|name| root().join(name)).collect();
    while let Some(directory) = left.pop() {
        let Ok(entries) = fs::read_dir(&directory) else {
            continue;
        };
        for entry in entries {
            let path = entry.expect("an entry can be read").path();
            if !path.is_dir() {
                paths.push(path);
            } else if !path.ends_with("target") {
                left.push(path);
            }
        }
    }
    paths
}

fn load(mut paths: Vec<PathBuf>) -> Vec<Source> {
    paths.sort();
    let mut sources = Vec::with_capacity(paths.len());
    for path in paths {
        let relative = path.strip_prefix(root()).expect("all lie below the root");
        let name = relative.to_string_lossy().replace('\\', "/");
        let text = read(&name);
        sources.push(Source::new(name, text));
    }
    sources
}

#[test]
fn tokens_are_whole_words() {
    assert!(has_token("a unsafe b", "unsafe"));
    assert!(has_token("dbg!(x)", "dbg!"));
    assert!(!has_token("unsafe_code", "unsafe"));
    assert!(!has_token("my_dbg!(x)", "dbg!"));
}

#[test]
fn sections_end_at_the_next_heading() {
    let text = "# A\nsee `B`\n## The B\nlist\nmore\n# C\nend";
    assert_eq!(section(text, "B"), Some("list\nmore"));
    assert_eq!(section(text, "D"), None);
}
