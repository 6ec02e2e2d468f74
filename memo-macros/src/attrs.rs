//! Where each of the function's other attributes goes.

use proc_macro2::{Ident, TokenTree};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Meta, Token, parse_quote};

use crate::item::find;

/// The attributes of the function, by the items that get them.
#[derive(Default)]
pub(crate) struct Attributes {
    /// All of them, as they were written, but for further `#[memoize]`s.
    pub(crate) written: Vec<Attribute>,
    /// The function that callers see.
    pub(crate) visible: Vec<Attribute>,
    /// The function's body.
    pub(crate) body: Vec<Attribute>,
    /// The handle.
    pub(crate) handle: Vec<Attribute>,
    /// Further `#[memoize]`s.
    pub(crate) again: Vec<Attribute>,
}

impl Attributes {
    pub(crate) fn new(attrs: &[Attribute]) -> Self {
        let mut placed = Self::default();
        for attr in attrs {
            placed.place(attr);
        }
        let is_others = |attr: &&Attribute| !is_memoize(attr);
        placed.written = attrs.iter().filter(is_others).cloned().collect();
        placed
    }

    /// Whether callers can read about the function.
    pub(crate) fn have_docs(&self) -> bool {
        self.visible.iter().any(|attr| attr.path().is_ident("doc"))
    }

    /// Whether the function sees who calls it.
    pub(crate) fn tracks_caller(&self) -> bool {
        self.written.iter().any(|attr| is(attr, "track_caller"))
    }

    fn place(&mut self, attr: &Attribute) {
        let name = attr
            .path()
            .segments
            .last()
            .map(|last| last.ident.to_string());
        match name.as_deref().unwrap_or_default() {
            "memoize" => self.again.push(attr.clone()),
            "cfg" => {
                self.visible.push(attr.clone());
                self.handle.push(attr.clone());
            }
            "cfg_attr" => self.place_conditional(attr),
            // What a lint is allowed for, the handle repeats; it has nothing to warn of.
            "allow" => {
                self.visible.push(attr.clone());
                self.body.push(attr.clone());
                self.handle.push(attr.clone());
            }
            "expect" => self.place_expectation(attr),
            // A deprecated function may still call itself.
            "deprecated" => {
                self.visible.push(attr.clone());
                self.body.push(parse_quote!(#[allow(deprecated)]));
            }
            "warn" | "deny" | "forbid" | "inline" | "track_caller" | "target_feature" => {
                self.visible.push(attr.clone());
                self.body.push(attr.clone());
            }
            "cold" | "optimize" => self.body.push(attr.clone()),
            // `doc`, `must_use`, `no_mangle`, and attribute macros: for the function callers see.
            _ => self.visible.push(attr.clone()),
        }
    }

    /// `#[expect(a, b)]`: where the lint fires; elsewhere the expectation would be unfulfilled.
    fn place_expectation(&mut self, attr: &Attribute) {
        let metas = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        let Ok(metas) = metas else {
            return self.visible.push(attr.clone());
        };
        let (reason, lints): (Vec<Meta>, Vec<Meta>) = metas
            .into_iter()
            .partition(|meta| meta.path().is_ident("reason"));
        let (item, body): (Vec<Meta>, Vec<Meta>) = lints.into_iter().partition(is_about_the_item);
        let at = |level: &str, lints: &[Meta]| {
            let level = Ident::new(level, attr.path().span());
            let attr = parse_quote!(#[#level(#(#lints,)* #(#reason),*)]);
            (!lints.is_empty()).then_some(attr)
        };
        self.visible.extend(at("expect", &item));
        self.visible.extend(at("allow", &body));
        self.body.extend(at("expect", &body));
        self.handle.extend(at("allow", &item));
        self.handle.extend(at("allow", &body));
    }

    /// `#[cfg_attr(condition, a, b)]`: each attribute where it belongs, under its condition.
    fn place_conditional(&mut self, attr: &Attribute) {
        let metas = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        let Ok(metas) = metas else {
            return self.visible.push(attr.clone());
        };
        let mut metas = metas.into_iter();
        let Some(condition) = metas.next() else {
            return self.visible.push(attr.clone());
        };
        let mut inner = Self::default();
        for meta in metas {
            inner.place(&parse_quote!(#[#meta]));
        }
        let under = |attrs: Vec<Attribute>| {
            let condition = &condition;
            attrs.into_iter().map(move |attr| {
                let meta = attr.meta;
                parse_quote!(#[cfg_attr(#condition, #meta)])
            })
        };
        self.visible.extend(under(inner.visible));
        self.body.extend(under(inner.body));
        self.handle.extend(under(inner.handle));
        self.again.extend(inner.again);
    }
}

/// Lints that look at the name, the use and the documentation of a function, not into it.
const ABOUT_THE_ITEM: &[&str] = &[
    "dead_code",
    "missing_docs",
    "missing_errors_doc",
    "missing_panics_doc",
    "missing_safety_doc",
    "must_use_candidate",
    "non_snake_case",
    "private_bounds",
    "private_interfaces",
    "unreachable_pub",
];

fn is_about_the_item(lint: &Meta) -> bool {
    let last = lint.path().segments.last();
    last.is_some_and(|last| ABOUT_THE_ITEM.iter().any(|name| last.ident == name))
}

/// Whether it is one of ours.
pub(crate) fn is_memoize(attr: &Attribute) -> bool {
    let last = attr.path().segments.last();
    last.is_some_and(|last| last.ident == "memoize")
}

/// Whether an attribute is of this name, perhaps under a condition.
pub(crate) fn is(attr: &Attribute, name: &str) -> bool {
    let is_name = |tree: &TokenTree| matches!(tree, TokenTree::Ident(ident) if ident == name);
    let is_conditional = attr.path().is_ident("cfg_attr");
    attr.path().is_ident(name)
        || (is_conditional && find(attr.meta.to_token_stream(), &is_name).is_some())
}
