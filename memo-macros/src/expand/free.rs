//! A function outside of any `impl`, with its handle beside it.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse_quote;

use super::{
    bulk, cache_control, config, drive, has_ident, instance, lints, outcome, plain, probes, renew,
    rules, timed,
};
use crate::flavor::Flavor;
use crate::generics::Tag;
use crate::hygiene::local;
use crate::key;
use crate::model::Model;
use crate::options::Scope;
use crate::signature::{Arg, Signature};

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let pieces = Pieces::new(model);
    let visible = visible(model, &pieces);
    let handle = if pieces.is_plain {
        plain::handle(model, &pieces)
    } else {
        handle(model, &pieces)
    };
    quote!(#visible #handle)
}

/// What several parts of the expansion need.
pub(super) struct Pieces {
    pub(super) runtime: TokenStream,
    /// The handle's name.
    pub(super) handle: Ident,
    /// Whether the handle is the runtime's.
    is_plain: bool,
    /// The handle's visibility.
    pub(super) vis: TokenStream,
    /// The parameters of the by-reference forms.
    generics: Vec<TokenStream>,
    /// `w: &'k u64, ..`: the by-reference parameters, and their names.
    params: Vec<TokenStream>,
    names: Vec<Ident>,
    /// `&w, ..`: the arguments for them, where `w` is as the function takes it.
    references: Vec<TokenStream>,
    /// `::<T>(w, ..)`: what a call of the function has behind the name.
    arguments: TokenStream,
}

