//! A function in an `impl` or a trait: everything is inside of it.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, Pat, ReturnType};

use super::{
    Expansion, bulk, cache_control, config, describe_method, drive, instance, lints, outcome,
    probes, rules,
};
use crate::flavor::Flavor;
use crate::generics::Tag;
use crate::hygiene::local;
use crate::key;
use crate::model::{Model, Place};
use crate::options::Scope;
use crate::signature::{Arg, plain_name};

pub(super) fn expand(model: &Model<'_>) -> Expansion {
    let runtime = model.runtime();
    let place = SitePlace::new(model, &runtime);
    let beside = beside(model, &runtime, &place);
    let function = visible(model, &runtime, &place);
    // A block says itself where its functions go.
    match model.place {
        Place::Block(_) => Expansion { function, beside },
        _ => Expansion {
            function: quote!(#function #beside),
            beside: TokenStream::new(),
        },
    }
}

/// Where the static is, and of which type.
struct SitePlace {
    ty: TokenStream,
    config: TokenStream,
    /// A function beside the method that has the static, so that another one reaches it, too.
    getter: Option<Ident>,
}

impl SitePlace {
    fn new(model: &Model<'_>, runtime: &TokenStream) -> Self {
        let mode = config::mode(model, runtime);
        let kind = match (&model.options.field, model.scope()) {
            (Some(_), _) => quote!(EachObject),
            (None, Scope::Global) => quote!(Shared),
            (None, Scope::Thread) => quote!(EachThread),
        };
        let name = model.signature.written.ident.unraw();
        Self {
            ty: quote!(#runtime::Site<#runtime::#kind<#mode>>),
            config: config::config(model, runtime),
            getter: model
                .method_handle()
                .map(|_| format_ident!("__memokit_{name}_site", span = Span::call_site())),
        }
    }

    fn declaration(&self) -> TokenStream {
        let Self { ty, config, .. } = self;
        quote!(static SITE: #ty = <#ty>::new(#config);)
    }
}

/// The functions beside a method that steer its cache.
fn beside(model: &Model<'_>, runtime: &TokenStream, place: &SitePlace) -> TokenStream {
    let (Some(handle), Some(getter)) = (model.method_handle(), &place.getter) else {
        return TokenStream::new();
    };
    let (ty, declaration, vis) = (&place.ty, place.declaration(), handle_vis(model));
    let attrs = &model.attributes.handle;
    let text = format!(" The cache of `{}`.", model.signature.written.ident);
    // The handle first: where there is no place for either, its name is the one that people know.
    quote_spanned! {handle.span()=>
        #(#attrs)*
        #[doc = #text]
        #[allow(
            dead_code,
            unreachable_pub,
            clippy::must_use_candidate,
            reason = "it is there whether it is called or not"
        )]
        #vis fn #handle() -> #runtime::CacheHandle {
            #runtime::CacheHandle::of_method::<Self>(Self::#getter())
        }

        #(#attrs)*
        #[doc(hidden)]
        fn #getter() -> &'static #ty {
            #declaration
            &SITE
        }
    }
}

/// The method's own; a trait's methods are seen wherever the trait is.
fn handle_vis(model: &Model<'_>) -> TokenStream {
    match model.place {
        Place::Block(block) if block.is_of_trait() => quote!(pub),
        _ => model.vis.to_token_stream(),
    }
}

