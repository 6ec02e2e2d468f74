//! A function whose handle needs no functions of its own: types tell the runtime all about it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Attribute, Type, TypeReference};

use super::free::Pieces;
use super::{config, has_ident, outcome, probes, rules};
use crate::attrs;
use crate::flavor::Flavor;
use crate::hygiene::respan;
use crate::key;
use crate::model::{KeySource, Model};
use crate::options::Scope;
use crate::signature::{Arg, Signature};
use crate::types::{as_reference, scan};

/// As many arguments as the runtime's handle is written for.
const MAX_ARGUMENTS: usize = 12;

/// The function itself. Users are not told that it is unused, by its first letter.
const UNCACHED: &str = "_uncached";

/// Whether the runtime's `Handle` can be the function's handle.
pub(super) fn is_plain(model: &Model<'_>) -> bool {
    let signature = &model.signature;
    let (written, args) = (&signature.written, &signature.args);
    signature.flavor == Flavor::Sync
        && model.keys.is_none()
        && !model.is_renewed()
        && model.options.keep_expired.is_none()
        && !model.is_unsafe()
        && model.options.float_bits.is_none()
        && written.abi.is_none()
        && written.generics.params.is_empty()
        && written.generics.where_clause.is_none()
        && args.len() <= MAX_ARGUMENTS
        && args.iter().all(|arg| is_plain_argument(model, arg))
        && owns_all(&signature.returns)
        && !model.attributes.body.iter().any(is_about_the_call)
}

/// Whether an argument, or what it refers to, has no lifetimes.
///
/// A type in which a lifetime is left out without a trace cannot be part of a key as a whole, so
/// that only arguments of which a part is the key may have one.
fn is_plain_argument(model: &Model<'_>, arg: &Arg) -> bool {
    let is_key = matches!(model.key_source(arg), KeySource::Argument);
    is_key
        && match as_reference(&arg.written) {
            Some(reference) => {
                let lifetime = reference.lifetime.as_ref();
                lifetime.is_none_or(|lifetime| lifetime.ident == "_") && owns_all(&reference.elem)
            }
            None => owns_all(&arg.written),
        }
}

/// Whether a type means the same wherever it is written: it leaves out no lifetime, be it that of
/// a `dyn`, and has no name in a signature only, as an `impl` has.
fn owns_all(ty: &Type) -> bool {
    let found = scan(ty);
    let unfit = [
        found.borrow,
        found.mutable,
        found.dynamic,
        found.opaque,
        found.unknown,
    ];
    unfit.iter().all(Option::is_none)
}

/// Attributes for which it matters who calls the body.
fn is_about_the_call(attr: &Attribute) -> bool {
    attrs::is(attr, "track_caller") || attrs::is(attr, "target_feature")
}

/// The type that stands for the function, with its body.
fn marker(model: &Model<'_>) -> Ident {
    let name = &model.signature.written.ident;
    format_ident!("__memo_{}", name.unraw(), span = name.span())
}

/// A call of the function, by way of the runtime.
pub(super) fn call(model: &Model<'_>, pieces: &Pieces) -> TokenStream {
    let (runtime, owner) = (&pieces.runtime, marker(model));
    let names = model.signature.args.iter().map(|arg| &arg.name);
    quote! {
        use #runtime::Plain as _;
        <#owner>::function().call(<#owner>::types(), #(#names),*)
    }
}

/// The handle, as an alias of the runtime's, and what that knows of the function.
pub(super) fn handle(model: &Model<'_>, pieces: &Pieces) -> TokenStream {
    let Pieces {
        runtime,
        handle,
        vis,
        ..
    } = pieces;
    let owner = marker(model);
    let signature = &model.signature;
    let place = match model.scope() {
        Scope::Global => quote!(Shared),
        Scope::Thread => quote!(EachThread),
    };
    let scope = Ident::new(probes(model.scope()), Span::call_site());
    let (mode, config) = (config::mode(model, runtime), config::config(model, runtime));
    let (attrs, body_attrs) = (&model.attributes.handle, &model.attributes.body);
    let uncached = Signature::renamed(signature.written.clone(), UNCACHED);
    let (body, returns) = (&model.body, &signature.returns);
    let (outcome, rules) = (outcome(model, runtime), rules(model, runtime));
    let visible = visible(model);
    let parts = key::parts_by_type(model, runtime, &quote!(#runtime::#scope));
    let seen = signature.args.iter().map(|arg| &arg.name);
    let options = &model.options;
    let has_rules = options.cache_if.is_some() || options.weigher.is_some();
    let seen = seen.filter(|_| has_rules);
    let takes = signature.args.iter().map(|arg| takes(runtime, arg));
    // Errors about the types are shown where their name comes from. The alias is not the user's, who
    // is not told that it is unused.
    let (span, ours) = (handle.span(), handle.span().resolved_at(Span::call_site()));
    let alias = model
        .has_handle()
        .then(|| respan(quote!(#vis type #handle), ours));
    let end = quote_spanned!(ours=> ;);
    let declaration = quote_spanned!(span=> #vis struct #owner {});
    quote! {
        #runtime::plain_handle! {
            alias [#alias] [#end] type [#declaration] name [#owner]
            scope [#scope] place [#runtime::#place<#mode>]
            config [#config]
            uncached [#(#body_attrs)* #uncached] #body visible [#visible]
            returns [#returns] outcome [#outcome] rules [#rules] args [#(#seen)*]
            takes [(#(#takes,)*)] parts [#parts]
            attrs [#(#attrs)*]
        }
    }
}

/// The function that users call, to be named where it is in use when its handle is; not where they say
/// what they expect if nobody uses it.
fn visible(model: &Model<'_>) -> Option<Ident> {
    let lint = Ident::new("dead_code", Span::call_site());
    let attrs = model
        .attributes
        .visible
        .iter()
        .map(ToTokens::to_token_stream);
    (!has_ident(attrs, &lint)).then(|| model.visible())
}

/// How the function takes an argument.
fn takes(runtime: &TokenStream, arg: &Arg) -> TokenStream {
    let (ty, reference) = (&arg.ty, as_reference(&arg.ty));
    reference.map_or_else(
        || quote!(#runtime::ByValue<#ty>),
        |TypeReference { elem, .. }| quote!(#runtime::ByRef<#elem>),
    )
}
