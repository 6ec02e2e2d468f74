//! The attribute `#[invalidates]`: what a function makes stale is removed when it has succeeded.
//!
//! The function stays as it is but for its body, which runs in a closure or a block of its own, so that
//! a `return` or a `?` in there does not pass over what follows. Arguments that are named in the
//! attribute are noted before, since the body may take them.

mod targets;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, ReturnType, Type, UnOp};

use crate::errors::Errors;
use crate::fallback;
use crate::flavor::Flavor;
use crate::hygiene;
use crate::item::{self, Item};
use targets::{Target, Targets};

pub(crate) fn expansion(targets: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let item = item::ungrouped(item);
    let targets = Targets::parse(targets, &mut errors);
    let Ok(function) = syn::parse2::<Item>(item.clone()) else {
        let first = item.clone().into_iter().next();
        let span = first.map_or_else(Span::call_site, |tree| tree.span());
        let message = "`#[invalidates]` goes on a function with a body";
        errors.push(syn::Error::new(span, message));
        return fallback::with_errors(&item, errors);
    };
    if let Some(constness) = &function.sig.constness {
        let message = "a `const fn` changes nothing that could be stale: remove `const`";
        errors.at(constness, message);
    }
    if errors.is_empty() {
        expand(&targets, function)
    } else {
        fallback::with_errors(&item, errors)
    }
}

fn expand(targets: &Targets, function: Item) -> TokenStream {
    let Item {
        attrs,
        vis,
        sig,
        body,
    } = function;
    let runtime = hygiene::runtime(targets.krate.as_ref());
    let after = Clears::new(&targets.list, &runtime);
    let (flavor, output) = Flavor::of(&sig);
    let declared = match &sig.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some(&**ty),
    };
    let result = hygiene::local("result");
    let future = hygiene::local("future");
    let Clears { notes, clears } = &after;
    let then = |output: Option<&Type>| {
        let if_succeeded = if_succeeded(&runtime, &result, output, clears);
        quote!(#if_succeeded #result)
    };
    let returns = declared.filter(|ty| can_be_written_again(ty));
    let returns = returns.map(|ty| quote!(-> #ty));
    let closure = quote!(move || #returns #body);
    let steps = match flavor {
        Flavor::Sync => {
            let then = then(declared);
            quote!(let #result = #runtime::run(#closure); #then)
        }
        Flavor::Async => {
            let ty = declared.map_or_else(|| quote!(()), ToTokens::to_token_stream);
            let then = then(declared);
            quote! {
                let #result = #runtime::future_of::<#ty, _>(async move #body).await;
                #then
            }
        }
        Flavor::Boxed | Flavor::Opaque => {
            let then = then(output.as_ref());
            let block = quote!(async move { let #result: #output = #future.await; #then });
            let block = if flavor == Flavor::Boxed {
                quote!(::std::boxed::Box::pin(#block))
            } else {
                block
            };
            quote!(let #future = #runtime::run(#closure); #block)
        }
    };
    let steps = quote_spanned!(body.span()=> { #notes #steps });
    quote!(#(#attrs)* #vis #sig #steps)
}

/// What is noted before the body runs, and what is removed after it.
struct Clears {
    notes: TokenStream,
    clears: TokenStream,
}

impl Clears {
    fn new(targets: &[Target], runtime: &TokenStream) -> Self {
        let mut notes = TokenStream::new();
        let mut count = 0_usize;
        let mut note = |expr: &Expr| {
            // An error about the expression is shown there.
            let span = expr.span();
            let mut name = hygiene::local(&format!("noted{count}"));
            name.set_span(name.span().located_at(span));
            count += 1;
            let value = if let Some(made) = made_on_the_spot(expr) {
                made.to_token_stream()
            } else {
                quote_spanned!(span=> #runtime::noted(&(#expr)))
            };
            notes.extend(quote!(let #name = #value;));
            quote_spanned!(span=> &#name)
        };
        let clears = targets.iter().map(|target| match target {
            Target::Entry(entry) => {
                let arguments: Vec<_> = entry.arguments.iter().map(&mut note).collect();
                let (handle, generics) = entry.handle();
                quote_spanned! {entry.span()=>
                    let _ = #handle::invalidate #generics (#(#arguments),*);
                }
            }
            Target::Matching(handle, pattern) => {
                let pattern = note(pattern);
                quote_spanned!(handle.span()=> let _ = #handle::invalidate_matching(#pattern);)
            }
            Target::All(handle) => {
                quote_spanned!(handle.span()=> let _ = #runtime::by_value::forget(#handle::cache());)
            }
            Target::Tag(tag) => {
                let tag = note(tag);
                quote_spanned!(tag.span()=> let _ = #runtime::clear_tag(#tag);)
            }
        });
        let clears = clears.collect();
        Self { notes, clears }
    }
}

/// What a reference is to, if nobody else has it: a copy of the reference would outlive it.
fn made_on_the_spot(expr: &Expr) -> Option<&Expr> {
    let Expr::Reference(reference) = ungrouped(expr) else {
        return None;
    };
    let made = ungrouped(&reference.expr);
    let is_elsewhere = match made {
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) | Expr::Verbatim(_) => true,
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)),
        _ => false,
    };
    (!is_elsewhere && reference.mutability.is_none()).then_some(made)
}

fn ungrouped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => ungrouped(&inner.expr),
        Expr::Group(inner) => ungrouped(&inner.expr),
        expr => expr,
    }
}

/// The result's type says whether there is a way to fail.
fn if_succeeded(
    runtime: &TokenStream,
    result: &proc_macro2::Ident,
    output: Option<&Type>,
    clears: &TokenStream,
) -> TokenStream {
    // An opaque type is no `Result`.
    let is_known = output.is_some_and(can_be_written_again);
    let condition = if is_known {
        quote! {{
            #[allow(unused_imports, reason = "what a `Result` says comes first")]
            use #runtime::AlwaysSucceeds as _;
            #runtime::Succeeded(&#result).holds()
        }}
    } else {
        quote!(true)
    };
    quote! {
        #[allow(
            deprecated,
            clippy::all,
            clippy::pedantic,
            reason = "as the attribute writes it"
        )]
        if #condition {
            #clears
        }
    }
}

/// Whether a type means the same wherever it stands: an `impl Trait` stands for another one each time.
fn can_be_written_again(ty: &Type) -> bool {
    struct Opaque(bool);
    impl Visit<'_> for Opaque {
        fn visit_type(&mut self, ty: &Type) {
            self.0 |= matches!(ty, Type::ImplTrait(_) | Type::Never(_));
            visit::visit_type(self, ty);
        }
    }
    let mut opaque = Opaque(false);
    opaque.visit_type(ty);
    !opaque.0
}
