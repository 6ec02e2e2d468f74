//! The grammar of the attribute, and its rules.

use super::{complaint, complaints, pretty};
use crate::options::{LATER, TABLE};

const FUNCTION: &str = "fn f(a: u32, b: u32) -> u32 { a + b }";

pub(super) fn wrong(options: &str, expected: &str) {
    assert_eq!(complaint(options, FUNCTION), expected);
}

pub(super) fn fine(options: &str) {
    let text = pretty(options, FUNCTION);
    assert!(!text.contains("compile_error"), "{options}: {text}");
}

#[test]
fn every_option_works_as_its_example_says() {
    for row in TABLE {
        let is_of_tasks = row.name.ends_with("_timeout");
        if is_of_tasks && !cfg!(feature = "async") {
            continue;
        }
        let examples = row.example.split("` or `").map(|example| {
            example
                .replace("(user", "(a")
                .replace("user.id", "(a, b)")
                .replace("log", "a")
        });
        for example in examples {
            let function = match row.name {
                "field" => "fn f(&self, a: u32) -> u32 { a }",
                "bulk" => "fn f(ids: &[u32]) -> Vec<u32> { ids.to_vec() }",
                "soft_timeout" | "hard_timeout" => {
                    "async fn f(a: u32) -> Result<u32, Failed> { Ok(a) }"
                }
                _ => FUNCTION,
            };
            let needed = match row.name {
                "leak" => "oom_protection = false, ",
                "soft_timeout" => "ttl = 60, stale_if_error = 60, ",
                "jitter"
                | "refresh_ahead"
                | "early"
                | "stale_while_revalidate"
                | "stale_if_error"
                | "keep_expired" => "ttl = 60, ",
                _ => "",
            };
            let text = pretty(&format!("{needed}{example}"), function);
            assert!(!text.contains("compile_error"), "{example}: {text}");
        }
    }
}

#[test]
fn leak_keeps_every_result() {
    fine("leak, oom_protection = false, maxsize = None, cache_none = true");
    let begins = |options: &str, function: &str, expected: &[&str]| {
        let found = complaints(options, function);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{options}: {found}");
        }
    };
    begins(
        "leak = true, oom_protection = false",
        FUNCTION,
        &["`leak` takes no value"],
    );
    let no_result_is_freed = "with `leak` no result is ever freed";
    begins("leak", FUNCTION, &[no_result_is_freed]);
    for protected in ["true", "balanced", "SAFE", "cfg!(x)"] {
        let options = format!("leak, oom_protection = {protected}");
        begins(&options, FUNCTION, &[no_result_is_freed]);
    }
    begins(
        "leak, maxsize = 3, ttl = 5, scope = thread, cache_none = false, cache_if = f",
        FUNCTION,
        &[
            no_result_is_freed,
            "with `leak` all results stay: remove `maxsize`",
            "with `leak` each result that has expired",
            "with `leak` results outlive every thread",
            "with `leak` every result is kept",
            "with `leak` every result is kept",
        ],
    );
    let bare = "oom_protection = false, leak";
    let bounded = format!("{bare}, maxsize = 3");
    begins(
        &bounded,
        FUNCTION,
        &["with `oom_protection = false` the bare store has no limits"],
    );
    let without = format!("{bare}, cache_err = false");
    begins(&without, FUNCTION, &["with `leak` every result is kept"]);
    let not_for = "`leak` is there for `get_ref`, which is not for";
    begins(bare, "fn f(&self) -> u32 { 1 }", &[not_for]);
    let bulk = format!("{bare}, bulk");
    begins(
        &bulk,
        "fn f(ids: &[u32]) -> Vec<u32> { ids.to_vec() }",
        &[not_for],
    );
    if cfg!(feature = "async") {
        begins(bare, "async fn f() -> u32 { 1 }", &[not_for]);
    }
}

