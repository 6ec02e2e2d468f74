//! What cannot be memoized: one sentence each, and the function stays.

use proc_macro2::TokenStream;

use super::complaint;

const CLOSURE: &str = "a closure is no key, as closures cannot be compared: leave it out of the \
                       key with `skip(g)`, or say what counts with `key(g = ..)`";
const BORROWED: &str = "a memoized function cannot return borrowed data: the cache outlives \
                            the call; return an owned type, `Arc<T>` or `&'static T`";

fn refused(item: &str, expected: &str) {
    assert_eq!(complaint("", item), expected);
}

#[test]
fn qualifiers() {
    refused(
        "const fn f(x: u32) -> u32 { x }",
        "a `const fn` cannot be memoized: a cache lives at run time; remove `const`, or keep the function and memoize a wrapper of it",
    );
    refused(
        "unsafe extern \"C\" fn f(x: u32, args: ...) -> u32 { x }",
        "a variadic function cannot be memoized: its arguments cannot be stored in a key; memoize a function with a fixed number of them",
    );
}

#[test]
fn async_functions_need_their_feature() {
    const NEEDS: &str = "an async function needs the feature `async` of memokit: `memokit = { version = \"..\", features = [\"async\"] }`";
    for item in [
        "async fn f(x: u32) -> u32 { x }",
        "fn f(x: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> { x }",
        "fn f(x: u32) -> impl Future<Output = u32> { x }",
    ] {
        if cfg!(feature = "async") {
            assert!(!super::pretty("", item).contains("compile_error"), "{item}");
        } else {
            refused(item, NEEDS);
        }
    }
}

#[test]
fn methods() {
    refused(
        "fn f(&mut self) -> u32 { self.0 }",
        "`&mut self` cannot be memoized: a cached answer would skip the change; take `&self`, memoize the part that only reads, or leave the object out with `skip(self)` if its change does not matter",
    );
    assert_eq!(
        complaint("field = memo", "fn f(x: u32) -> u32 { x }"),
        "`field` keeps results in a field of `self`, which this function does not have: remove `field`"
    );
    assert_eq!(
        complaint("field = memo, scope = thread", "fn f(&self) -> u32 { 1 }"),
        "with `field` the results belong to the object, whoever calls: remove `scope`"
    );
    assert_eq!(
        complaint("skip(self)", "fn f(x: u32) -> u32 { 1 }"),
        "this function has no `self`: remove it here"
    );
    let of_object = super::pretty("field = memo, key = n", "fn f(&self, n: u32) -> u32 { 1 }");
    assert!(!of_object.contains("compile_error"), "{of_object}");
    assert_eq!(
        complaint("key = n", "fn f(&self, n: u32) -> u32 { 1 }"),
        "argument `self` is not part of `key`: use it there, or leave it out on purpose with `skip(self)`"
    );
}

#[test]
fn blocks() {
    let block = |options: &str, functions: &str| {
        super::complaints(options, &format!("impl S {{ {functions} }}"))
    };
    assert_eq!(
        block("", "fn f(&self) -> u32 { 1 }"),
        ["there is nothing to memoize in this block: put `#[memoize]` on its functions, too"]
    );
    let errors = crate::expansion(
        "maxsize = 1".parse().expect("tokens"),
        "impl S { #[memoize(maxsze = 1)] fn f() {} #[memoize] fn g(&mut self) {} const A: u32 = 1; }"
            .parse()
            .expect("tokens"),
    );
    let text = errors.to_string();
    assert_eq!(text.matches("compile_error").count(), 3, "{text}");
    assert!(
        text.starts_with("impl S { fn f () { } fn g (& mut self) { } const A : u32 = 1 ; }"),
        "the block is kept, without what would be reported again: {text}"
    );
}

#[test]
fn an_item_with_its_own_self_is_fine() {
    let item = "fn f(x: u32) -> u32 { struct A; impl A { fn new() -> Self { Self } } enum E { B(Box<Self>) } x }";
    assert!(!crate::tests::pretty("", item).contains("compile_error"));
}

