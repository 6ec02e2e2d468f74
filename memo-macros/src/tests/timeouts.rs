//! Options that say how long calls of async functions wait.

use super::complaint;
#[cfg(feature = "async")]
use super::{complaints, pretty};

#[cfg(feature = "async")]
const TASK: &str = "async fn f(a: u32) -> Result<u32, Failed> { Ok(a) }";

#[test]
fn threads_cannot_leave_what_they_compute() {
    let function = "fn f(a: u32) -> Result<u32, Failed> { Ok(a) }";
    assert_eq!(
        complaint("hard_timeout = 2", function),
        "`hard_timeout` is for async functions: a thread cannot leave what it computes; remove it, or make the \
         function `async`"
    );
}

#[cfg(feature = "async")]
#[test]
fn what_can_be_said() {
    for options in [
        "hard_timeout = 0.5",
        "hard_timeout = LIMIT, maxsize = None",
        "ttl = 60, stale_if_error = 60, soft_timeout = \"200ms\"",
        "ttl = 60, stale_while_revalidate = 60, soft_timeout = SOON",
        "ttl = 60, stale_if_error = 60, soft_timeout = 1, hard_timeout = 1.5, refresh_ahead = 0.5",
        "ttl = 60, stale_if_error = 60, hard_timeout = SOON, soft_timeout = LATER",
    ] {
        let text = pretty(options, TASK);
        assert!(!text.contains("compile_error"), "{options}: {text}");
    }
}

#[cfg(feature = "async")]
#[test]
fn what_makes_no_sense() {
    for (options, expected) in [
        (
            "hard_timeout = \"0s\"",
            "`hard_timeout` is a time to wait, so it must be more than zero: write `hard_timeout = \"2s\"`",
        ),
        (
            "ttl = 60, stale_if_error = 60, soft_timeout = 0.0",
            "`soft_timeout` is a time to wait, so it must be more than zero: write `soft_timeout = \"200ms\"`",
        ),
        (
            "ttl = 60, keep_expired = 60, soft_timeout = 1",
            "`soft_timeout` hands out an older result, and none is kept: add `stale_if_error = \"1h\"`, say",
        ),
        (
            "ttl = 60, stale_if_error = 60, soft_timeout = \"2s\", hard_timeout = 2",
            "`soft_timeout` has to be less than `hard_timeout`: after that a call does not wait any more",
        ),
        (
            "hard_timeout = 1, scope = thread",
            "`hard_timeout` computes on another thread, which cannot reach a cache with `scope = thread`: remove \
             one of the two",
        ),
        (
            "hard_timeout = 2s",
            "a duration with a unit is a string: `hard_timeout = \"2s\"`",
        ),
        (
            "hard_timeout",
            "`hard_timeout` needs a value: write `hard_timeout = \"2s\"`",
        ),
        (
            "hard_timeout = || LIMIT",
            "`hard_timeout` is a duration: write `hard_timeout = \"2s\"`",
        ),
    ] {
        assert_eq!(complaint(options, TASK), expected, "{options}");
    }
}

#[cfg(feature = "async")]
#[test]
fn functions_that_cannot_go_on_without_their_callers() {
    for (function, expected) in [
        (
            "async fn f(&self, a: u32) -> Result<u32, Failed> { Ok(a) }",
            "`hard_timeout` is for functions outside of an `impl`",
        ),
        (
            "async unsafe fn f(a: u32) -> Result<u32, Failed> { Ok(a) }",
            "`hard_timeout` calls the function again by itself",
        ),
        (
            "async fn f(a: Option<&str>) -> Result<u32, Failed> { Ok(1) }",
            "with `hard_timeout` the function is called again later, so an argument is owned",
        ),
    ] {
        let found = complaints("hard_timeout = 2", function);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(expected), "{found:?}");
    }
    let bulk = "async fn f(ids: &[u32]) -> Result<Vec<u32>, Failed> { Ok(ids.to_vec()) }";
    assert_eq!(
        complaint("hard_timeout = 2, bulk", bulk),
        "`hard_timeout` is not for functions over many keys: remove it, or `bulk`"
    );
}
