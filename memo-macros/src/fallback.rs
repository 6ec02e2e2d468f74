//! What comes out when something is wrong: the item as it was, and the errors.
//!
//! The item stays, so that nothing else in the crate loses it and reports errors of its own.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Item, TraitItemFn};

use crate::errors::Errors;

pub(crate) fn with_errors(item: &TokenStream, errors: Errors) -> TokenStream {
    let errors = errors.into_tokens();
    quote!(#item #errors)
}

/// Says why the attribute cannot stand on an item that is no function with a body.
pub(crate) fn not_a_function(item: &TokenStream, errors: &mut Errors) {
    let first = item.clone().into_iter().next();
    let span = first.map_or_else(Span::call_site, |tree| tree.span());
    let instead = kind(item)
        .map(|kind| format!(", not on {kind}"))
        .unwrap_or_default();
    let message = format!("`#[memoize]` goes on a function with a body{instead}");
    errors.push(syn::Error::new(span, message));
}

fn kind(item: &TokenStream) -> Option<&'static str> {
    if syn::parse2::<TraitItemFn>(item.clone()).is_ok() {
        return Some("a declaration without one; put it on the functions that implement it");
    }
    Some(match syn::parse2::<Item>(item.clone()).ok()? {
        Item::Trait(_) => "a trait; put it on the functions in it that have a body",
        Item::Struct(_) => "a struct",
        Item::Enum(_) => "an enum",
        Item::Mod(_) => "a module",
        Item::Const(_) | Item::Static(_) => {
            "a constant; for a value that is computed once, memoize a function without arguments"
        }
        Item::ForeignMod(_) => "an `extern` block; memoize a function that calls the foreign one",
        Item::Macro(_) => "a macro; put it on the function inside",
        _ => return None,
    })
}