#[test]
fn closures() {
    refused("fn f(g: impl Fn(u32) -> u32) -> u32 { g(1) }", CLOSURE);
    refused("fn f(g: &impl FnOnce()) -> u32 { 1 }", CLOSURE);
    refused("fn f<G: Fn(u32) -> u32>(g: G) -> u32 { g(1) }", CLOSURE);
    refused("fn f<G>(g: &G) -> u32 where G: FnMut() { 1 }", CLOSURE);
    for item in [
        "fn f<G: Hash>(g: G) -> u32 { 1 }",
        "fn f<G, H>(g: G, h: H) -> G where G: Hash, Vec<H>: Fn() { 1 }",
    ] {
        assert!(!super::pretty("", item).contains("compile_error"), "{item}");
    }
}

#[test]
fn settings_that_depend_on_parameters() {
    let item = "fn f<T: 'static, const N: usize>(x: u32) -> u32 { x }";
    for (options, option, param) in [
        ("maxsize = N + 1", "maxsize", "N"),
        ("ttl = || time(size_of::<T>())", "ttl", "T"),
        ("ttl = T::TIME", "ttl", "T"),
        ("oom_protection = { N > 1 }", "oom_protection", "N"),
        ("max_bytes = N * 2", "max_bytes", "N"),
        ("max_entry_bytes = { N }", "max_entry_bytes", "N"),
        ("max_depth = N", "max_depth", "N"),
        ("min_cost = T::TIME", "min_cost", "T"),
        ("budget = T::BUDGET", "budget", "T"),
        ("min_bytes = N", "min_bytes", "N"),
        ("weight = T::WEIGHT", "weight", "T"),
        ("policy = own::Of::<T>", "policy", "T"),
    ] {
        let message = format!(
            "`{option}` is the same for all instantiations, so it cannot depend on `{param}`: \
             give it a value without"
        );
        assert_eq!(complaint(options, item), message);
    }
    for options in ["maxsize = limits::N", "cache_if = |_: &u32| N > 1"] {
        assert!(
            !super::pretty(options, item).contains("compile_error"),
            "{options}"
        );
    }
}

