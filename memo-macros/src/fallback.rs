//! What comes out when something is wrong: the item as it was, and the errors.
//!
//! The item stays, so that nothing else in the crate loses it and reports errors of its own.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;
use syn::{Item, TraitItemFn};

use crate::errors::Errors;

pub(crate) fn with_errors(item: &TokenStream, errors: Errors) -> TokenStream {
    let errors = errors.into_tokens();
    quote!(#item #errors)
}

/// Says why the attribute cannot stand on an item that is no function with a body.
pub(crate) fn not_a_function(item: &TokenStream, errors: &mut Errors) {
    let kind = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Impl(_)) => {
            "an `impl` block; methods are not supported yet: memoize a free function and call it \
             from the method"
        }
        Ok(Item::Trait(_)) => "a trait",
        Ok(Item::Struct(_)) => "a struct",
        Ok(Item::Enum(_)) => "an enum",
        Ok(Item::Mod(_)) => "a module",
        Ok(Item::Const(_) | Item::Static(_)) => {
            "a constant; for a value that is computed once, memoize a function without arguments"
        }
        Ok(Item::ForeignMod(_)) => {
            "an `extern` block; memoize a function that calls the foreign one"
        }
        Ok(Item::Macro(_)) => "a macro; put it on the function inside",
        _ if syn::parse2::<TraitItemFn>(item.clone()).is_ok() => {
            "a declaration without a body; memoize a free function and call it from the methods of \
             the `impl`"
        }
        _ => "this",
    };
    let place = item
        .clone()
        .into_iter()
        .next()
        .as_ref()
        .map_or_else(Span::call_site, TokenTree::span);
    let message = format!("`#[memoize]` goes on a function with a body, not on {kind}");
    errors.push(syn::Error::new(place, message));
}
