//! The repository's own rules, checked over its text: what neither rustc nor clippy knows.
//!
//! Every finding names `file:line` and says what to do.

#[path = "tidy/blank.rs"]
mod blank;
#[path = "tidy/source.rs"]
mod source;

use std::io::Write as _;
use std::path::Path;

use source::{Source, all_texts, has_token, numbered, read, rust_code, rust_code_in, section};

/// A file beyond this many lines is told about.
const SOFT_LIMIT: usize = 400;
/// A file beyond this many lines fails.
const HARD_LIMIT: usize = 600;
/// Files that may be longer: path and reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// What code must not contain, and what to do instead; comments and literals do not count.
const FORBIDDEN: &[(&str, &str)] = &[
    ("todo!", "finish it, or refuse the case with an error"),
    (
        "unimplemented!",
        "finish it, or refuse the case with an error",
    ),
    ("dbg!", "remove it"),
    ("#[ignore", "make the test fast and steady, or delete it"),
    (
        "thread::sleep",
        "move a mock clock, or wait for an event (barrier, channel)",
    ),
];

/// Marks of unfinished work, in any text; spelled so that this file does not contain them.
const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

/// The section of ARCHITECTURE.md that lists the files with `unsafe` code.
const UNSAFE_SECTION: &str = "Modules that may hold `unsafe`";

/// The file with the table of options.
const OPTIONS: &str = "memo-macros/src/options.rs";

/// A line, and what to do about it.
type Finding = (usize, String);

#[test]
fn files_are_short() {
    let sources = rust_code();
    let notes = apply(&sources, |source| too_long(source, SOFT_LIMIT));
    // Written past the test harness, which shows the output of failing tests only.
    let _ = std::io::stderr().write_all(notes.concat().as_bytes());
    fail_on(&apply(&sources, |source| too_long(source, HARD_LIMIT)));
}

#[test]
fn code_is_finished() {
    fail_on(&apply(&rust_code(), forbidden));
    fail_on(&apply(&all_texts(), unfinished));
}

#[test]
fn white_space_is_tidy() {
    fail_on(&apply(&all_texts(), untidy));
}

#[test]
fn unsafe_code_is_where_the_architecture_says() {
    let architecture = read("ARCHITECTURE.md");
    let Some(listed) = section(&architecture, UNSAFE_SECTION) else {
        panic!("ARCHITECTURE.md:1: add a section `{UNSAFE_SECTION}`: paths in backticks, or none");
    };
    let allowed = paths_in_backticks(listed);
    let sources = rust_code_in(&["src", "memo-core/src", "examples"]);
    let mut problems = apply(&sources, |source| stray_unsafe(source, &allowed));
    for path in &allowed {
        let holds_some =
            |source: &Source| source.path == *path && has_token(&source.code, "unsafe");
        if !sources.iter().any(holds_some) {
            problems.push(format!(
                "ARCHITECTURE.md:1: `{path}` holds no `unsafe`, take it off the list\n"
            ));
        }
    }
    // Macros handle `unsafe` as a token of their users' code: there only a lint can tell.
    if !read("memo-macros/src/lib.rs").contains("#![forbid(unsafe_code)]") {
        problems.push("memo-macros/src/lib.rs:1: add `#![forbid(unsafe_code)]`\n".to_owned());
    }
    fail_on(&problems);
}

#[test]
fn every_option_is_documented_and_tested() {
    let options = option_names(&read(OPTIONS));
    assert!(
        !options.is_empty(),
        "{OPTIONS}:1: rows of the option table start with a line `name: \"..\",`"
    );
    let readme = read("README.md");
    let cases: String = rust_code_in(&["tests/ui"])
        .iter()
        .map(|case| memoize_options(&case.code))
        .collect();
    let mut problems = Vec::new();
    for (line, name) in options {
        if !has_table_row(&readme, &name) {
            problems.push(format!(
                "{OPTIONS}:{line}: give `{name}` a row in README.md's table\n"
            ));
        }
        if !has_token(&cases, &name) {
            problems.push(format!(
                "{OPTIONS}:{line}: give `{name}` cases in tests/ui/{{pass,fail}}\n"
            ));
        }
    }
    fail_on(&problems);
}

#[test]
fn every_example_is_in_the_readme() {
    let readme = read("README.md");
    let examples = rust_code_in(&["examples"]);
    assert!(!examples.is_empty(), "examples:1: there are no programs");
    fail_on(&apply(&examples, |example| {
        unnamed_example(example, &readme)
    }));
}

fn too_long(source: &Source, limit: usize) -> Vec<Finding> {
    let lines = source.text.lines().count();
    if lines <= limit || LONG_FILES.iter().any(|(path, _)| *path == source.path) {
        return Vec::new();
    }
    let advice = format!("{lines} lines, the limit is {limit}: split the file by idea");
    vec![(limit + 1, advice)]
}

fn forbidden(source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, line) in numbered(&source.code) {
        for (pattern, advice) in FORBIDDEN {
            if has_token(line, pattern) {
                found.push((number, format!("`{pattern}`: {advice}")));
            }
        }
    }
    found
}

