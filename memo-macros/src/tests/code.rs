//! Which code is the same.

use super::pretty;

/// The number of a function, in its expansion.
fn version(options: &str, item: &str) -> String {
    let text: String = pretty(options, item).split_whitespace().collect();
    let after = text.split("code_version(").nth(1);
    let number = after.and_then(|after| after.split(')').next());
    number.unwrap_or_else(|| panic!("{text}")).to_owned()
}

const FUNCTION: &str = "fn f(a: u32, b: u32) -> u32 { if a & b == 0 { a } else { g(&[a, b]) } }";

#[test]
fn layout_docs_and_limits_are_no_part_of_it() {
    let first = version("", FUNCTION);
    let same = [
        "/// Docs.\n#[must_use] fn f(a: u32, b: u32) -> u32 {\n // a comment\n if a & b == 0 { a } else { g(&[a, b]) } }",
        "pub fn f(a:u32,b:u32)->u32{#![doc = \"inside\"] if a & b==0{a}else{g(&[a,b])}}",
        "fn f(a: u32, b: u32) -> u32 { /** docs */ if a & b == 0 { a } else { g(&[a, b]) } }",
    ];
    for item in same {
        assert_eq!(version("", item), first, "{item}");
    }
    for options in [
        "maxsize = 7",
        "ttl = 5, tags(\"x\")",
        "handle = h, name = \"n\"",
    ] {
        assert_eq!(version(options, FUNCTION), first, "{options}");
    }
}

#[test]
fn all_else_is() {
    let functions = [
        FUNCTION,
        "fn f(a: u32, b: u32) -> u32 { if a && b == 0 { a } else { g(&[a, b]) } }",
        "fn f(a: u32, b: u32) -> u32 { if a & b == 1 { a } else { g(&[a, b]) } }",
        "fn f(a: u32, b: u32) -> u32 { if a & b == 0 { a } else { g(&(a, b)) } }",
        "fn f(a: u32, b: u32) -> u32 { if a & b == 0 { a } else { g(&[ab]) } }",
        "fn f(a: u32, b: u64) -> u32 { if a & b == 0 { a } else { g(&[a, b]) } }",
        "fn f(b: u32, a: u32) -> u32 { if a & b == 0 { a } else { g(&[a, b]) } }",
    ];
    let options = [
        "version = 2",
        "version = \"2\"",
        "skip(a)",
        "skip(b)",
        "key = (a, b)",
        "key(a = a)",
        "key(a = b)",
        "cache_if = |r: &u32| *r > 0",
        "floats = \"bits\"",
    ];
    let functions = functions.map(|item| version("", item));
    let options = options.map(|options| version(options, FUNCTION));
    let all: Vec<String> = functions.into_iter().chain(options).collect();
    for (n, one) in all.iter().enumerate() {
        assert_eq!(all.iter().position(|other| other == one), Some(n), "{n}");
    }
}
