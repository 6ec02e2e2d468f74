//! The signature of the function, taken apart: arguments, result, lifetimes.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, GenericArgument, GenericParam, Lifetime, LifetimeParam, ParenthesizedGenericArguments,
    Pat, PatType, PathArguments, PathSegment, ReturnType, Token, Type, TypeBareFn, TypeReference,
    WherePredicate, parse_quote,
};

use crate::hygiene;
use crate::types::{as_reference, hides_lifetime};

/// A signature, together with what was found in it.
pub(crate) struct Signature {
    /// As written.
    pub(crate) written: syn::Signature,
    pub(crate) args: Vec<Arg>,
    /// `()` if there is none.
    pub(crate) returns: Type,
    /// Where errors about the result are shown.
    pub(crate) returns_span: Span,
    /// With the bounds of the `where` clause inline.
    pub(crate) lifetimes: Vec<LifetimeParam>,
    /// A lifetime of our own, for what the by-reference forms borrow.
    pub(crate) borrow: Lifetime,
}

/// One argument.
pub(crate) struct Arg {
    /// Its name, or one made up for a pattern.
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

impl Signature {
    pub(crate) fn new(written: syn::Signature) -> Self {
        let args = args(&written);
        let returns = match &written.output {
            ReturnType::Default => parse_quote!(()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        let returns_span = match &written.output {
            ReturnType::Default => written.ident.span(),
            ReturnType::Type(_, ty) => hygiene::telling_span(ty),
        };
        let lifetimes = lifetimes(&written);
        let is_taken = |name: &str| lifetimes.iter().any(|known| known.lifetime.ident == name);
        let borrow = format!("'{}", hygiene::fresh("k", is_taken));
        let borrow = Lifetime::new(&borrow, Span::call_site());
        Self {
            written,
            args,
            returns,
            returns_span,
            lifetimes,
            borrow,
        }
    }

    /// The signature with a plain name for each argument.
    pub(crate) fn with_names(&self) -> syn::Signature {
        let mut sig = self.written.clone();
        for (input, arg) in typed_mut(&mut sig).zip(&self.args) {
            let name = &arg.name;
            input.pat = parse_quote!(#name);
            // Attributes of an argument are about how the body uses it.
            input.attrs.clear();
        }
        sig
    }

    /// The signature for a function on the handle, which is called from Rust only.
    pub(crate) fn renamed(mut sig: syn::Signature, name: &str) -> syn::Signature {
        sig.ident = Ident::new(name, sig.ident.span());
        sig.abi = None;
        sig
    }
}

impl Arg {
    /// Whether it is a reference already and needs no other for the by-reference forms.
    pub(crate) fn is_reference(&self) -> bool {
        as_reference(&self.ty).is_some()
    }

    /// Its type in the by-reference forms, borrowed for `lifetime`.
    pub(crate) fn by_reference(&self, lifetime: &Lifetime) -> Type {
        let mut ty = self.ty.clone();
        Elided(lifetime).visit_type_mut(&mut ty);
        if self.is_reference() {
            ty
        } else {
            parse_quote!(&#lifetime #ty)
        }
    }
}

fn args(sig: &syn::Signature) -> Vec<Arg> {
    let plain_name = |input: &PatType| match &*input.pat {
        Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none() => Some(pat.ident.clone()),
        _ => None,
    };
    let names: Vec<_> = typed(sig).filter_map(plain_name).collect();
    let is_taken = |wanted: &str| names.iter().any(|name| name.unraw() == wanted);
    let arg = |(n, input): (usize, &PatType)| Arg {
        name: plain_name(input).unwrap_or_else(|| {
            format_ident!(
                "{}",
                hygiene::fresh(&format!("arg{n}"), is_taken),
                span = input.pat.span()
            )
        }),
        ty: (*input.ty).clone(),
    };
    typed(sig).enumerate().map(arg).collect()
}

fn typed(sig: &syn::Signature) -> impl Iterator<Item = &PatType> {
    sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) => Some(input),
        FnArg::Receiver(_) => None,
    })
}

fn typed_mut(sig: &mut syn::Signature) -> impl Iterator<Item = &mut PatType> {
    sig.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(input) => Some(input),
        FnArg::Receiver(_) => None,
    })
}

/// The lifetimes, with `where 'a: 'b` moved to where they are declared, so that a list of
/// generics is all that the handle's functions need.
fn lifetimes(sig: &syn::Signature) -> Vec<LifetimeParam> {
    let mut params: Vec<LifetimeParam> = sig.generics.lifetimes().cloned().collect();
    let predicates = sig
        .generics
        .where_clause
        .iter()
        .flat_map(|clause| &clause.predicates);
    for predicate in predicates {
        let WherePredicate::Lifetime(bound) = predicate else {
            continue;
        };
        let Some(param) = params
            .iter_mut()
            .find(|param| param.lifetime == bound.lifetime)
        else {
            continue;
        };
        param.colon_token.get_or_insert(<Token![:]>::default());
        param.bounds.extend(bound.bounds.iter().cloned());
    }
    params
}

/// The parameters that stand for types or constants.
pub(crate) fn generic_params(sig: &syn::Signature) -> impl Iterator<Item = &GenericParam> {
    sig.generics
        .params
        .iter()
        .filter(|param| !matches!(param, GenericParam::Lifetime(_)))
}

/// Names the lifetimes that a type leaves out.
struct Elided<'a>(&'a Lifetime);

impl VisitMut for Elided<'_> {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        reference.lifetime.get_or_insert_with(|| self.0.clone());
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.0.clone();
        }
    }

    fn visit_path_segment_mut(&mut self, segment: &mut PathSegment) {
        let hides_lifetime = hides_lifetime(segment);
        if let (true, PathArguments::AngleBracketed(generics)) =
            (hides_lifetime, &mut segment.arguments)
        {
            generics
                .args
                .insert(0, GenericArgument::Lifetime(self.0.clone()));
        }
        visit_mut::visit_path_segment_mut(self, segment);
    }

    // The lifetimes in there are the function's own.
    fn visit_type_bare_fn_mut(&mut self, _: &mut TypeBareFn) {}

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {
    }
}
