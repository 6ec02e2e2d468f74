//! Values of `oom_protection`.

use super::options::{fine, wrong};

#[test]
fn what_is_not_measured_asks_no_weigher() {
    for written in ["balanced", "false"] {
        super::options::wrong(
            &format!("oom_protection = {written}, weigher = |_: &u32| 4"),
            &format!(
                "with `oom_protection = {written}` nothing asks how large results are: remove `weigher`, or \
                 set `oom_protection = true`"
            ),
        );
    }
}

#[test]
fn words_and_constants() {
    for protection in [
        "true",
        "balanced",
        "false",
        "SAFE",
        "{ SAFE }",
        "{ safe }",
        "modes::safe",
        "cfg!(feature = \"safe\")",
        "A && !B",
    ] {
        fine(&format!("oom_protection = {protection}"));
    }
    fine("oom_protection = balanced, maxsize = 10, max_bytes = 1000, max_entry_bytes = 100");
    fine("oom_protection = balanced, policy = sieve, ttl = 3, min_cost = 1, max_depth = 3");
}

#[test]
fn other_words_are_answered_with_what_is_meant() {
    let three =
        "`oom_protection` is `true`, `balanced`, `false` or a constant expression of type `bool`";
    for value in ["3", "|| true", "whatever", "\"whatever\""] {
        wrong(
            &format!("oom_protection = {value}"),
            &format!("{three}: write `oom_protection = true`"),
        );
    }
    for (value, meant) in [
        ("ballanced", "balanced"),
        ("\"Balanced\"", "balanced"),
        ("flase", "false"),
        ("off", "false"),
        ("\"off\"", "false"),
        ("\"true\"", "true"),
        ("safe", "true"),
    ] {
        wrong(
            &format!("oom_protection = {value}"),
            &format!("{three}, did you mean `{meant}`?"),
        );
    }
}