#[test]
fn results() {
    refused(
        "fn f(x: u32) -> ! { loop {} }",
        "a function that never returns has nothing to cache: remove `#[memoize]`",
    );
    refused(
        "fn f(x: u32) -> impl Iterator<Item = u32> { 0..x }",
        "`impl Trait` cannot be cached: the returned type has no name and need not be `Clone`; return a concrete type, `Arc<dyn Trait>` or `Arc<[T]>`",
    );
    assert_eq!(complaint("", "fn f(x: &str) -> &str { x }"), BORROWED);
    assert_eq!(
        complaint("", "fn f<'a>(x: &'a str) -> Option<Cow<'a, str>> { None }",),
        BORROWED
    );
    assert_eq!(
        complaint("", "fn f(x: &str) -> Cow<str> { x.into() }"),
        BORROWED
    );
    assert_eq!(
        complaint("", "fn f(x: u32) -> Box<dyn Debug + '_> { x }"),
        BORROWED
    );
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
    refused(
        "fn f(log: &mut Vec<u32>) -> u32 { 1 }",
        "`&mut` arguments cannot be memoized: a cached answer would skip the change; return the new value instead, or leave the argument out with `skip(log)` if its change does not matter",
    );
    refused(
        "fn f(log: Option<&mut u32>) -> u32 { 1 }",
        "`&mut` arguments cannot be memoized: a cached answer would skip the change; return the new value instead, or leave the argument out with `skip(log)` if its change does not matter",
    );
    refused(
        "fn f(p: *const u8) -> u32 { 1 }",
        "a raw pointer is no key, the same address may hold another value later: say what counts with `key(p = ..)`, or leave the argument out with `skip(p)`",
    );
    refused(
        "fn f(g: fn(u32) -> u32) -> u32 { 1 }",
        "a function pointer is no key, equal functions may differ in address: say what counts with `key(g = ..)`, or leave the argument out with `skip(g)`",
    );
    refused(
        "fn f(d: Box<dyn Debug>) -> u32 { 1 }",
        "a `dyn` value cannot be hashed and compared: say what counts with `key(d = ..)`, or leave the argument out with `skip(d)`",
    );
    refused(
        "fn f(x: f64) -> u32 { 1 }",
        r#"floats are not `Eq`: compare them by their bits with `floats = "bits"`, or say what counts with `key(x = ..)`, or leave the argument out with `skip(x)`"#,
    );
    refused(
        "fn f(x: Option<(u8, Vec<f32>)>) -> u32 { 1 }",
        r#"floats are not `Eq`: compare them by their bits with `floats = "bits"`, or say what counts with `key(x = ..)`, or leave the argument out with `skip(x)`"#,
    );
    refused(
        "fn f(#[cfg(unix)] x: u32) -> u32 { 1 }",
        "an argument of a memoized function cannot depend on `#[cfg]`: write the function twice, each under its own `#[cfg]`",
    );
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
fn floats_out_of_reach() {
    let with = |ty: &str| format!("fn f(x: {ty}) -> u32 {{ 1 }}");
    for ty in [
        "f64",
        "&[f32]",
        "(u8, Option<&Vec<[f64; 2]>>)",
        "Option<Box<[f32]>>",
    ] {
        assert!(
            !super::pretty("floats = \"bits\"", &with(ty)).contains("compile_error"),
            "{ty}"
        );
    }
    for ty in [
        "Box<f64>",
        "Vec<(f64, u8)>",
        "Arc<[f32]>",
        "Option<Cow<[f64]>>",
    ] {
        assert_eq!(
            complaint("floats = \"bits\"", &with(ty)),
            "`floats = \"bits\"` reaches into options, tuples, arrays, slices and vectors only: say what \
             counts with `key(x = ..)`, or leave the argument out with `skip(x)`"
        );
    }
}

#[test]
fn names_and_attributes() {
    refused(
        "fn str(x: u32) -> u32 { x }",
        "the handle `str` would hide the primitive type `str`: give it another name, `#[memoize(handle = str_cache)]`",
    );
    refused(
        "#[memoize(maxsize = 1)] fn f(x: u32) -> u32 { x }",
        "`#[memoize]` is given twice: remove one, and put all options in the other",
    );
    refused(
        "#[target_feature(enable = \"avx\")] fn f(x: u32) -> u32 { x }",
        "a safe function with `#[target_feature]` cannot be memoized: memoize a function without it, which checks for the feature and calls this one",
    );
    assert!(!super::pretty("handle = str_cache", "fn str(x: u32) {}").contains("compile_error"));
}

#[test]
fn other_items() {
    refused(
        "struct S;",
        "`#[memoize]` goes on a function with a body, not on a struct",
    );
    refused(
        "enum E {}",
        "`#[memoize]` goes on a function with a body, not on an enum",
    );
    refused(
        "mod m {}",
        "`#[memoize]` goes on a function with a body, not on a module",
    );
    refused(
        "trait T {}",
        "`#[memoize]` goes on a function with a body, not on a trait; put it on the functions in it that have a body",
    );
    refused(
        "static X: u32 = 1;",
        "`#[memoize]` goes on a function with a body, not on a constant; for a value that is computed once, memoize a function without arguments",
    );
    refused(
        "extern \"C\" { fn f(x: u32) -> u32; }",
        "`#[memoize]` goes on a function with a body, not on an `extern` block; memoize a function that calls the foreign one",
    );
    refused(
        "type A = u32;",
        "`#[memoize]` goes on a function with a body",
    );
}

#[test]
fn a_declaration_in_a_trait() {
    let errors = crate::expansion(
        TokenStream::new(),
        "fn f(&self) -> u32;".parse().expect("tokens"),
    );
    let text = errors.to_string();
    assert!(
        text.starts_with("fn f (& self) -> u32 ;"),
        "the item is kept: {text}"
    );
    assert!(
        text.contains("a function with a body, not on a declaration"),
        "{text}"
    );
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let messages = super::complaints(
        "",
        "const fn f<T>(a: *const T, b: &mut u8, c: f64, g: impl Fn()) -> &str { x }",
    );
    assert_eq!(messages.len(), 6, "{messages:#?}");
}
