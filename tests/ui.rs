//! What `#[memoize]` accepts, and what it says to what it does not: a rule a file.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
    if cfg!(feature = "async") {
        cases.pass("tests/ui/async/pass/*.rs");
        cases.compile_fail("tests/ui/async/fail/*.rs");
    } else {
        cases.compile_fail("tests/ui/no_async/*.rs");
    }
}