fn visible(model: &Model<'_>, runtime: &TokenStream, place: &SitePlace) -> TokenStream {
    let attrs = &model.attributes.written;
    let control = model
        .method_handle()
        .map(|handle| format!("`{handle}()` tells hits and misses and forgets the results."));
    let docs = control.and_then(|control| cache_control(model, &control));
    let lints = lints(model);
    let (vis, sig) = (&model.vis, model.signature.with_names());
    let body = computation(model);
    let query = query(model, runtime, place);
    let entry = drive::Entry {
        runtime,
        ask: &|question| quote!(#runtime::Ask::ask(#question, #query)),
    };
    let call = match &model.keys {
        Some(keys) => bulk::call(model, keys, false, &entry, &body),
        None => drive::call(model.signature.flavor, &entry, &body),
    };
    let mut body = Group::new(Delimiter::Brace, call);
    body.set_span(model.body.span());
    quote!(#(#attrs)* #docs #lints #vis #sig #body)
}

/// The entry of the arguments.
fn query(model: &Model<'_>, runtime: &TokenStream, place: &SitePlace) -> TokenStream {
    let probes = Ident::new(probes(model.scope()), Span::call_site());
    let (core, outcome, rules) = (
        core(model, runtime, place),
        outcome(model, runtime),
        rules(model, runtime),
    );
    let key = key::parts(model, runtime, &quote!(#runtime::#probes));
    let by_value = |arg: &&Arg| !arg.is_self() && !arg.is_borrowed();
    let borrowed = model.looked_up().filter(by_value).map(|arg| &arg.name);
    let cache = local("cache");
    quote!({
        #[allow(unused_imports)]
        use #runtime::#probes::traits::*;
        let #cache = #core;
        #(let #borrowed = &#borrowed;)*
        #runtime::Query::new(#cache, #runtime::stored_key!(#key), #runtime::sized!(#outcome), #rules)
    })
}

/// The cache of the method's instantiation.
fn core(model: &Model<'_>, runtime: &TokenStream, place: &SitePlace) -> TokenStream {
    let (site, declaration) = match &place.getter {
        Some(getter) => (quote!(Self::#getter()), TokenStream::new()),
        None => (quote!(SITE), place.declaration()),
    };
    let instance = instance_of(model, runtime);
    if let Some(field) = &model.options.field {
        let memo = memo(&field.value);
        let is_borrowed = model.signature.args.first().is_some_and(Arg::is_reference);
        let within = if is_borrowed {
            "within"
        } else {
            "within_owned"
        };
        let within = Ident::new(within, Span::call_site());
        return quote!({ #declaration #site.#within(#memo, #instance) });
    }
    match model.scope() {
        Scope::Global => quote!({ #declaration #site.shared(#instance) }),
        Scope::Thread => quote!({
            ::std::thread_local! {
                static SLOT: #runtime::LocalSlot = const { #runtime::LocalSlot::new() };
            }
            #declaration
            #site.local(&SLOT, #instance)
        }),
    }
}

/// The field, by reference; if it is of another type, that is shown at its name.
fn memo(field: &Expr) -> TokenStream {
    let span = Span::call_site().located_at(field.span());
    let object = Ident::new("self", span);
    quote_spanned!(span=> &#object.#field)
}

/// In a block that is known its parameters tell instantiations apart; in others, and with types that
/// have no name here, the type of a closure, which has the parameters of whatever is around it.
fn instance_of(model: &Model<'_>, runtime: &TokenStream) -> TokenStream {
    let generics = &model.signature.generics;
    let own: Vec<_> = generics.kept_written().collect();
    let implied = implied(model, runtime);
    if let (Place::Block(block), None) = (model.place, &implied) {
        let params: Vec<_> = block.params().iter().cloned().chain(own.clone()).collect();
        let described = Tag { params: &own };
        return instance(runtime, &Tag { params: &params }, Some(&described));
    }
    let described = local("described");
    let describe = describe_method(&Tag { params: &own }, &described);
    quote!(#runtime::Instance::of(|| (), |#described| { #describe }) #implied)
}

/// The types of the arguments that have an `impl Trait` in them: what stands for it has no name, but
/// the arguments are at hand.
fn implied(model: &Model<'_>, runtime: &TokenStream) -> Option<TokenStream> {
    let generics = &model.signature.generics;
    let is_implied = |arg: &&Arg| generics.has_implied(&arg.ty);
    let args: Vec<_> = model.looked_up().filter(is_implied).collect();
    let types: Vec<_> = (0..args.len()).map(|n| format_ident!("A{n}")).collect();
    let references = args.iter().map(|arg| {
        let name = &arg.name;
        if arg.is_reference() {
            quote!(#name)
        } else {
            quote!(&#name)
        }
    });
    let described = local("described");
    (!args.is_empty()).then(|| {
        quote!(.and({
            #[inline]
            fn implied<#(#types: ?::core::marker::Sized),*>(#(_: &#types),*) -> fn(&mut #runtime::Described) {
                |#described| { #(#described.ty::<#types>();)* }
            }
            implied(#(#references),*)
        }))
    })
}

/// What a miss runs: the body, with the arguments that the method has taken.
fn computation(model: &Model<'_>) -> TokenStream {
    let (mut body, result) = (model.body.clone(), &model.signature.output);
    // Braces in braces, which are not the user's to remove.
    body.set_span(Span::mixed_site().located_at(body.span()));
    let patterns = model.signature.typed().filter_map(|(arg, pat)| {
        let name = &arg.name;
        let is_there = match pat {
            Pat::Wild(_) => true,
            Pat::Ident(own) => plain_name(pat).is_some() && own.mutability.is_none(),
            _ => false,
        };
        (!is_there).then(|| quote!(let #pat = #name;))
    });
    let statements = quote!(#(#patterns)* #body);
    match model.signature.flavor {
        Flavor::Async => {
            let value = local("value");
            // `return`, `?` and coercions in the body go by the first result that is returned.
            quote!(async move {
                if let ::core::option::Option::Some(#value) = ::core::option::Option::None::<#result> {
                    return #value;
                }
                #statements
            })
        }
        Flavor::Opaque => quote!((move || { #statements })()),
        // The declared type has lifetimes of the caller's, the keys to compute have not.
        Flavor::Boxed if model.keys.is_some() => quote!((move || { #statements })()),
        Flavor::Sync | Flavor::Boxed => {
            let output = match &model.signature.written.output {
                ReturnType::Default => quote!(-> ()),
                output @ ReturnType::Type(..) => output.to_token_stream(),
            };
            let body = Group::new(Delimiter::Brace, statements);
            quote!((move || #output #body)())
        }
    }
}
