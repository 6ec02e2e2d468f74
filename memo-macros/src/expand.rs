//! From the model to tokens: the function that callers see, and its handle beside it.
//!
//! ```text
//! fn area(w: u64) -> u64 { begin; on a miss finish(area::uncached(w)) }
//! handle! { .. }
//! ```
//!
//! From the latter the runtime makes `struct area {}` and its functions: `uncached` with the body,
//! `at` for the entry of some arguments, and what users call. The struct has braces, so it is a type
//! and nothing else: the function keeps its name.

mod config;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Visibility;
use syn::ext::IdentExt;

use crate::hygiene::{local, respan};
use crate::item::find;
use crate::key;
use crate::model::Model;
use crate::options::{Given, Scope};
use crate::signature::{Arg, Signature};

pub(crate) fn expand(model: &Model) -> TokenStream {
    let pieces = Pieces::new(model);
    let visible = visible(model, &pieces);
    let handle = handle(model, &pieces);
    quote!(#visible #handle)
}

/// What several parts of the expansion need.
struct Pieces {
    runtime: TokenStream,
    /// The handle's type.
    handle: Ident,
    /// The handle's visibility.
    vis: TokenStream,
    /// `global` or `local`: the module of probes.
    probes: Ident,
    /// The lifetimes of the by-reference forms, with and without bounds.
    generics: Vec<TokenStream>,
    lifetimes: Vec<TokenStream>,
    /// `w: &'k u64, ..`: the by-reference parameters, and their names.
    params: Vec<TokenStream>,
    names: Vec<Ident>,
    /// `&w, ..`: the arguments for them, where `w` is as the function takes it.
    references: Vec<TokenStream>,
    /// `uncached(w, ..)`, to be qualified.
    call: TokenStream,
}

impl Pieces {
    fn new(model: &Model) -> Self {
        let signature = &model.signature;
        let runtime = model.runtime();
        let borrow = &signature.borrow;
        let params: Vec<_> = model
            .looked_up()
            .map(|arg| {
                let (name, ty) = (&arg.name, arg.by_reference(borrow));
                quote!(#name: #ty)
            })
            .collect();
        let is_borrow =
            |tree: &TokenTree| matches!(tree, TokenTree::Ident(ident) if *ident == borrow.ident);
        let own = find(params.iter().cloned().collect(), &is_borrow).map(|_| borrow);
        let written = &signature.lifetimes;
        let names = signature.args.iter().map(|arg| &arg.name);
        Self {
            handle: model.handle(),
            vis: if model.has_handle() {
                model.vis.to_token_stream()
            } else {
                TokenStream::new()
            },
            probes: Ident::new(probes(model.scope()), Span::call_site()),
            generics: own
                .map(ToTokens::to_token_stream)
                .into_iter()
                .chain(written.iter().map(ToTokens::to_token_stream))
                .collect(),
            lifetimes: own
                .into_iter()
                .chain(written.iter().map(|param| &param.lifetime))
                .map(ToTokens::to_token_stream)
                .collect(),
            params,
            names: model.looked_up().map(|arg| arg.name.clone()).collect(),
            references: model.looked_up().map(reference_to).collect(),
            call: quote!(uncached(#(#names),*)),
            runtime,
        }
    }

    /// `<'k, 'a>`, or nothing.
    fn generics(&self) -> TokenStream {
        let generics = &self.generics;
        if generics.is_empty() {
            TokenStream::new()
        } else {
            quote!(<#(#generics),*>)
        }
    }

    /// A call of the body, by way of `owner`.
    fn uncached(&self, model: &Model, owner: &TokenStream) -> TokenStream {
        let call = &self.call;
        if model.is_unsafe() {
            quote!(unsafe { #owner::#call })
        } else {
            quote!(#owner::#call)
        }
    }
}

/// A reference as it is, anything else borrowed.
fn reference_to(arg: &Arg) -> TokenStream {
    let name = &arg.name;
    if arg.is_reference() {
        quote!(#name)
    } else {
        quote!(&#name)
    }
}

fn probes(scope: Scope) -> &'static str {
    match scope {
        Scope::Global => "global",
        Scope::Thread => "local",
    }
}

/// The function that callers see. Its signature, attributes and braces are the original ones, so
/// that lints about the item look at what the user wrote.
fn visible(model: &Model, pieces: &Pieces) -> TokenStream {
    let attrs = &model.attributes.visible;
    let docs = cache_control(model, pieces);
    let lints = used_underscores(model);
    let (vis, sig) = (&model.vis, model.signature.with_names());
    let (handle, references) = (&pieces.handle, &pieces.references);
    let (begun, value, lead) = (local("begun"), local("value"), local("lead"));
    let call = pieces.uncached(model, &handle.to_token_stream());
    // Two statements: a scrutinee's temporaries would borrow the arguments for too long.
    let mut body = Group::new(
        Delimiter::Brace,
        quote! {
            let #begun = #handle::at(#(#references),*).begin();
            match #begun {
                ::core::result::Result::Ok(#value) => #value,
                ::core::result::Result::Err(#lead) => #lead.finish(#call),
            }
        },
    );
    body.set_span(model.body.span());
    quote!(#(#attrs)* #docs #lints #vis #sig #body)
}

/// `_x` is used, by us.
fn used_underscores(model: &Model) -> Option<TokenStream> {
    let mut args = model.signature.args.iter();
    args.any(|arg| arg.name.unraw().to_string().starts_with('_'))
        .then(|| quote!(#[allow(clippy::used_underscore_binding)]))
}

/// A paragraph for the function's documentation. A public function without any keeps none, so that
/// `missing_docs` goes on reporting it.
fn cache_control(model: &Model, pieces: &Pieces) -> Option<TokenStream> {
    let is_public = matches!(model.vis, Visibility::Public(_));
    if !model.has_handle() || (is_public && !model.attributes.have_docs()) {
        return None;
    }
    let handle = &pieces.handle;
    let text = format!(
        " Results are cached. `{handle}::cache_info()` tells hits and misses, \
         `{handle}::invalidate(..)` forgets one result, `{handle}::cache_clear()` forgets all, and \
         `{handle}::uncached(..)` computes without the cache."
    );
    Some(quote! {
        ///
        /// # Cache control
        ///
        #[doc = #text]
    })
}

/// The handle, which a macro of the runtime writes, so that little is expanded here for each
/// function.
fn handle(model: &Model, pieces: &Pieces) -> TokenStream {
    let Pieces {
        runtime,
        handle,
        vis,
        probes,
        params,
        names,
        references,
        lifetimes,
        ..
    } = pieces;
    let (scope, site) = match model.scope() {
        Scope::Global => (quote!(global), quote!(GlobalSite)),
        Scope::Thread => (quote!(thread), quote!(ThreadSite)),
    };
    let (mode, config) = (config::mode(model, runtime), config::config(model, runtime));
    let (attrs, body_attrs) = (&model.attributes.handle, &model.attributes.body);
    let uncached = Signature::renamed(model.signature.written.clone(), "uncached");
    let refresh = Signature::renamed(model.signature.with_names(), "refresh");
    let (body, returns, generics) = (&model.body, &model.signature.returns, pieces.generics());
    let (outcome, condition) = (outcome(model, runtime), condition(model));
    let key = key::parts(model, runtime, &quote!(#runtime::#probes));
    let call = pieces.uncached(model, &quote!(Self));
    // Errors about the type are shown where its name comes from.
    let declaration = quote_spanned!(handle.span()=> #vis struct #handle {});
    quote! {
        #runtime::handle! {
            type [#declaration] name [#handle]
            scope [#scope] probes [#probes] mode [#mode] site [#runtime::#site<#mode>]
            config [#config]
            uncached [#(#body_attrs)* pub #uncached] #body
            returns [#returns] outcome [#outcome] cache_if [#condition]
            lookup [#generics] [#(#params),*] [#(#names),*]
            key [#key] use [#(#lifetimes),*]
            refresh [#refresh] [#(#references),*] [#call]
            attrs [#(#attrs)*]
        }
    }
}

/// What of a result is stored, decided by its type.
fn outcome(model: &Model, runtime: &TokenStream) -> TokenStream {
    let is = |given: &Option<Given<bool>>, value| {
        given.as_ref().is_some_and(|given| given.value == value)
    };
    let (span, returns) = (model.signature.returns_span, &model.signature.returns);
    let probes = Ident::new(probes(model.scope()), span);
    let probe = |name| {
        let (runtime, name) = (respan(runtime, span), Ident::new(name, span));
        quote_spanned!(span=> #runtime::#probes::#name::<#returns>::NEW)
    };
    if is(&model.options.cache_err, true) {
        let probe = probe("ErrProbe");
        quote_spanned!(span=> (&#probe).__outcome())
    } else if is(&model.options.cache_none, false) {
        let probe = probe("NoneProbe");
        quote_spanned!(span=> (&#probe).__outcome())
    } else {
        let probe = probe("OutcomeProbe");
        quote_spanned!(span=> (&&#probe).__outcome())
    }
}

/// `cache_if`.
fn condition(model: &Model) -> TokenStream {
    model.options.cache_if.as_ref().map_or_else(
        || quote!(::core::option::Option::None),
        |given| {
            let (predicate, returns) = (&given.value, &model.signature.returns);
            let keep = local("keep");
            // A constant cannot see the arguments, so what uses them is told just that.
            quote_spanned! {given.key.span()=>
                ::core::option::Option::Some(const {
                    let #keep: fn(&#returns) -> bool = #predicate;
                    #keep
                })
            }
        },
    )
}
