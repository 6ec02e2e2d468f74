//! The parameters of a function that stand for types and constants.
//!
//! The by-reference forms have those that the key or the result depend on. A parameter that occurs
//! in skipped arguments only, such as the type of a closure, is not among them: nothing there could
//! tell what it is.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    ConstParam, GenericParam, Generics as Written, Type, TypeParam, TypeParamBound, WherePredicate,
    parse_quote,
};

use crate::item::find;

/// The type and constant parameters of a function.
#[derive(Default)]
pub(crate) struct Generics {
    /// As they were written.
    written: Vec<GenericParam>,
    /// One for each `impl Trait` in an argument, in order.
    pub(crate) implied: Vec<TypeParam>,
    /// Conditions other than on lifetimes.
    predicates: Vec<WherePredicate>,
    /// Those that the by-reference forms do without.
    left_out: Vec<Ident>,
}

impl Generics {
    pub(crate) fn new(written: &Written, implied: Vec<TypeParam>) -> Self {
        let is_lifetime = |param: &&GenericParam| matches!(param, GenericParam::Lifetime(_));
        let clause = written.where_clause.iter();
        let predicates = clause.flat_map(|clause| &clause.predicates);
        Self {
            written: written
                .params
                .iter()
                .filter(|param| !is_lifetime(param))
                .cloned()
                .map(without_default)
                .collect(),
            implied,
            predicates: predicates
                .filter(|predicate| !matches!(predicate, WherePredicate::Lifetime(_)))
                .cloned()
                .collect(),
            left_out: Vec::new(),
        }
    }

    /// Leaves out the parameters that occur in `skipped`, but neither in `used` nor in what is said
    /// of those that stay.
    pub(crate) fn leave_out(&mut self, skipped: &TokenStream, used: &TokenStream) {
        let candidates: Vec<GenericParam> = self
            .all()
            .filter(|param| mentions(skipped.clone(), name(param)))
            .collect();
        let mut needed = used.clone();
        let stays = |param: &GenericParam| {
            let is_candidate = |other: &GenericParam| name(other) == name(param);
            !candidates.iter().any(is_candidate)
        };
        for param in self.all().filter(|param| stays(param)) {
            needed.extend(param.to_token_stream());
        }
        // What is needed may need more in turn.
        let mut left: Vec<GenericParam> = candidates;
        loop {
            let (more, rest): (Vec<_>, Vec<_>) = left
                .into_iter()
                .partition(|param| mentions(needed.clone(), name(param)));
            left = rest;
            if more.is_empty() {
                break;
            }
            needed.extend(more.iter().map(ToTokens::to_token_stream));
        }
        self.left_out = left.iter().map(|param| name(param).clone()).collect();
    }

    fn all(&self) -> impl Iterator<Item = GenericParam> {
        let implied = self.implied.iter().cloned().map(GenericParam::Type);
        self.written.iter().cloned().chain(implied)
    }

    /// The parameters of the by-reference forms.
    pub(crate) fn kept(&self) -> impl Iterator<Item = GenericParam> {
        self.all()
            .filter(|param| !self.left_out.contains(name(param)))
    }

    /// Those of them that have a name in the function itself.
    pub(crate) fn kept_written(&self) -> impl Iterator<Item = GenericParam> {
        self.kept().filter(|param| !self.is_implied(name(param)))
    }

    /// Whether there is an `impl Trait` in a type, which has a name for each of them.
    pub(crate) fn has_implied(&self, ty: &Type) -> bool {
        let mut implied = self.implied.iter();
        implied.any(|param| mentions(ty.to_token_stream(), &param.ident))
    }

    fn is_implied(&self, wanted: &Ident) -> bool {
        self.implied.iter().any(|param| param.ident == *wanted)
    }