#[test]
fn bulk_needs_one_slice_of_keys() {
    let wrong = |options: &str, function: &str, expected: &str| {
        assert_eq!(complaint(options, function), expected);
    };
    wrong(
        "bulk",
        FUNCTION,
        "`bulk` is for functions that take their keys as a slice, as in `fn users(ids: &[u64]) -> Vec<User>`",
    );
    let two = "fn f(a: &[u32], b: &[u8], c: u32) -> Vec<u32> { g(a, b, c) }";
    wrong(
        "bulk",
        two,
        "`a`, `b` are slices: say which one has the keys, `bulk = a`",
    );
    wrong(
        "bulk = c",
        two,
        "`c` has no keys for `bulk`: that is an argument of type `&[K]`, as in `fn users(ids: &[u64]) -> Vec<User>`",
    );
    wrong(
        "bulk = 1",
        two,
        "`bulk` takes the name of an argument, or nothing: write `bulk` or `bulk = ids`",
    );
    wrong(
        "bulk",
        "fn f(self: Arc<Self>, a: &[u32]) -> Vec<u32> { self.g(a) }",
        "a method with `bulk` takes `&self`: its body may run more than once in a call",
    );
    for options in ["bulk = a", "bulk = b", "bulk, skip(b)"] {
        let text = pretty(options, two);
        assert!(!text.contains("compile_error"), "{options}: {text}");
    }
}

#[test]
fn values_of_every_kind() {
    for maxsize in [
        "0",
        "1",
        "1_000usize",
        "N",
        "{ N }",
        "2 * N",
        "usize::MAX",
        "None",
        "Option::None",
        "!0",
    ] {
        fine(&format!("maxsize = {maxsize}"));
    }
    for ttl in [
        "\"1h30m\"",
        "300",
        "1.5",
        "TTL",
        "Duration::from_secs(3)",
        "|| settings().ttl",
        "|| { TTL }",
    ] {
        fine(&format!("ttl = {ttl}"));
    }
    for predicate in [
        "|r: &u32| *r > 0",
        "|r| *r > 0",
        "is_good",
        "good::is_good",
        "(|r: &u32| *r > 0)",
    ] {
        fine(&format!("cache_if = {predicate}"));
    }
    fine("maxsize = 1, ttl = 3,");
    fine("");
}

#[test]
fn unknown_names_get_a_suggestion() {
    wrong(
        "maxsze = 1",
        "unknown option `maxsze`, did you mean `maxsize`?",
    );
    wrong("size = 1", "unknown option `size`, did you mean `maxsize`?");
    wrong(
        "TimeToLive = 1",
        "unknown option `TimeToLive`, did you mean `ttl`?",
    );
    wrong(
        "result = true",
        "unknown option `result`; only `Ok` is stored anyway; `cache_err = true` stores errors too",
    );
    wrong(
        "option = true",
        "unknown option `option`; `None` is a value and is stored; `cache_none = false` leaves it out",
    );
    wrong(
        "sync_writes = true",
        "unknown option `sync_writes`; leave it out: calls with one key at the same time always share one run",
    );
    wrong(
        "thread_local",
        "unknown option `thread_local`; write `scope = thread`",
    );
    wrong(
        "unbounded",
        "unknown option `unbounded`; write `maxsize = None`",
    );
    wrong(
        "bogus_thing = |a, b| a",
        "unknown option `bogus_thing`; the options are `maxsize`, `max_bytes`, `max_entry_bytes`, `max_depth`, `min_cost`, `budget`, `min_bytes`, `weight`, `weigher`, `policy`, `ttl`, `tti`, `jitter`, `refresh_ahead`, `early`, `stale_while_revalidate`, `stale_if_error`, `err_ttl`, `keep_expired`, `soft_timeout`, `hard_timeout`, `expires`, `adaptive_ttl`, `oom_protection`, `leak`, `skip`, `key`, `weak`, `cache_err`, `cache_none`, `cache_if`, `name`, `tags`, `scope`, `stats`, `entry_stats`, `version`, `handle`, `field`, `bulk`, `crate`, `floats`",
    );
}

#[test]
fn every_suggested_option_exists() {
    let message = |name: &str| complaint(&format!("{name} = 1"), FUNCTION);
    for name in [
        "capacity",
        "max_age",
        "cache_errors",
        "convert",
        "ignore",
        "when",
        "oom",
        "group",
        "metrics",
        "krate",
    ] {
        let message = message(name);
        let suggested = message.split('`').nth(3).unwrap_or_default();
        assert!(TABLE.iter().any(|row| row.name == suggested), "{message}");
    }
}

#[test]
fn options_to_come_are_not_taken_for_slips() {
    for name in LATER {
        let message = complaint(&format!("{name} = 1"), FUNCTION);
        assert_eq!(
            message,
            format!("`{name}` is not available yet: leave it out")
        );
    }
}

