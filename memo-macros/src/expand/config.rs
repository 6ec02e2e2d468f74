//! The options as a constant: a chain of setters that have the options' names, with the spans of
//! the attribute, so that the compiler checks each value where it is written.

use std::time::Duration;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Expr;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::code;
use crate::model::Model;
use crate::options::{Bytes, Given, Jitter, Maxsize, Policy, Protection, Span, Ttl};

/// `Config::new(..)` with a setter for each option that was given.
pub(super) fn config(model: &Model<'_>, runtime: &TokenStream) -> TokenStream {
    let options = &model.options;
    let name = options.name.as_ref().map_or_else(
        || {
            let name = model.signature.written.ident.unraw().to_string();
            quote!(::core::concat!(::core::module_path!(), "::", #name))
        },
        |given| given.value.to_token_stream(),
    );
    // A method is listed under its type, whose name is known when the program runs.
    let method = (!model.is_free() && options.name.is_none()).then(|| {
        let name = model.signature.written.ident.unraw().to_string();
        quote!(.method(#name))
    });
    let setters = [
        method,
        options.maxsize.as_ref().map(maxsize),
        options.max_bytes.as_ref().map(bytes),
        options.max_entry_bytes.as_ref().map(bytes),
        (options.max_depth.as_ref())
            .map(|given| setter(&given.key, &given.value.to_token_stream())),
        options.min_cost.as_ref().map(span),
        options.budget.as_ref().map(|given| {
            let budget = &given.value;
            setter(&given.key, &quote_spanned!(budget.span()=> &#budget))
        }),
        options.min_bytes.as_ref().map(bytes),
        (options.weight.as_ref()).map(|given| setter(&given.key, &given.value.to_token_stream())),
        options.policy.as_ref().map(|given| policy(given, runtime)),
        options.ttl.as_ref().map(ttl),
        options.tti.as_ref().map(ttl),
        options.jitter.as_ref().map(jitter),
        (options.refresh_ahead.as_ref())
            .map(|given| setter(&given.key, &given.value.to_token_stream())),
        (options.early.as_ref()).map(|given| setter(&given.key, &given.value.to_token_stream())),
        options.stale_while_revalidate.as_ref().map(span),
        options.adaptive_ttl.as_ref().map(|given| {
            let (least, most) = given.value;
            let between = [least, most].map(|limit| duration(limit, given.key.span()));
            setter(&given.key, &quote!(#(#between),*))
        }),
        options.stale_if_error.as_ref().map(span),
        options.keep_expired.as_ref().map(span),
        options.soft_timeout.as_ref().map(span),
        options.hard_timeout.as_ref().map(span),
        options.tags.as_ref().map(|given| {
            let tags = &given.value;
            setter(&given.key, &quote!(&[#(#tags),*]))
        }),
        options.stats.as_ref().map(|given| {
            let stats = given.value;
            setter(&given.key, &quote!(#stats))
        }),
        (options.entry_stats.as_ref()).map(|given| setter(&given.key, &TokenStream::new())),
        Some(code_version(model)),
    ];
    let setters = setters.into_iter().flatten();
    quote!(#runtime::Config::new(#name, ::core::file!(), ::core::line!()) #(#setters)*)
}

/// Tells the code's results from those of other code.
fn code_version(model: &Model<'_>) -> TokenStream {
    let version = Literal::u64_unsuffixed(code::version(model));
    quote!(.code_version(#version))
}

fn setter(key: &Ident, value: &TokenStream) -> TokenStream {
    quote_spanned!(key.span()=> .#key(#value))
}

fn maxsize(given: &Given<Maxsize>) -> TokenStream {
    match &given.value {
        Maxsize::Unbounded => {
            let key = Ident::new("unbounded", given.key.span());
            setter(&key, &TokenStream::new())
        }
        Maxsize::Bound(count) => setter(&given.key, &count.to_token_stream()),
    }
}

fn bytes(given: &Given<Bytes>) -> TokenStream {
    let bytes = match &given.value {
        Bytes::Literal(bytes) => Literal::u64_unsuffixed(*bytes).to_token_stream(),
        Bytes::Constant(bytes) => bytes.to_token_stream(),
    };
    setter(&given.key, &bytes)
}

pub(super) fn span(given: &Given<Span>) -> TokenStream {
    let span = match &given.value {
        Span::Literal(span) => duration(*span, given.key.span()),
        Span::Constant(span) => span.to_token_stream(),
    };
    setter(&given.key, &span)
}

fn duration(duration: Duration, span: proc_macro2::Span) -> TokenStream {
    let (secs, nanos) = (duration.as_secs(), duration.subsec_nanos());
    quote_spanned!(span=> ::core::time::Duration::new(#secs, #nanos))
}

fn policy(given: &Given<Policy>, runtime: &TokenStream) -> TokenStream {
    let policy = match &given.value {
        Policy::BuiltIn(name) => quote_spanned!(name.span()=> #runtime::EvictionPolicy::#name()),
        Policy::Own(own) => {
            quote_spanned!(own.span()=> #runtime::EvictionPolicy::own::<#own>())
        }
    };
    setter(&given.key, &policy)
}

fn ttl(given: &Given<Ttl>) -> TokenStream {
    match &given.value {
        Ttl::Literal(literal, span) => setter(&given.key, &duration(*literal, *span)),
        // In a closure, constant or not: what is known only when the program runs just works.
        Ttl::Expression(duration) => setter(
            &computed(&given.key),
            &quote_spanned!(duration.span()=> || #duration),
        ),
        Ttl::Closure(closure) => setter(&computed(&given.key), &quote!(#closure)),
    }
}

fn jitter(given: &Given<Jitter>) -> TokenStream {
    match &given.value {
        Jitter::Part(part) => setter(&given.key, &part.to_token_stream()),
        Jitter::Span(most) => {
            let key = format_ident!("{}_span", given.key, span = given.key.span());
            setter(&key, &duration(*most, given.key.span()))
        }
    }
}

fn computed(key: &Ident) -> Ident {
    format_ident!("{key}_with", span = key.span())
}

/// Protected, balanced, bare or leaking, as a type.
pub(super) fn mode(model: &Model<'_>, runtime: &TokenStream) -> TokenStream {
    if let Some(leak) = &model.options.leak {
        return quote_spanned!(leak.key.span()=> #runtime::Leak);
    }
    match model
        .options
        .oom_protection
        .as_ref()
        .map(|given| &given.value)
    {
        None | Some(Protection::Literal(true)) => quote!(#runtime::Protected),
        Some(Protection::Balanced) => quote!(#runtime::Balanced),
        Some(Protection::Literal(false)) => quote!(#runtime::Bare),
        Some(Protection::Constant(value)) => {
            let span = value.span();
            // A second pair of braces would be reported as unused.
            let value = match value {
                Expr::Block(block) => quote!(#block),
                value => quote_spanned!(span=> { #value }),
            };
            quote_spanned!(span=> <#runtime::Choose<#value> as #runtime::Choice>::Mode)
        }
    }
}
