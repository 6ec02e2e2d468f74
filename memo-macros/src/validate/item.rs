//! Rules about the kind of function.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, Lifetime, WherePredicate};

use crate::attrs;
use crate::errors::Errors;
use crate::hygiene;
use crate::model::Model;
use crate::signature::generic_params;
use crate::types;

pub(super) fn once(model: &Model, errors: &mut Errors) {
    for again in &model.attributes.again {
        errors.at(
            again,
            "`#[memoize]` is given twice: remove one, and put all options in the other",
        );
    }
}

pub(super) fn qualifiers(model: &Model, errors: &mut Errors) {
    let sig = &model.signature.written;
    if let Some(token) = &sig.constness {
        errors.at(
            token,
            "a `const fn` cannot be memoized: a cache lives at run time; remove `const`, or keep \
             the function and memoize a wrapper of it",
        );
    }
    if let Some(token) = &sig.asyncness {
        errors.at(
            token,
            "`async` functions are not supported yet: memoize the synchronous part and call it \
             from the async function",
        );
    }
    if let Some(variadic) = &sig.variadic {
        errors.at(
            variadic,
            "a variadic function cannot be memoized: its arguments cannot be stored in a key; \
             memoize a function with a fixed number of them",
        );
    }
}

pub(super) fn free_function(model: &Model, errors: &mut Errors) {
    const METHOD: &str = "methods and associated functions are not supported yet: memoize a free \
                          function and call it from here";
    let sig = &model.signature.written;
    if let Some(receiver) = sig.receiver() {
        errors.at(receiver, METHOD);
    } else if let Some(token) =
        find_self(sig.to_token_stream()).or_else(|| find_self(model.body.stream()))
    {
        errors.at(token, METHOD);
    }
}

/// `Self`, except in items of the body that have their own.
fn find_self(tokens: TokenStream) -> Option<TokenTree> {
    let mut trees = tokens.into_iter();
    while let Some(tree) = trees.next() {
        match &tree {
            TokenTree::Ident(ident) if ident == "Self" => return Some(tree),
            TokenTree::Ident(ident) if SELF_ITEMS.iter().any(|keyword| ident == keyword) => {
                let mut ahead = trees.clone();
                if ahead
                    .find(ends_item)
                    .is_some_and(|end| matches!(end, TokenTree::Group(_)))
                {
                    trees = ahead;
                }
            }
            TokenTree::Group(group) => {
                if let Some(found) = find_self(group.stream()) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}

const SELF_ITEMS: &[&str] = &["impl", "trait", "struct", "enum", "union"];

/// The braces of an item. `impl Trait` in a signature has a comma, an arrow's `-` or `=` first.
fn ends_item(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Punct(punct) => matches!(punct.as_char(), ',' | ';' | '='),
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    }
}

pub(super) fn not_generic(model: &Model, errors: &mut Errors) {
    let sig = &model.signature.written;
    for param in generic_params(sig) {
        errors.at(
            param,
            "generic functions are not supported yet: memoize a function without type and const \
             parameters, one for each type in use",
        );
    }
    let predicates = sig
        .generics
        .where_clause
        .iter()
        .flat_map(|clause| &clause.predicates);
    if generic_params(sig).next().is_some() {
        return;
    }
    for predicate in predicates {
        if !matches!(predicate, WherePredicate::Lifetime(_)) {
            errors.at(
                predicate,
                "conditions on types are not supported yet: without type parameters this one can \
                 be left out",
            );
        }
    }
}

/// The compiler would report it once more for each function of the handle.
pub(super) fn declared_lifetimes(model: &Model, errors: &mut Errors) {
    let signature = &model.signature;
    let types = signature.args.iter().map(|arg| &arg.ty);
    let mut named = Vec::new();
    for ty in types.chain([&signature.returns]) {
        named.extend(types::lifetimes(ty));
    }
    let declared = &signature.lifetimes;
    let from_nowhere = |name: &&Lifetime| !declared.iter().any(|known| known.lifetime == **name);
    if let Some(name) = named.iter().find(from_nowhere) {
        let function = &signature.written.ident;
        let message = format!(
            "lifetime `{name}` is not a parameter of this function: declare it with \
             `fn {function}<{name}>(..)`"
        );
        errors.at(name, message);
    }
}

/// The handle's functions do not have the feature, so they could not call the body.
pub(super) fn target_feature(model: &Model, errors: &mut Errors) {
    if model.is_unsafe() {
        return;
    }
    let visible = model.attributes.visible.iter();
    for attr in visible.filter(|attr| attrs::is(attr, "target_feature")) {
        errors.at(
            attr,
            "a safe function with `#[target_feature]` cannot be memoized: memoize a function \
             without it, which checks for the feature and calls this one",
        );
    }
}

pub(super) fn conditional_arguments(model: &Model, errors: &mut Errors) {
    for input in &model.signature.written.inputs {
        let FnArg::Typed(input) = input else { continue };
        for attr in input
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident("cfg"))
        {
            errors.at(
                attr,
                "an argument of a memoized function cannot depend on `#[cfg]`: write the function \
                 twice, each under its own `#[cfg]`",
            );
        }
    }
}

pub(super) fn handle_name(model: &Model, errors: &mut Errors) {
    let handle = model.handle();
    if hygiene::is_primitive(&handle) {
        let message = format!(
            "the handle `{handle}` would hide the primitive type `{handle}`: give it another name, \
             `#[memoize(handle = {handle}_cache)]`"
        );
        errors.at(handle, message);
    }
}
