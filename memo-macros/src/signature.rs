//! The signature of the function, taken apart: arguments, result, generics.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, GenericArgument, Lifetime, LifetimeParam, ParenthesizedGenericArguments, Pat, PatType,
    PathArguments, PathSegment, Receiver, ReturnType, Token, Type, TypeBareFn, TypeReference,
    WherePredicate, parse_quote,
};

use crate::flavor::Flavor;
use crate::generics::{Generics, NameImpls};
use crate::hygiene;
use crate::types::{as_reference, hides_lifetime};

/// A signature, together with what was found in it.
pub(crate) struct Signature {
    /// As written.
    pub(crate) written: syn::Signature,
    pub(crate) flavor: Flavor,
    /// `self` first, if there is one.
    pub(crate) args: Vec<Arg>,
    /// What the body gives: `()` if nothing is declared, and what a future gives in the end.
    pub(crate) output: Type,
    /// What is cached.
    pub(crate) returns: Type,
    /// Where errors about the result are shown.
    pub(crate) returns_span: Span,
    /// With the bounds of the `where` clause inline.
    pub(crate) lifetimes: Vec<LifetimeParam>,
    /// The other parameters.
    pub(crate) generics: Generics,
    /// A lifetime of our own, for what the by-reference forms borrow.
    pub(crate) borrow: Lifetime,
}

/// One argument.
pub(crate) struct Arg {
    /// Its name, or one made up for a pattern.
    pub(crate) name: Ident,
    /// With a name for each `impl Trait`.
    pub(crate) ty: Type,
    pub(crate) written: Type,
    /// An element of a slice of keys, in place of that: at hand by reference.
    pub(crate) is_one_of_many: bool,
}

impl Signature {
    pub(crate) fn new(written: syn::Signature) -> Self {
        let mut implied = NameImpls::default();
        let args = args(&written, &mut implied);
        let (flavor, output) = Flavor::of(&written);
        let declared = match &written.output {
            ReturnType::Default => parse_quote!(()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        let returns = output.unwrap_or(declared);
        let returns_span = match &written.output {
            ReturnType::Default => written.ident.span(),
            ReturnType::Type(..) => hygiene::telling_span(&returns),
        };
        let lifetimes = lifetimes(&written);
        let is_taken = |name: &str| lifetimes.iter().any(|known| known.lifetime.ident == name);
        let borrow = format!("'{}", hygiene::fresh("k", is_taken));
        let borrow = Lifetime::new(&borrow, Span::call_site());
        Self {
            flavor,
            args,
            output: returns.clone(),
            returns,
            returns_span,
            lifetimes,
            generics: Generics::new(&written.generics, implied.0),
            borrow,
            written,
        }
    }

    pub(crate) fn receiver(&self) -> Option<&Receiver> {
        self.written.receiver()
    }

    /// The arguments without `self`, with their patterns.
    pub(crate) fn typed(&self) -> impl Iterator<Item = (&Arg, &Pat)> {
        let args = self.args.iter().filter(|arg| !arg.is_self());
        args.zip(typed(&self.written).map(|input| &*input.pat))
    }

    /// The signature with a plain name for each argument.
    pub(crate) fn with_names(&self) -> syn::Signature {
        let mut sig = self.written.clone();
        let names = self.args.iter().filter(|arg| !arg.is_self());
        for (input, Arg { name, .. }) in typed_mut(&mut sig).zip(names) {
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
    pub(crate) fn is_self(&self) -> bool {
        self.name == "self"
    }

    /// Whether it is a reference already and needs no other for the by-reference forms.
    pub(crate) fn is_reference(&self) -> bool {
        as_reference(&self.ty).is_some()
    }

    /// Whether the function has it as the by-reference forms take it.
    pub(crate) fn is_borrowed(&self) -> bool {
        self.is_reference() || self.is_one_of_many
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

/// The name of an argument whose pattern is just that.
pub(crate) fn plain_name(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none() => Some(&pat.ident),
        _ => None,
    }
}

fn args(sig: &syn::Signature, implied: &mut NameImpls) -> Vec<Arg> {
    let names: Vec<_> = typed(sig)
        .filter_map(|input| plain_name(&input.pat))
        .collect();
    let is_taken = |wanted: &str| names.iter().any(|name| name.unraw() == wanted);
    let name = |n: usize, pat: &Pat| {
        let made_up = || hygiene::fresh(&format!("arg{n}"), is_taken);
        let name = plain_name(pat).cloned();
        name.unwrap_or_else(|| format_ident!("{}", made_up(), span = pat.span()))
    };
    let receiver = sig.receiver().map(|receiver| Arg {
        name: Ident::new("self", receiver.self_token.span),
        ty: (*receiver.ty).clone(),
        written: (*receiver.ty).clone(),
        is_one_of_many: false,
    });
    let typed = typed(sig).enumerate().map(|(n, input)| {
        let mut ty = (*input.ty).clone();
        implied.visit_type_mut(&mut ty);
        Arg {
            name: name(n, &input.pat),
            ty,
            written: (*input.ty).clone(),
            is_one_of_many: false,
        }
    });
    receiver.into_iter().chain(typed).collect()
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
