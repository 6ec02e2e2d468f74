//! What cannot be memoized: one sentence each, and the function stays.

use expect_test::{Expect, expect};

use super::complaint;

#[allow(
    clippy::needless_pass_by_value,
    reason = "reads better where it is called"
)]
fn refused(item: &str, expected: Expect) {
    expected.assert_eq(&complaint("", item));
}

#[test]
fn qualifiers() {
    refused("const fn f(x: u32) -> u32 { x }", expect!["a `const fn` cannot be memoized: a cache lives at run time; remove `const`, or keep the function and memoize a wrapper of it"]);
    refused("async fn f(x: u32) -> u32 { x }", expect!["`async` functions are not supported yet: memoize the synchronous part and call it from the async function"]);
    refused(
        "unsafe extern \"C\" fn f(x: u32, args: ...) -> u32 { x }",
        expect!["a variadic function cannot be memoized: its arguments cannot be stored in a key; memoize a function with a fixed number of them"],
    );
}

#[test]
fn methods() {
    let method = expect!["methods and associated functions are not supported yet: memoize a free function and call it from here"hods and associated functions are not supported yet: memoize a free function and call it from here"hods and associated functions are not supported yet: memoize a free function and call it from here"];
    method.assert_eq(&complaint("", "fn f(&self) -> u32 { self.0 }"));
    method.assert_eq(&complaint("", "fn f(x: u32) -> Self { Thing(x) }"));
    method.assert_eq(&complaint("", "fn f(x: u32) -> u32 { Self::double(x) }"));
    method.assert_eq(&complaint("skip(self)", "fn f(&self) -> u32 { 1 }"));
}

#[test]
fn an_item_with_its_own_self_is_fine() {
    let item = "fn f(x: u32) -> u32 { struct A; impl A { fn new() -> Self { Self } } enum E { B(Box<Self>) } x }";
    assert!(!crate::tests::pretty("", item).contains("compile_error"));
}

#[test]
fn generics() {
    refused("fn f<T: Into<u32>>(x: u32) -> u32 { x }", expect![[""]]);
    refused("fn f<const N: usize>(x: u32) -> u32 { x }", expect![[""]]);
    refused("fn f(x: u32) -> u32 where u32: Copy { x }", expect![[""]]);
    refused("fn f(x: impl Into<u32>) -> u32 { x.into() }", expect![[""]]);
    refused(
        "fn f(g: impl Fn(u32) -> u32) -> u32 { g(1) }",
        expect![[""]],
    );
}

#[test]
fn results() {
    refused("fn f(x: u32) -> ! { loop {} }", expect!["a function that never returns has nothing to cache: remove `#[memoize]`"]);
    refused(
        "fn f(x: u32) -> impl Iterator<Item = u32> { 0..x }",
        expect!["`impl Trait` cannot be cached: the returned type has no name and need not be `Clone`; return a concrete type, `Arc<dyn Trait>` or `Arc<[T]>`"],
    );
    let borrowed = expect!["a memoized function cannot return borrowed data: the cache outlives the call; return an owned type, `Arc<T>` or `&'static T`"];
    borrowed.assert_eq(&complaint("", "fn f(x: &str) -> &str { x }"));
    borrowed.assert_eq(&complaint(
        "",
        "fn f<'a>(x: &'a str) -> Option<Cow<'a, str>> { None }",
    ));
    borrowed.assert_eq(&complaint("", "fn f(x: &str) -> Cow<str> { x.into() }"));
    borrowed.assert_eq(&complaint("", "fn f(x: u32) -> Box<dyn Debug + '_> { x }"));
}

#[test]
fn what_only_looks_borrowed_is_fine() {
    for returns in [
        "&'static str",
        "Box<dyn Fn(&str) -> u32>",
        "fn(&str) -> &str",
        "Arc<dyn for<'a> T<'a>>",
    ] {
        let item = format!("fn f(x: u32) -> {returns} {{ x }}");
        assert!(
            !super::pretty("", &item).contains("compile_error"),
            "{returns}"
        );
    }
}

