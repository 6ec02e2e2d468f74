//! From the model to tokens.
//!
//! A function outside of any `impl` gets a handle beside it:
//!
//! ```text
//! fn area(w: u64) -> u64 { begin; on a miss finish(area::uncached(w)) }
//! handle! { .. }
//! ```
//!
//! From the latter the runtime makes `struct area {}` and its functions: `uncached` with the body,
//! `at` for the entry of some arguments, and what users call. The struct has braces, so it is a type
//! and nothing else: the function keeps its name.
//!
//! Of a *plain* function, which has no parameters of its own, types tell the runtime all that such
//! functions need; its handle is an alias, again a type and nothing else:
//!
//! ```text
//! fn area(w: u64) -> u64 { __memo_area::function().call(__memo_area::types(), w) }
//! plain_handle! { .. }                  // with `uncached` and a static for a type of its own, and
//! type area = Handle<__memo_area, ..>;  // what users call, written once in the runtime
//! ```
//!
//! Beside a method there is no place for a struct, so all of it is inside:
//!
//! ```text
//! fn area(&self) -> u64 { static SITE; begin; on a miss finish((move || { body })()) }
//! ```

mod bulk;
mod config;
mod drive;
mod free;
mod method;
mod plain;
mod renew;
mod timed;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::ext::IdentExt;

use crate::generics::Tag;
use crate::hygiene::{local, respan};
use crate::model::Model;
use crate::options::{Given, Scope};

/// What a function becomes.
pub(crate) struct Expansion {
    /// In the place of the function.
    pub(crate) function: TokenStream,
    /// Functions of its type that belong to it, for an `impl` block without a trait.
    pub(crate) beside: TokenStream,
}

pub(crate) fn expand(model: &Model<'_>) -> Expansion {
    if model.is_free() {
        Expansion {
            function: free::expand(model),
            beside: TokenStream::new(),
        }
    } else {
        method::expand(model)
    }
}

/// The names by which expansions reach the runtime's modules.
fn probes(scope: Scope) -> &'static str {
    match scope {
        Scope::Global => "global",
        Scope::Thread => "local",
    }
}

