//! Snapshots of expansions: what they look like is part of what reviewers read.
//!
//! `UPDATE_EXPECT=1 cargo test -p memo-macros` writes them anew.

use expect_test::{ExpectFile, expect_file};

use super::pretty;

#[allow(
    clippy::needless_pass_by_value,
    reason = "reads better where it is called"
)]
fn snapshot(options: &str, item: &str, expected: ExpectFile) {
    expected.assert_eq(&pretty(options, item));
}

#[test]
fn plain() {
    snapshot(
        r#"maxsize = 1024, ttl = "5m""#,
        "/// How large it is.\npub fn area(w: u64, name: &str) -> u64 { compute(w, name) }",
        expect_file!["snapshots/plain.rs"],
    );
}

#[test]
fn no_arguments() {
    snapshot(
        "handle = false",
        "fn once() {}",
        expect_file!["snapshots/no_arguments.rs"],
    );
}

#[test]
fn borrowing_arguments() {
    snapshot(
        "",
        "fn find<'a, 'b>(place: (&'a str, Option<&Path>), names: &[&'b str], c: Cow<str>) -> u64 where 'a: 'b { 1 }",
        expect_file!["snapshots/borrowing_arguments.rs"],
    );
}

#[test]
fn own_key() {
    snapshot(
        "key(user = (user.id, user.name.as_str())), skip(log, verbose)",
        "fn load(user: &User, mut n: u32, (a, _): (u8, u8), log: &mut Vec<u8>, verbose: bool) -> R<u32> { 1 }",
        expect_file!["snapshots/own_key.rs"],
    );
}

#[test]
fn own_key_of_one_part() {
    snapshot(
        "key = user.id",
        "fn load(user: &User) -> u32 { 1 }",
        expect_file!["snapshots/own_key_of_one_part.rs"],
    );
}

#[test]
fn every_option() {
    snapshot(
        r#"maxsize = None, ttl = || settings().ttl, oom_protection = cfg!(feature = "safe"),
           cache_err = true, cache_if = is_good, name = "prices", tags("run", "user"),
           scope = thread, stats = false, handle = price_cache, crate = memo, floats = "bits",
           key = (at.0, name.trim())"#,
        "unsafe extern \"C\" fn price(at: (f64, u8), name: &str) -> Result<f64, Bad> { ask(name) }",
        expect_file!["snapshots/every_option.rs"],
    );
}

#[test]
fn floats() {
    snapshot(
        r#"floats = "bits""#,
        "fn mean(weight: f64, all: &[f32], pair: (Option<f64>, u8), id: &u64) -> f64 { 1.0 }",
        expect_file!["snapshots/floats.rs"],
    );
}

#[test]
fn attributes_go_where_they_belong() {
    snapshot(
        "",
        r#"
        #[cfg(unix)]
        #[deprecated]
        #[must_use]
        #[inline]
        #[cold]
        #[allow(unused_mut)]
        #[expect(unused_variables)]
        #[deny(unsafe_code)]
        #[cfg_attr(feature = "x", inline(never), doc = "more")]
        #[tracing::instrument]
        fn f(#[allow(unused)] _x: u32) -> u32 { 1 }
        "#,
        expect_file!["snapshots/attributes.rs"],
    );
}

#[test]
fn more_arguments_than_a_tuple_has_parts() {
    let args: Vec<String> = (0..14).map(|n| format!("a{n}: u8")).collect();
    let text = pretty("", &format!("fn f({}) -> u8 {{ 1 }}", args.join(", ")));
    let parts = text.matches("KeyProbe(").count();
    assert_eq!(parts, 14, "{text}");
}

#[test]
fn raw_names() {
    let text = pretty("handle = false", "fn r#match(r#type: u8) -> u8 { 1 }");
    assert!(text.contains("name[__memo_match]"), "{text}");
    assert!(text.contains("\"::\", \"match\")"), "{text}");
}

#[test]
fn a_lifetime_of_ours_meets_none_of_the_users() {
    let text = pretty("", "fn f<'k>(a: &'k str, b: u8) -> u8 { 1 }");
    assert!(text.contains("lookup['k_, 'k,]"), "{text}");
    let text = pretty("", "fn f<'a>(a: &'a str) -> u8 { 1 }");
    assert!(
        text.contains("lookup['a,]"),
        "an unused lifetime would be a warning: {text}"
    );
}

#[test]
fn undocumented_public_functions_stay_so() {
    let has_docs = |item: &str| pretty("", item).contains("# Cache control");
    assert!(has_docs("/// Docs.\npub fn f() {}"));
    assert!(has_docs("fn f() {}"));
    assert!(!has_docs("pub fn f() {}"), "`missing_docs` has to see that");
}
