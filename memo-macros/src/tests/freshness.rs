//! Options that say how long results are good.

use super::options::{fine, wrong};

#[test]
fn what_can_be_said() {
    for options in [
        "ttl = 60, tti = \"10m\", jitter = 0.1",
        "ttl = 60, jitter = \"30s\", refresh_ahead = 0.8",
        "ttl = ttl(), refresh_ahead = PART * 0.5, stale_while_revalidate = TIME",
        "ttl = 60, early = 1, stale_while_revalidate = 5",
        "adaptive_ttl = (10, 20), early = BETA / 2.0",
        "expires = life, stale_if_error = \"1h\"",
        "expires = |result: &u32| Some(LIFE * *result)",
        "adaptive_ttl = (\"10s\", 3600), refresh_ahead = 0.5",
        "tti = TIME, err_ttl = 5",
        "tti = || settings().tti, ttl = || settings().ttl",
        "ttl = 60, keep_expired = \"1h\", early = 1",
        "expires = life, keep_expired = TIME",
    ] {
        fine(options);
    }
}

#[test]
fn a_time_is_asked_for_without_arguments() {
    for option in ["ttl", "tti"] {
        wrong(
            &format!("{option} = |n| TIME"),
            &format!(
                "a computed `{option}` takes no arguments: `{option} = || settings().{option}`"
            ),
        );
    }
}

#[test]
fn parts_are_between_nothing_and_all() {
    for part in ["0", "1", "1.5", "-0.5", "\"0.8\"", "0.8f32", "true"] {
        wrong(
            &format!("ttl = 60, refresh_ahead = {part}"),
            "`refresh_ahead` is a part of the time to live, between 0 and 1: write `refresh_ahead = 0.8`",
        );
    }
    for jitter in ["-0.1", "true", "|| 0.1"] {
        wrong(
            &format!("ttl = 60, jitter = {jitter}"),
            "`jitter` is a part of the time to live, or a duration: write `jitter = 0.1`",
        );
    }
}

#[test]
fn results_are_early_by_a_multiple_of_their_cost() {
    for times in ["0", "-1.0", "1e999", "\"1\"", "true", "1.0f32", "|| 1.0"] {
        wrong(
            &format!("ttl = 60, early = {times}"),
            "`early` is how many times its cost before its end a result is computed anew, on average: a number \
             above 0: write `early = 1.0`",
        );
    }
    wrong(
        "ttl = 60, early = 1.0, refresh_ahead = 0.8",
        "`early` draws when a result is computed anew, `refresh_ahead` says it: keep one of the two",
    );
    wrong(
        "early = 1.0",
        "`early` is about the end of a time to live: add `ttl = \"5m\"`, say",
    );
}

#[test]
fn ranges_go_up() {
    for range in [
        "(\"1h\", \"10s\")",
        "\"10s\"",
        "(\"10s\",)",
        "(1, 2, 3)",
        "(0, 10)",
        "(LEAST, MOST)",
    ] {
        wrong(
            &format!("adaptive_ttl = {range}"),
            "`adaptive_ttl` is the least and the most time to live, in that order: write `adaptive_ttl = \
             (\"10s\", \"1h\")`",
        );
    }
}

#[test]
fn a_window_needs_an_end() {
    for (option, name) in [
        ("refresh_ahead = 0.8", "refresh_ahead"),
        ("stale_while_revalidate = \"30s\"", "stale_while_revalidate"),
        ("stale_if_error = \"1h\"", "stale_if_error"),
        ("keep_expired = 60", "keep_expired"),
        ("jitter = 0.1", "jitter"),
    ] {
        wrong(
            option,
            &format!("`{name}` is about the end of a time to live: add `ttl = \"5m\"`, say"),
        );
    }
}

#[test]
fn there_is_one_rule_for_a_life() {
    for other in ["ttl = 60", "expires = life"] {
        let name = other.split(' ').next().unwrap_or_default();
        wrong(
            &format!("adaptive_ttl = (10, 20), {other}"),
            &format!(
                "`adaptive_ttl` says how long results live, and so does `{name}`: keep one of the two"
            ),
        );
    }
    wrong(
        "err_ttl = 5, cache_err = true",
        "`err_ttl` stores errors, for that long; `cache_err` would store them like any other result, or not at \
         all: remove one of the two",
    );
}

#[test]
fn what_is_computed_elsewhere_needs_all_that_it_takes() {
    wrong(
        "ttl = 60, refresh_ahead = 0.8, scope = thread",
        "`refresh_ahead` computes on another thread, which cannot reach a cache with `scope = thread`: remove one \
         of the two",
    );
    let complaint = super::complaint;
    assert_eq!(
        complaint(
            "ttl = 60, stale_while_revalidate = 5",
            "fn f(x: Option<&str>) -> u32 { 1 }"
        ),
        "with `stale_while_revalidate` the function is called again later, so an argument is owned, or a plain \
         reference such as `&str`"
    );
    assert_eq!(
        complaint(
            "ttl = 60, refresh_ahead = 0.8",
            "unsafe fn f(x: u32) -> u32 { x }"
        ),
        "`refresh_ahead` calls the function again by itself, so it cannot be `unsafe`"
    );
}

#[test]
fn a_previous_result_is_asked_for_by_the_handle() {
    wrong(
        "ttl = 60, keep_expired = 5, scope = thread",
        "`keep_expired` hands results to a computation, which may be on any thread, and those of a cache with \
         `scope = thread` may not leave theirs: remove one of the two",
    );
    wrong(
        "ttl = 60, keep_expired = 5, handle = false",
        "the function asks for what `keep_expired` keeps by its handle: remove `handle = false`",
    );
    assert_eq!(
        super::complaint("ttl = 60, keep_expired = 5", "fn f(&self) -> u32 { 1 }"),
        "`keep_expired` is for functions outside of an `impl`: memoize a function that the method calls"
    );
    assert_eq!(
        super::complaint(
            "ttl = 60, keep_expired = 5, bulk",
            "fn f(ids: &[u32]) -> Vec<u32> { ids.to_vec() }"
        ),
        "`keep_expired` is not for functions over many keys: remove it, or `bulk`"
    );
    assert_eq!(
        super::complaint(
            "ttl = 60, refresh_ahead = 0.5, bulk",
            "fn f(ids: &[u32]) -> Vec<u32> { ids.to_vec() }"
        ),
        "`refresh_ahead` is not for functions over many keys: remove it, or `bulk`"
    );
}