#[test]
fn arguments() {
    refused("fn f(log: &mut Vec<u32>) -> u32 { 1 }", expect!["`&mut` arguments cannot be memoized: a cached answer would skip the change; return the new value instead, or leave the argument out with `skip(log)` if its change does not matter"]);
    refused("fn f(log: Option<&mut u32>) -> u32 { 1 }", expect![[""]]);
    refused("fn f(p: *const u8) -> u32 { 1 }", expect![[""]]);
    refused("fn f(g: fn(u32) -> u32) -> u32 { 1 }", expect![[""]]);
    refused("fn f(d: Box<dyn Debug>) -> u32 { 1 }", expect![[""]]);
    refused("fn f(x: f64) -> u32 { 1 }", expect![[""]]);
    refused(
        "fn f(x: Option<(u8, Vec<f32>)>) -> u32 { 1 }",
        expect![[""]],
    );
    refused("fn f(#[cfg(unix)] x: u32) -> u32 { 1 }", expect![[""]]);
}

#[test]
fn arguments_outside_the_key_may_be_anything() {
    let item = "fn f(a: &mut Vec<u32>, p: *const u8, g: fn(u32) -> u32, d: &dyn Debug, x: f64, n: u8) -> u32 { 1 }";
    let parts = "skip(a, g), key(p = p.addr(), d = d.to_string(), x = x.to_bits())";
    for options in ["skip(a, p, g, d, x)", "key = n, skip(a, p, g, d, x)", parts] {
        assert!(
            !super::pretty(options, item).contains("compile_error"),
            "{options}"
        );
    }
}

#[test]
fn floats_hidden_in_other_types_are_for_the_compiler() {
    let item = "fn f(x: OrderedFloat<f64>, p: Point<f32>) -> u32 { 1 }";
    assert!(!super::pretty("", item).contains("compile_error"));
}

#[test]
fn names_and_attributes() {
    refused("fn str(x: u32) -> u32 { x }", expect!["the handle `str` would hide the primitive type `str`: give it another name, `#[memoize(handle = str_cache)]`"]);
    refused(
        "#[memoize(maxsize = 1)] fn f(x: u32) -> u32 { x }",
        expect!["`#[memoize]` is given twice: remove one, and put all options in the other"],
    );
    refused(
        "#[target_feature(enable = \"avx\")] fn f(x: u32) -> u32 { x }",
        expect!["a safe function with `#[target_feature]` cannot be memoized: memoize a function without it, which checks for the feature and calls this one"],
    );
    assert!(!super::pretty("handle = str_cache", "fn str(x: u32) {}").contains("compile_error"));
}

#[test]
fn other_items() {
    refused("struct S;", expect!["`#[memoize]` goes on a function with a body, not on a struct"]);
    refused("enum E {}", expect!["`#[memoize]` goes on a function with a body, not on an enum"]);
    refused("mod m {}", expect!["`#[memoize]` goes on a function with a body, not on a module"]);
    refused("trait T {}", expect!["`#[memoize]` goes on a function with a body, not on a trait"]);
    refused("static X: u32 = 1;", expect!["`#[memoize]` goes on a function with a body, not on a constant; for a value that is computed once, memoize a function without arguments"]);
    refused("impl S { fn f(&self) -> u32 { 1 } }", expect!["`#[memoize]` goes on a function with a body, not on an `impl` block; methods are not supported yet: memoize a free function and call it from the method"]);
    refused("extern \"C\" { fn f(x: u32) -> u32; }", expect!["`#[memoize]` goes on a function with a body, not on an `extern` block; memoize a function that calls the foreign one"]);
    refused("type A = u32;", expect!["`#[memoize]` goes on a function with a body, not on this"]);
}

#[test]
fn a_declaration_in_a_trait() {
    let errors = crate::expansion(
        Default::default(),
        "fn f(&self) -> u32;".parse().expect("tokens"),
    );
    let text = errors.to_string();
    assert!(
        text.starts_with("fn f (& self) -> u32 ;"),
        "the item is kept: {text}"
    );
    assert!(text.contains("a declaration without a body"), "{text}");
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let messages = super::complaints(
        "",
        "const async fn f<T>(a: *const T, b: &mut u8, c: f64) -> &str { x }",
    );
    assert_eq!(messages.len(), 7, "{messages:#?}");
}