fn unfinished(source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, line) in numbered(&source.text) {
        for mark in UNFINISHED {
            if has_token(line, mark) {
                found.push((number, format!("`{mark}`: do it now, or open an issue")));
            }
        }
    }
    found
}

fn untidy(source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, line) in numbered(&source.text) {
        if line.contains('\t') {
            found.push((number, "a tab: use spaces".to_owned()));
        }
        if line.ends_with(char::is_whitespace) {
            found.push((number, "white space at the end: remove it".to_owned()));
        }
    }
    found
}

fn stray_unsafe(source: &Source, allowed: &[String]) -> Vec<Finding> {
    if allowed.contains(&source.path) {
        return Vec::new();
    }
    let advice =
        format!("`unsafe`: do without, or list the file in ARCHITECTURE.md, `{UNSAFE_SECTION}`");
    numbered(&source.code)
        .filter(|(_, line)| has_token(line, "unsafe"))
        .map(|(number, _)| (number, advice.clone()))
        .collect()
}

fn unnamed_example(example: &Source, readme: &str) -> Vec<Finding> {
    let below = example.path.trim_start_matches("examples/");
    let name = below.split(['/', '.']).next().unwrap_or(below);
    if has_token(readme, name) {
        return Vec::new();
    }
    vec![(1, format!("say in README.md what `{name}` shows"))]
}

/// Whether a Markdown table has a row whose first cell names `option`.
fn has_table_row(markdown: &str, option: &str) -> bool {
    markdown
        .lines()
        .filter_map(|line| line.strip_prefix('|')?.split('|').next())
        .any(|cell| cell.contains('`') && has_token(cell, option))
}

fn paths_in_backticks(markdown: &str) -> Vec<String> {
    let is_rust = |path: &&str| Path::new(path).extension().is_some_and(|end| end == "rs");
    let quoted = markdown.split('`').skip(1).step_by(2);
    quoted.filter(is_rust).map(str::to_owned).collect()
}

/// The names in the table of options, each with its line.
fn option_names(table: &str) -> Vec<(usize, String)> {
    let name = |line: &str| {
        Some(
            line.trim()
                .strip_prefix("name: \"")?
                .split_once('"')?
                .0
                .to_owned(),
        )
    };
    numbered(table)
        .filter_map(|(number, line)| Some((number, name(line)?)))
        .collect()
}

/// What stands between the brackets of all `memoize(..)` in a text.
fn memoize_options(code: &str) -> String {
    code.split("memoize(")
        .skip(1)
        .filter_map(|rest| rest.split(")]").next())
        .fold(String::new(), |all, options| all + options + "\n")
}

/// What `rule` finds, as lines that editors can follow.
fn apply(sources: &[Source], rule: impl Fn(&Source) -> Vec<Finding>) -> Vec<String> {
    let mut lines = Vec::new();
    for source in sources {
        for (number, advice) in rule(source) {
            lines.push(format!("{}:{number}: {advice}\n", source.path));
        }
    }
    lines
}

fn fail_on(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.concat());
}

#[test]
fn every_rule_finds_what_it_is_for() {
    let found = |rule: &dyn Fn(&Source) -> Vec<Finding>, text: &str| -> Vec<usize> {
        let findings = rule(&Source::new("src/a.rs", text));
        findings.into_iter().map(|(line, _)| line).collect()
    };
    for (pattern, _) in FORBIDDEN {
        assert_eq!(found(&forbidden, &format!("//\n{pattern} ")), [2]);
        assert_eq!(found(&forbidden, &format!("// {pattern}")), [0; 0]);
    }
    for mark in UNFINISHED {
        assert_eq!(found(&unfinished, &format!("\n// {mark}: x")), [2]);
    }
    assert_eq!(found(&untidy, "a\n\tb\nc \nd"), [2, 3]);
    assert_eq!(found(&|source| too_long(source, 2), "1\n2\n"), [0; 0]);
    assert_eq!(found(&|source| too_long(source, 2), "1\n2\n3\n"), [3]);

    let code = "// unsafe\nlet a = unsafe { b };";
    let allowed = paths_in_backticks("- `src/a.rs`: why\n- `other`");
    assert_eq!(found(&|source| stray_unsafe(source, &[]), code), [2]);
    assert_eq!(
        found(&|source| stray_unsafe(source, &allowed), code),
        [0; 0]
    );

    let readme = "run b\n| `ttl`, `tti` | how long |\n|`x`|max|";
    assert_eq!(found(&|source| unnamed_example(source, readme), ""), [1]);
    assert!(has_table_row(readme, "tti") && !has_table_row(readme, "max"));
    let table = "Row {\n    name: \"b\",\n    example: \"name: c\",\n}";
    assert_eq!(option_names(table), [(2, "b".to_owned())]);
    let case = "use a;\n#[memoize(ttl = x(1))]\nfn b() {}\n#[memoize(\n  c)]\nfn d() {}";
    assert_eq!(memoize_options(case), "ttl = x(1)\n\n  c\n");
}