/// Which instantiation a call belongs to: the one of the type of `tag`. A method has a type, and
/// parameters of its `own`.
fn instance(runtime: &TokenStream, tag: &Tag<'_>, own: Option<&Tag<'_>>) -> TokenStream {
    let described = local("described");
    let describe = match own {
        Some(own) => describe_method(own, &described),
        None if tag.params.is_empty() => return quote!(#runtime::Instance::only()),
        None => tag.described(&described),
    };
    let (Some(declared), Some(turbofish)) = (tag.declared(), tag.turbofish()) else {
        return quote!(#runtime::Instance::of((), |#described| { #describe }));
    };
    let say = local("say");
    quote!({
        #[inline]
        fn tagged #declared (#say: fn(&mut #runtime::Described)) -> #runtime::Instance {
            #runtime::Instance::of(|| (), #say)
        }
        tagged #turbofish (|#described| { #describe })
    })
}

/// The names of a method's type and of its own parameters.
fn describe_method(own: &Tag<'_>, described: &Ident) -> TokenStream {
    let params = own.described(described);
    quote!(#described.of::<Self>(); #params)
}

/// `_x` is used, by us; of an argument of a bulk call, each run of the body has a clone.
fn lints(model: &Model<'_>) -> TokenStream {
    let mut args = model.signature.args.iter();
    let has_underscore = args.any(|arg| arg.name.unraw().to_string().starts_with('_'));
    let underscores = has_underscore.then(|| quote!(#[allow(clippy::used_underscore_binding)]));
    let is_bulk = model.keys.is_some();
    let clones = is_bulk.then(|| quote!(#[allow(clippy::needless_pass_by_value)]));
    quote!(#underscores #clones)
}

/// A paragraph for the function's documentation, in `parts`. A public function without any keeps
/// none, so that `missing_docs` goes on reporting it.
fn cache_control(model: &Model<'_>, parts: &str) -> Option<TokenStream> {
    let is_public = matches!(model.vis, syn::Visibility::Public(_));
    if is_public && !model.attributes.have_docs() {
        return None;
    }
    let text = format!(" Results are cached. {parts}");
    Some(quote! {
        ///
        /// # Cache control
        ///
        #[doc = #text]
    })
}

/// What of a result is stored, decided by its type.
fn outcome(model: &Model<'_>, runtime: &TokenStream) -> TokenStream {
    let is = |given: &Option<Given<bool>>, value| {
        given.as_ref().is_some_and(|given| given.value == value)
    };
    let (span, returns) = (model.signature.returns_span, &model.signature.returns);
    let probes = Ident::new(probes(model.scope()), span);
    let probe = |name| {
        let (runtime, name) = (respan(runtime, span), Ident::new(name, span));
        quote_spanned!(span=> #runtime::#probes::#name::<#returns>::NEW)
    };
    let outcome = if is(&model.options.cache_err, true) || model.options.err_ttl.is_some() {
        let probe = probe("ErrProbe");
        quote_spanned!(span=> (&#probe).__outcome())
    } else if is(&model.options.cache_none, false) {
        let probe = probe("NoneProbe");
        quote_spanned!(span=> (&#probe).__outcome())
    } else if model.options.leak.is_some() {
        let probe = probe("LeakProbe");
        quote_spanned!(span=> (&&#probe).__outcome())
    } else if model.options.weak.is_some() {
        let probe = probe("WeakProbe");
        quote_spanned!(span=> (&&#probe).__outcome())
    } else {
        let probe = probe("OutcomeProbe");
        quote_spanned!(span=> (&&#probe).__outcome())
    };
    let options = &model.options;
    // With `soft_timeout` it keeps results for more than errors.
    if options.stale_if_error.is_none() || options.soft_timeout.is_some() {
        return outcome;
    }
    let (runtime, name) = (respan(runtime, span), Ident::new("FailureProbe", span));
    let asked = quote_spanned!(span=> #runtime::#name::<#returns>::NEW.__of(#outcome));
    quote! {{
        #[allow(unused_imports)]
        use #runtime::MissingFailure as _;
        #asked
    }}
}

/// What the options say about results: which are stored, and how large they are.
fn rules(model: &Model<'_>, runtime: &TokenStream) -> TokenStream {
    let returns = &model.signature.returns;
    let rule = |given: &Given<Expr>, answer: TokenStream| {
        let (key, function, rule) = (&given.key, &given.value, local("rule"));
        let answer = respan(answer, key.span());
        // A constant cannot see the arguments, so what uses them is told just that.
        quote_spanned! {key.span()=>
            .#key(const {
                let #rule: fn(&#returns) -> #answer = #function;
                #rule
            })
        }
    };
    let options = &model.options;
    let cache_if = options.cache_if.as_ref();
    let cache_if = cache_if.map(|given| rule(given, quote!(::core::primitive::bool)));
    let weigher = options.weigher.as_ref();
    let weigher = weigher.map(|given| rule(given, quote!(::core::primitive::usize)));
    let expires = options.expires.as_ref().map(|given| {
        let life = quote!(::core::option::Option<::core::time::Duration>);
        rule(given, life)
    });
    let adaptive = options.adaptive_ttl.as_ref().map(|given| {
        let (one, other) = (local("one"), local("other"));
        quote_spanned! {given.key.span()=>
            .adaptive(|#one: &#returns, #other: &#returns| *#one == *#other)
        }
    });
    let err_ttl = options.err_ttl.as_ref().map(config::span);
    quote!(#runtime::Rules::new() #cache_if #weigher #expires #adaptive #err_ttl)
}

/// Whether the tokens have an identifier of this name.
fn has_ident(tokens: impl IntoIterator<Item = TokenStream>, name: &Ident) -> bool {
    let is_name = |tree: &TokenTree| matches!(tree, TokenTree::Ident(ident) if ident == name);
    crate::item::find(tokens.into_iter().collect(), &is_name).is_some()
}
