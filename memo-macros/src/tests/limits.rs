//! Values of the limits beside `maxsize`.

use super::options::{fine, wrong};
use crate::literal::bytes;

#[test]
fn sizes_as_people_write_them() {
    for (text, expected) in [
        ("0B", 0),
        ("1 byte", 1),
        ("64MiB", 64 << 20),
        ("64 mib", 64 << 20),
        ("2K", 2 << 10),
        ("1.5GiB", 3 << 29),
        ("500kB", 500_000),
        ("1_000MB", 1_000_000_000),
        ("0.1 KiB", 102),
        ("3TB", 3_000_000_000_000),
    ] {
        assert_eq!(bytes(text), Ok(expected), "{text}");
    }
}

#[test]
fn sizes_that_are_none() {
    for (text, what) in [
        ("", "a number is missing"),
        ("MiB", "a number is missing"),
        ("-1MiB", "a number is missing"),
        ("12", "`12` has no unit"),
        ("12 apples", "unknown unit `apples`"),
        ("1.2.3MiB", "`1.2.3` is not a usable number"),
        ("20000000TiB", "more bytes than fit into 64 bits"),
        ("1MiB 2kB", "unknown unit `MiB 2kB`"),
    ] {
        let expected = format!(
            "{what} in the size \"{text}\"; write for example \"64MiB\", \"500kB\" or \"1.5GiB\""
        );
        assert_eq!(bytes(text), Err(expected));
    }
}

#[test]
fn limits() {
    for options in [
        "max_bytes = \"64MiB\", max_entry_bytes = 4_096",
        "max_bytes = LIMIT, max_entry_bytes = 64 << 10",
        "max_depth = 100, min_cost = \"250us\"",
        "max_depth = DEEP * 2, min_cost = limits::COST",
        "oom_protection = FLAG, max_bytes = 3",
        "budget = IMAGES, min_bytes = \"1MiB\", weight = 2",
        "budget = budgets::IMAGES, min_bytes = LEAST, weight = 0.5",
        "min_bytes = 1000, max_bytes = 1000, weight = WEIGHT * 2.0",
    ] {
        fine(options);
    }
    wrong(
        "max_bytes = 64MiB",
        "a size with a unit is a string: `max_bytes = \"64MiB\"`",
    );
    wrong(
        "max_entry_bytes = \"64\"",
        "`64` has no unit in the size \"64\"; write for example \"64MiB\", \"500kB\" or \"1.5GiB\"",
    );
    wrong(
        "max_bytes = -1",
        "`max_bytes` is a size with a unit, or a number of bytes: write `max_bytes = \"64MiB\"`",
    );
    wrong(
        "max_bytes = None",
        "`max_bytes` is a size with a unit, or a number of bytes: write `max_bytes = \"64MiB\"`",
    );
    wrong(
        "max_depth = \"deep\"",
        "`max_depth` is a count: write `max_depth = 100`",
    );
    wrong(
        "min_cost = 5ms",
        "a duration with a unit is a string: `min_cost = \"5ms\"`",
    );
    wrong(
        "min_cost = || cost()",
        "`min_cost` is a duration: write `min_cost = \"1ms\"`",
    );
}

#[test]
fn what_is_said_in_a_shared_budget() {
    for weight in ["0", "-1.0", "\"2\"", "2_u32", "1f32", "true", "|| 2.0"] {
        wrong(
            &format!("weight = {weight}"),
            "`weight` is a number above 0: write `weight = 2.0`",
        );
    }
    for budget in ["&IMAGES", "\"64MiB\"", "64", "MemoryBudget::new(64)"] {
        wrong(
            &format!("budget = {budget}"),
            "`budget` is the name of a `static` with a `MemoryBudget`: write `budget = IMAGES`",
        );
    }
    wrong(
        "min_bytes = \"2MiB\", max_bytes = \"1MiB\"",
        "`min_bytes` is what other caches leave to this one, so it cannot be more than `max_bytes`: \
         lower it",
    );
}

#[test]
fn a_bare_store_has_none() {
    for (option, name) in [
        ("max_bytes = 3", "max_bytes"),
        ("max_entry_bytes = 3", "max_entry_bytes"),
        ("max_depth = 3", "max_depth"),
        ("min_cost = 3", "min_cost"),
        ("budget = IMAGES", "budget"),
        ("min_bytes = 3", "min_bytes"),
        ("weight = 3", "weight"),
    ] {
        wrong(
            &format!("oom_protection = false, {option}"),
            &format!(
                "with `oom_protection = false` the bare store has no limits: remove `{name}`, or set \
                 `oom_protection = true`"
            ),
        );
    }
}