#[test]
fn values_that_are_no_counts_or_durations() {
    wrong("maxsize", "`maxsize` needs a value: write `maxsize = 1000`");
    wrong("ttl =", r#"`ttl` needs a value: write `ttl = "5m"`"#);
    wrong(
        "maxsize(3)",
        "`maxsize` needs a value: write `maxsize = 1000`",
    );
    wrong(
        "maxsize = \"64MiB\"",
        "`maxsize` is a count of results, or `None` for no bound: write `maxsize = 1000`",
    );
    wrong(
        "maxsize = Some(3)",
        "`maxsize` is a count of results, or `None` for no bound: write `maxsize = 1000`",
    );
    wrong(
        "maxsize = -1",
        "`maxsize` is a count of results, or `None` for no bound: write `maxsize = 1000`",
    );
    wrong(
        "maxsize = 1.5",
        "`maxsize` is a count of results, or `None` for no bound: write `maxsize = 1000`",
    );
    wrong(
        "ttl = \"5 parsecs\"",
        r#"unknown unit `parsecs` in the duration "5 parsecs"; write for example "250ms", "30s", "5m", "1h30m" or "7d""#,
    );
    wrong(
        "ttl = 0",
        "`ttl` must be more than zero; to store nothing use `maxsize = 0`",
    );
    wrong(
        "ttl = \"0s\"",
        "`ttl` must be more than zero; to store nothing use `maxsize = 0`",
    );
    wrong(
        "ttl = -5",
        "`ttl` must be more than zero; to store nothing use `maxsize = 0`",
    );
    wrong(
        "ttl = 5m",
        r#"a duration with a unit is a string: `ttl = "5m"`"#,
    );
    wrong("ttl = true", r#"`ttl` is a duration: write `ttl = "5m"`"#);
    wrong(
        "ttl = |x| x",
        "a computed `ttl` takes no arguments: `ttl = || settings().ttl`",
    );
    wrong(
        "ttl = 1e300",
        "`ttl`: cannot convert float seconds to Duration: value is either too big or NaN",
    );
}

#[test]
fn values_of_the_wrong_kind() {
    wrong(
        "cache_err = maybe",
        "`cache_err` is `true` or `false`: write `cache_err = true`",
    );
    wrong(
        "cache_if = 3",
        "`cache_if` is a closure with the result as its argument, or the name of a function: write `cache_if = |result: &Vec<u8>| !result.is_empty()`",
    );
    wrong(
        "cache_if = |a, b| true",
        "`cache_if` is a closure with the result as its argument, or the name of a function: write `cache_if = |result: &Vec<u8>| !result.is_empty()`",
    );
    wrong(
        "name = N",
        r#"`name` is a string literal that is not empty: write `name = "prices"`"#,
    );
    wrong(
        "name = \"\"",
        r#"`name` is a string literal that is not empty: write `name = "prices"`"#,
    );
    wrong(
        "tags = \"run\"",
        r#"`tags` is a list: write `tags("run", "user")`"#,
    );
    wrong("tags()", r#"`tags` is empty: write `tags("run", "user")`"#);
    wrong(
        "tags(run)",
        r#"`tags` are string literals that are not empty: write `tags("run", "user")`"#,
    );
    wrong(
        "scope = process",
        "`scope` is `global` or `thread`: write `scope = thread`",
    );
    wrong(
        "stats = 1",
        "`stats` is `true` or `false`: write `stats = false`",
    );
    wrong(
        "handle = true",
        "`handle` is a name for the handle, or `false` for none: write `handle = area_cache`",
    );
    wrong(
        "handle = a::b",
        "`handle` is a name for the handle, or `false` for none: write `handle = area_cache`",
    );
    wrong(
        "crate = \"memokit\"",
        "`crate` is a path: write `crate = ::memokit`",
    );
    wrong(
        "floats = \"exact\"",
        r#"`floats` can be compared by their bits only: write `floats = "bits"`"#,
    );
}

#[test]
fn lists_and_separators() {
    wrong("skip = a", "`skip` is a list: write `skip(log)`");
    wrong(
        "key(a)",
        "`key(..)` says what counts of an argument: `key(a = a.id)`",
    );
    wrong(
        "1000",
        "options are written `name = value`, for example `maxsize = 1000`",
    );
    wrong(
        "= 3",
        "options are written `name = value`, for example `maxsize = 1000`",
    );
    wrong("maxsize = 1 ttl = 3", "expected `,` between options");
}

#[test]
fn given_twice() {
    wrong("ttl = 3, ttl = 4", "option `ttl` is given twice");
    wrong("skip(a), skip(b)", "option `skip` is given twice");
}

#[test]
fn names_of_arguments() {
    let function = "fn f(count: u32, log: u32) -> u32 { 1 }";
    assert_eq!(
        complaint("skip(lgo)", function),
        "no argument is called `lgo`, did you mean `log`?"
    );
    assert_eq!(
        complaint("skip(verbose)", function),
        "no argument is called `verbose`; the arguments are `count`, `log`"
    );
    assert_eq!(
        complaint("key(verbose = 1)", function),
        "no argument is called `verbose`; the arguments are `count`, `log`"
    );
    assert_eq!(
        complaint("skip(log, log)", function),
        "argument `log` is skipped twice: remove one"
    );
    assert_eq!(
        complaint("key(log = log, log = 1)", function),
        "argument `log` has two expressions in `key(..)`: remove one"
    );
    assert_eq!(
        complaint("skip(a)", "fn f() -> u32 { 1 }"),
        "no argument is called `a`; the function has no arguments"
    );
}

#[test]
fn arguments_with_patterns_have_names() {
    assert!(!pretty("skip(arg0)", "fn f((a, b): (u8, u8)) {}").contains("compile_error"));
    assert!(pretty("", "fn f((a, b): (u8, u8), arg0: u8) {}").contains("arg0_: (u8, u8)"));
}

#[test]
fn the_whole_key() {
    wrong(
        "key = a",
        "argument `b` is not part of `key`: use it there, or leave it out on purpose with `skip(b)`",
    );
    wrong(
        "key = a, skip(a, b)",
        "`a` is skipped, so `key` cannot use it: take it out of `skip(..)`",
    );
    wrong(
        "key = (a, b), key(a = a)",
        "`key = ..` is the whole key, so `key(a = ..)` has no place: take it into `key = ..`, or write `key(..)` alone",
    );
    wrong(
        "skip(a), key(a = a)",
        "argument `a` is skipped, so it has no part in the key: remove one",
    );
    fine("key = a, skip(b)");
    fine("key = (a, b)");
    fine("key = format!(\"{a}/{b:?}\")");
    fine("key = pick(&[a, b])");
}

#[test]
fn options_that_do_not_go_together() {
    wrong(
        "oom_protection = false, maxsize = 10",
        "with `oom_protection = false` the bare store has no limits: remove `maxsize`, or set `oom_protection = true`",
    );
    wrong(
        "cache_err = true, cache_none = false",
        "`cache_none = false` is for functions that return `Option`, `cache_err = true` for `Result`: keep one, and say more with `cache_if`",
    );
    fine("oom_protection = false, maxsize = None");
    fine("oom_protection = FLAG, maxsize = 10");
    fine("oom_protection = false, ttl = 3");
    fine("cache_err = false, cache_none = false");
    // The name alone is `true`.
    wrong(
        "cache_err, cache_none = false",
        "`cache_none = false` is for functions that return `Option`, `cache_err = true` for `Result`: keep one, and say more with `cache_if`",
    );
}

#[test]
fn all_mistakes_at_once() {
    let options = "maxsze = 10, time = 5, ttl = \"5 parsecs\", jitter = 1, bogus = |a, b| 1, ttl = 3, \
                   cache_err = maybe, handle = 3, 1000, skip(), name = \"good\", stats = off";
    assert_eq!(
        complaints(options, FUNCTION).len(),
        11,
        "{:#?}",
        complaints(options, FUNCTION)
    );
}

#[test]
fn a_mistyped_cure_is_not_followed_by_what_it_cures() {
    let item = "fn f(log: &mut Vec<u32>, x: f64) -> u32 { 1 }";
    assert_eq!(complaints("skp(log), floats = \"bits\"", item).len(), 1);
    assert_eq!(complaints("skip(log), flots = \"bits\"", item).len(), 1);
    assert_eq!(
        complaints("maxsize = -1", item).len(),
        3,
        "what is wrong anyway is reported"
    );
}