impl Pieces {
    fn new(model: &Model<'_>) -> Self {
        let signature = &model.signature;
        let borrow = &signature.borrow;
        let params: Vec<_> = model
            .looked_up()
            .map(|arg| {
                let (name, ty) = (&arg.name, arg.by_reference(borrow));
                quote!(#name: #ty)
            })
            .collect();
        let own = has_ident(params.iter().cloned(), &borrow.ident).then_some(borrow);
        let written = &signature.lifetimes;
        let generics = own.map(ToTokens::to_token_stream).into_iter();
        let names = signature.args.iter().map(|arg| &arg.name);
        let turbofish = signature.generics.turbofish_of_body();
        let is_plain = plain::is_plain(model);
        Self {
            runtime: model.runtime(),
            handle: model.handle(),
            is_plain,
            vis: if model.has_handle() {
                model.vis.to_token_stream()
            } else {
                TokenStream::new()
            },
            generics: generics
                .chain(written.iter().map(ToTokens::to_token_stream))
                .chain(signature.generics.kept().map(ToTokens::into_token_stream))
                .collect(),
            params,
            names: model.looked_up().map(|arg| arg.name.clone()).collect(),
            references: model.looked_up().map(reference_to).collect(),
            arguments: quote!(#turbofish (#(#names),*)),
        }
    }

    /// A call of the body, by way of `owner`.
    fn uncached(&self, model: &Model<'_>, owner: &TokenStream) -> TokenStream {
        self.call(model, &quote!(#owner::uncached))
    }

    /// A call of the function that users call.
    fn visible(&self, model: &Model<'_>) -> TokenStream {
        self.call(model, &model.visible().to_token_stream())
    }

    fn call(&self, model: &Model<'_>, function: &TokenStream) -> TokenStream {
        let arguments = &self.arguments;
        if model.is_unsafe() {
            quote!(unsafe { #function #arguments })
        } else {
            quote!(#function #arguments)
        }
    }

    /// Asks the entry of the arguments as the function has them, by way of `owner`.
    fn ask(&self, model: &Model<'_>, owner: &TokenStream, question: &TokenStream) -> TokenStream {
        let turbofish = model.signature.generics.turbofish_from_outside();
        let references = &self.references;
        quote!(#owner::at #turbofish (#(#references,)* #question))
    }
}

/// A reference as it is, anything else borrowed.
fn reference_to(arg: &Arg) -> TokenStream {
    let name = &arg.name;
    if arg.is_borrowed() {
        quote!(#name)
    } else {
        quote!(&#name)
    }
}

/// The function that callers see. Its signature, attributes and braces are the original ones, so
/// that lints about the item look at what the user wrote.
fn visible(model: &Model<'_>, pieces: &Pieces) -> TokenStream {
    let attrs = &model.attributes.visible;
    let handle = &pieces.handle;
    let control = format!(
        "`{handle}::cache_info()` tells hits and misses, `{handle}::invalidate(..)` forgets one \
         result, `{handle}::cache_clear()` forgets all, and `{handle}::uncached(..)` computes \
         without the cache."
    );
    let docs = model
        .has_handle()
        .then(|| cache_control(model, &control))
        .flatten();
    let lints = lints(model);
    let (vis, sig) = (&model.vis, model.signature.with_names());
    let call = if pieces.is_plain {
        plain::call(model, pieces)
    } else {
        call(model, pieces)
    };
    let mut body = Group::new(Delimiter::Brace, call);
    body.set_span(model.body.span());
    quote!(#(#attrs)* #docs #lints #vis #sig #body)
}

/// A call by way of the function's own handle.
fn call(model: &Model<'_>, pieces: &Pieces) -> TokenStream {
    let owner = pieces.handle.to_token_stream();
    let uncached = pieces.uncached(model, &owner);
    let entry = drive::Entry {
        runtime: &pieces.runtime,
        ask: &|question| pieces.ask(model, &owner, &question),
    };
    match &model.keys {
        Some(keys) => bulk::call(model, keys, false, &entry, &uncached),
        None if model.has_timeouts() => timed::call(model, &owner, &entry),
        None if model.is_renewed() => renew::call(model, &owner, &entry, &uncached),
        // A body in a closure would see another caller.
        None if model.signature.flavor == Flavor::Sync && !model.attributes.tracks_caller() => {
            drive::call_after_look(&entry, &uncached)
        }
        None => drive::call(model.signature.flavor, &entry, &uncached),
    }
}

/// The handle, which a macro of the runtime writes, so that little is expanded here for each
/// function.
fn handle(model: &Model<'_>, pieces: &Pieces) -> TokenStream {
    let Pieces {
        runtime,
        handle,
        vis,
        params,
        names,
        generics,
        ..
    } = pieces;
    let signature = &model.signature;
    let site = match model.scope() {
        Scope::Global => quote!(GlobalSite),
        Scope::Thread => quote!(ThreadSite),
    };
    let scope = Ident::new(probes(model.scope()), Span::call_site());
    let (mode, config) = (config::mode(model, runtime), config::config(model, runtime));
    let (attrs, body_attrs) = (&model.attributes.handle, &model.attributes.body);
    let uncached = Signature::renamed(signature.written.clone(), "uncached");
    let refresh = Signature::renamed(signature.with_names(), "refresh");
    let own = quote!(Self);
    let recomputed = pieces.uncached(model, &own);
    let entry = drive::Entry {
        runtime,
        ask: &|question| pieces.ask(model, &own, &question),
    };
    let refreshed = match &model.keys {
        Some(keys) => bulk::call(model, keys, true, &entry, &recomputed),
        None if model.options.hard_timeout.is_some() => timed::refresh(model, &own, &entry),
        None => drive::refresh(signature.flavor, &entry, &recomputed),
    };
    let (with, get_ref) = (with(model, pieces), get_ref(model, pieces));
    let previous = previous(model, pieces);
    let (body, returns) = (&model.body, &signature.returns);
    let (instance, instance_fn) = instantiation(model, runtime);
    let (conditions, turbofish) = (
        signature.generics.conditions(),
        signature.generics.turbofish(),
    );
    let (outcome, rules) = (outcome(model, runtime), rules(model, runtime));
    let key = key::parts(model, runtime, &quote!(#runtime::#scope));
    // Errors about the type are shown where its name comes from.
    let declaration = quote_spanned!(handle.span()=> #vis struct #handle {});
    quote! {
        #runtime::handle! {
            type [#declaration] name [#handle]
            scope [#scope] mode [#mode] site [#runtime::#site<#mode>]
            config [#config]
            uncached [#(#body_attrs)* pub #uncached] #body
            returns [#returns] outcome [#outcome] rules [#rules]
            lookup [#(#generics,)*] [#(#params,)*] [#(#names,)*] [#conditions] [#turbofish]
            key [#key] instance [#instance] [#instance_fn]
            refresh [pub #refresh] [#refreshed]
            with #with
            more [#get_ref #previous]
            attrs [#(#attrs)*]
        }
    }
}

/// What the function has that shows the result where it is stored: for calls that give one result,
/// and no future for it.
fn with(model: &Model<'_>, pieces: &Pieces) -> Option<TokenStream> {
    let signature = &model.signature;
    if signature.flavor.is_async() || model.keys.is_some() {
        return None;
    }
    let sig = signature.with_names();
    let (unsafety, generics, inputs) = (&sig.unsafety, &sig.generics, sig.inputs.iter());
    let (params, bounds) = (generics.params.iter(), &generics.where_clause);
    let asked = signature.generics.turbofish_from_outside();
    let (borrowed, call) = (&pieces.references, pieces.visible(model));
    Some(quote! {
        [pub #unsafety] [#(#params,)*] [#(#inputs,)*] [#bounds] [#asked] [#(#borrowed,)*] [#call]
    })
}

/// The function that gives references, where results stay for ever.
fn get_ref(model: &Model<'_>, pieces: &Pieces) -> Option<TokenStream> {
    model.options.leak.as_ref()?;
    let (runtime, own) = (&pieces.runtime, quote!(Self));
    let ask = |question| pieces.ask(model, &own, &quote!(#runtime::#question));
    let (seen, referred) = (ask(quote!(See)), ask(quote!(Refer)));
    let (uncached, visible) = (pieces.uncached(model, &own), pieces.visible(model));
    let mut sig = Signature::renamed(model.signature.with_names(), "get_ref");
    sig.ident.set_span(Span::call_site());
    let returns = &model.signature.returns;
    sig.output = parse_quote!(-> &'static #returns);
    let (look, refer) = (local("look"), local("refer"));
    // The call that is never made says that the function is in use.
    Some(quote! {
        /// A reference to the stored result, computed if there is none, that is good for ever.
        #[inline]
        pub #sig {
            let #look = #seen;
            #look.refer_or_else(move || {
                let #refer = #referred;
                #refer.or_compute(|| if true { #uncached } else { #visible })
            })
        }
    })
}

/// The function that gives the result which is being replaced.
fn previous(model: &Model<'_>, pieces: &Pieces) -> Option<TokenStream> {
    model.options.keep_expired.as_ref()?;
    let (runtime, generics) = (&pieces.runtime, &pieces.generics);
    let conditions = model.signature.generics.conditions();
    let (returns, outcome) = (&model.signature.returns, outcome(model, runtime));
    let probes = Ident::new(probes(model.scope()), Span::call_site());
    Some(quote! {
        /// In the function itself: the result that it is called to replace, if there is one.
        pub fn previous<#(#generics),*>() -> ::core::option::Option<#returns>
        #conditions
        {
            use #runtime::#probes::traits::*;
            #runtime::previous(Self::cache(), #runtime::sized!(#outcome))
        }
    })
}

/// Which instantiation a call belongs to, and a function that says so. It is one function: what
/// stands for an instantiation is a closure, which is another one wherever it is written.
fn instantiation(model: &Model<'_>, runtime: &TokenStream) -> (TokenStream, TokenStream) {
    let params: Vec<_> = model.signature.generics.kept().collect();
    let tag = Tag { params: &params };
    let expr = instance(runtime, &tag, None);
    let (Some(declared), Some(turbofish)) = (tag.declared(), tag.turbofish()) else {
        return (expr, TokenStream::new());
    };
    let function = quote! {
        #[doc(hidden)]
        #[inline]
        fn __instance #declared () -> #runtime::Instance { #expr }
    };
    (quote!(Self::__instance #turbofish ()), function)
}
