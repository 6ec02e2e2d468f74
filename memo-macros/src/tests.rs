//! Tests over tokens: what the attribute expands to, and what it complains about.
//!
//! Whether expansions compile, and where the compiler shows the errors, the UI tests of the facade
//! tell.

mod budget;
mod code;
mod duration;
mod expansion;
mod freshness;
mod limits;
mod options;
mod policy;
mod protection;
mod refusals;
mod timeouts;

use proc_macro2::TokenStream;

/// The expansion as source text.
fn pretty(options: &str, item: &str) -> String {
    let expanded = expand(options, item);
    let file = syn::parse2(expanded.clone())
        .unwrap_or_else(|error| panic!("no valid items: {error}\n{expanded}"));
    prettyplease::unparse(&file)
}

/// The messages of the errors, and whether the item came out as it went in.
fn complaints(options: &str, item: &str) -> Vec<String> {
    let expanded = expand(options, item);
    let written: TokenStream = item.parse().expect("tokens");
    let is_kept = expanded.to_string().starts_with(&written.to_string());
    assert!(is_kept, "the item comes out as it went in: {expanded}");
    let file: syn::File = syn::parse2(expanded).expect("items");
    let messages: Vec<String> = file.items.iter().filter_map(message).collect();
    assert!(!messages.is_empty(), "no complaint about {item}");
    messages
}

/// The only message.
fn complaint(options: &str, item: &str) -> String {
    let mut messages = complaints(options, item);
    assert_eq!(messages.len(), 1, "{messages:#?}");
    messages.remove(0)
}

fn expand(options: &str, item: &str) -> TokenStream {
    crate::expansion(
        options.parse().expect("tokens"),
        item.parse().expect("tokens"),
    )
}

/// The text of a `compile_error!`.
fn message(item: &syn::Item) -> Option<String> {
    let syn::Item::Macro(item) = item else {
        return None;
    };
    let is_error = item
        .mac
        .path
        .segments
        .last()
        .is_some_and(|last| last.ident == "compile_error");
    is_error.then(|| {
        item.mac
            .parse_body::<syn::LitStr>()
            .expect("a message")
            .value()
    })
}