    /// The conditions of the by-reference forms, as a `where` clause.
    pub(crate) fn conditions(&self) -> Option<TokenStream> {
        let mentions_none = |predicate: &&WherePredicate| {
            let tokens = predicate.to_token_stream();
            !self
                .left_out
                .iter()
                .any(|param| mentions(tokens.clone(), param))
        };
        let kept: Vec<_> = self.predicates.iter().filter(mentions_none).collect();
        (!kept.is_empty()).then(|| quote!(where #(#kept),*))
    }

    /// `::<T, N, _>` for the by-reference forms and a question, where all types have names.
    pub(crate) fn turbofish(&self) -> Option<TokenStream> {
        let arguments: Vec<_> = self.kept().map(|param| argument(&param)).collect();
        (!arguments.is_empty()).then(|| quote!(::<#(#arguments,)* _>))
    }

    /// The same where an `impl Trait` has no name: the compiler finds out what it is.
    pub(crate) fn turbofish_from_outside(&self) -> Option<TokenStream> {
        let arguments = self.kept().map(|param| {
            if self.is_implied(name(&param)) {
                quote!(_)
            } else {
                argument(&param)
            }
        });
        let arguments: Vec<_> = arguments.collect();
        (!arguments.is_empty()).then(|| quote!(::<#(#arguments,)* _>))
    }

    /// `::<T, N>` for the function itself.
    pub(crate) fn turbofish_of_body(&self) -> Option<TokenStream> {
        let arguments: Vec<_> = self.written.iter().map(argument).collect();
        (!arguments.is_empty()).then(|| quote!(::<#(#arguments),*>))
    }
}

/// The type or constant parameters in a list of generics.
pub(crate) fn params(written: &Written) -> Vec<GenericParam> {
    Generics::new(written, Vec::new()).written
}

/// What tells instantiations with these parameters apart: the type of a closure in a function that
/// has them, and no other use. Unlike a function's own type, a closure's is known as `'static`
/// whatever its parameters are.
pub(crate) struct Tag<'a> {
    pub(crate) params: &'a [GenericParam],
}

impl Tag<'_> {
    /// `<T: ?Sized, const N: usize>`, for a function in which they may be any type.
    pub(crate) fn declared(&self) -> Option<TokenStream> {
        let params = self.params.iter().map(|param| match param {
            GenericParam::Const(ConstParam { ident, ty, .. }) => quote!(const #ident: #ty),
            param => {
                let name = name(param);
                quote!(#name: ?::core::marker::Sized)
            }
        });
        (!self.params.is_empty()).then(|| quote!(<#(#params),*>))
    }

    /// `::<T, N>`.
    pub(crate) fn turbofish(&self) -> Option<TokenStream> {
        let arguments = self.params.iter().map(argument);
        (!self.params.is_empty()).then(|| quote!(::<#(#arguments),*>))
    }

    /// `described.ty::<T>(); described.constant(&N);`.
    pub(crate) fn described(&self, described: &Ident) -> TokenStream {
        let calls = self.params.iter().map(|param| {
            let name = name(param);
            if matches!(param, GenericParam::Const(_)) {
                quote!(#described.constant(&#name);)
            } else {
                quote!(#described.ty::<#name>();)
            }
        });
        calls.collect()
    }
}

pub(crate) fn name(param: &GenericParam) -> &Ident {
    match param {
        GenericParam::Type(param) => &param.ident,
        GenericParam::Const(param) => &param.ident,
        GenericParam::Lifetime(param) => &param.lifetime.ident,
    }
}

/// What stands for a parameter in a list of generic arguments: a constant in braces, as its name alone would be
/// that of a type, if there is one.
fn argument(param: &GenericParam) -> TokenStream {
    let name = name(param);
    match param {
        GenericParam::Const(_) => quote!({ #name }),
        _ => name.to_token_stream(),
    }
}

fn without_default(mut param: GenericParam) -> GenericParam {
    match &mut param {
        GenericParam::Type(param) => {
            param.eq_token = None;
            param.default = None;
        }
        GenericParam::Const(param) => {
            param.eq_token = None;
            param.default = None;
        }
        GenericParam::Lifetime(_) => {}
    }
    param
}

pub(crate) fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    find(
        tokens,
        &|tree| matches!(tree, TokenTree::Ident(ident) if ident == name),
    )
    .is_some()
}

/// Gives each `impl Trait` in an argument's type a name.
#[derive(Default)]
pub(crate) struct NameImpls(pub(crate) Vec<TypeParam>);

impl VisitMut for NameImpls {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Type::ImplTrait(opaque) = ty {
            let name = format_ident!("__Impl{}", self.0.len(), span = opaque.impl_token.span);
            let bounds: Vec<TypeParamBound> = opaque.bounds.iter().cloned().collect();
            self.0.push(parse_quote!(#name: #(#bounds)+*));
            *ty = parse_quote!(#name);
        }
    }
}
