//! What the syntax of a type tells.
//!
//! Syntax is used for structure only. Whether a type can be a key or a result, the compiler
//! decides, in the probes of the runtime: it sees through aliases.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    BoundLifetimes, GenericArgument, GenericParam, Generics, Lifetime,
    ParenthesizedGenericArguments, PathArguments, PathSegment, TraitBound, Type, TypeBareFn,
    TypeImplTrait, TypeMacro, TypeParam, TypeParamBound, TypePath, TypePtr, TypeReference,
    TypeTraitObject, WherePredicate,
};

/// Containers whose elements are compared when they are.
const CONTAINERS: &[&str] = &["Option", "Vec", "Box", "Rc", "Arc", "Cow", "VecDeque"];

/// A type without parentheses and invisible groups round it.
pub(crate) fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Paren(paren) => peel(&paren.elem),
        Type::Group(group) => peel(&group.elem),
        ty => ty,
    }
}

/// `&T`.
pub(crate) fn as_reference(ty: &Type) -> Option<&TypeReference> {
    match peel(ty) {
        Type::Reference(reference) if reference.mutability.is_none() => Some(reference),
        _ => None,
    }
}

/// `T` of `Option<T>`.
pub(crate) fn option_element(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = peel(ty) else {
        return None;
    };
    match path.path.segments.last() {
        Some(last) if last.ident == "Option" => type_arguments(&last.arguments).next(),
        _ => None,
    }
}

/// Where a type has what a key or a result cannot have.
#[derive(Default)]
pub(crate) struct Scan {
    /// A reference or a named lifetime, other than `'static`.
    pub(crate) borrow: Option<Span>,
    pub(crate) mutable: Option<Span>,
    pub(crate) pointer: Option<Span>,
    pub(crate) function: Option<Span>,
    pub(crate) dynamic: Option<Span>,
    pub(crate) opaque: Option<Span>,
    /// The call of a macro, which may stand for any of these.
    pub(crate) unknown: Option<Span>,
}

pub(crate) fn scan(ty: &Type) -> Scan {
    let mut scan = Scan::default();
    scan.visit_type(ty);
    scan
}

impl<'a> Visit<'a> for Scan {
    fn visit_lifetime(&mut self, lifetime: &'a Lifetime) {
        if lifetime.ident != "static" {
            self.borrow.get_or_insert(lifetime.span());
        }
    }

    fn visit_type_reference(&mut self, reference: &'a TypeReference) {
        if let Some(mutability) = reference.mutability {
            self.mutable.get_or_insert(mutability.span());
        }
        if reference.lifetime.is_none() {
            self.borrow.get_or_insert(reference.and_token.span());
        }
        visit::visit_type_reference(self, reference);
    }

    fn visit_path_segment(&mut self, segment: &'a PathSegment) {
        if hides_lifetime(segment) {
            self.borrow.get_or_insert(segment.ident.span());
        }
        if segment.ident != "PhantomData" {
            return visit::visit_path_segment(self, segment);
        }
        // Of what it names it has nothing but the lifetimes.
        let mut named = Self::default();
        visit::visit_path_segment(&mut named, segment);
        self.borrow = self.borrow.or(named.borrow);
    }

    fn visit_type_ptr(&mut self, pointer: &'a TypePtr) {
        self.pointer.get_or_insert(pointer.star_token.span());
        visit::visit_type_ptr(self, pointer);
    }

    fn visit_type_trait_object(&mut self, object: &'a TypeTraitObject) {
        let span = object
            .dyn_token
            .map_or_else(|| object.span(), |token| token.span());
        self.dynamic.get_or_insert(span);
        visit::visit_type_trait_object(self, object);
    }

    fn visit_type_impl_trait(&mut self, opaque: &'a TypeImplTrait) {
        self.opaque.get_or_insert(opaque.impl_token.span());
        visit::visit_type_impl_trait(self, opaque);
    }

    fn visit_type_macro(&mut self, call: &'a TypeMacro) {
        self.unknown.get_or_insert(call.span());
    }

    fn visit_type_bare_fn(&mut self, function: &'a TypeBareFn) {
        // Lifetimes in the signature of a function are not held by a pointer to it.
        self.function.get_or_insert(function.fn_token.span());
    }

    // As in a function pointer: `Fn(&str)` holds no reference.
    fn visit_parenthesized_generic_arguments(&mut self, _: &'a ParenthesizedGenericArguments) {}

    fn visit_trait_bound(&mut self, bound: &'a TraitBound) {
        if bound.lifetimes.is_none() {
            visit::visit_trait_bound(self, bound);
        }
    }

    fn visit_bound_lifetimes(&mut self, _: &'a BoundLifetimes) {}
}

/// The lifetimes that a type names, except for those of its own and `'static`.
pub(crate) fn lifetimes(ty: &Type) -> Vec<Lifetime> {
    #[derive(Default)]
    struct Named {
        lifetimes: Vec<Lifetime>,
        own: Vec<Lifetime>,
    }
    impl<'a> Visit<'a> for Named {
        fn visit_lifetime(&mut self, lifetime: &'a Lifetime) {
            if lifetime.ident != "static" && lifetime.ident != "_" {
                self.lifetimes.push(lifetime.clone());
            }
        }

        fn visit_bound_lifetimes(&mut self, bound: &'a BoundLifetimes) {
            self.own
                .extend(bound.lifetimes.iter().filter_map(|param| match param {
                    GenericParam::Lifetime(param) => Some(param.lifetime.clone()),
                    _ => None,
                }));
        }
    }
    let mut named = Named::default();
    named.visit_type(ty);
    let Named { mut lifetimes, own } = named;
    lifetimes.retain(|lifetime| !own.contains(lifetime));
    lifetimes
}

/// `Cow<str>`: the one type of the standard library whose lifetime is often left out.
pub(crate) fn hides_lifetime(segment: &PathSegment) -> bool {
    let PathArguments::AngleBracketed(generics) = &segment.arguments else {
        return false;
    };
    let mut arguments = generics.args.iter();
    let names_one = arguments.any(|argument| matches!(argument, GenericArgument::Lifetime(_)));
    segment.ident == "Cow" && !names_one
}

/// A float that is surely part of what is compared: directly, or in references, tuples, arrays and
/// containers of the standard library. `OrderedFloat<f64>` has none.
pub(crate) fn float(ty: &Type) -> Option<Span> {
    match peel(ty) {
        Type::Reference(reference) => float(&reference.elem),
        Type::Slice(slice) => float(&slice.elem),
        Type::Array(array) => float(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(float),
        Type::Path(path) => float_in_path(path),
        _ => None,
    }
}

fn float_in_path(path: &TypePath) -> Option<Span> {
    let last = path.path.segments.last()?;
    if path
        .path
        .get_ident()
        .is_some_and(|ident| ident == "f32" || ident == "f64")
    {
        return Some(last.ident.span());
    }
    if CONTAINERS.iter().all(|name| last.ident != name) {
        return None;
    }
    type_arguments(&last.arguments).find_map(float)
}

/// A float that `floats = "bits"` cannot reach: it goes into references, options and tuples, and into
/// sequences that hold nothing but floats.
pub(crate) fn unreachable_float(ty: &Type) -> Option<Span> {
    let found = float(ty)?;
    match peel(ty) {
        Type::Reference(reference) => unreachable_float(&reference.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(unreachable_float),
        ty => match option_element(ty) {
            Some(element) => unreachable_float(element),
            None => (!is_floats(ty)).then_some(found),
        },
    }
}

/// A float, or a sequence or option of such, at any depth.
fn is_floats(ty: &Type) -> bool {
    match peel(ty) {
        Type::Slice(slice) => is_floats(&slice.elem),
        Type::Array(array) => is_floats(&array.elem),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else {
                return false;
            };
            let element = type_arguments(&last.arguments).next();
            match (last.ident.to_string().as_str(), element) {
                ("f32" | "f64", None) => true,
                ("Vec" | "Option", Some(element)) => is_floats(element),
                ("Box", Some(Type::Slice(slice))) => is_floats(&slice.elem),
                _ => false,
            }
        }
        _ => false,
    }
}

/// Whether a type is a closure's: `impl Fn(..)`, or a parameter with such a bound.
pub(crate) fn is_closure(ty: &Type, generics: &Generics) -> bool {
    let ty = as_reference(ty).map_or(ty, |reference| &reference.elem);
    match peel(ty) {
        Type::ImplTrait(opaque) => opaque.bounds.iter().any(is_fn),
        Type::Path(path) => generics
            .type_params()
            .find(|param| path.path.is_ident(&param.ident))
            .is_some_and(|param| bounds(param, generics).any(is_fn)),
        _ => false,
    }
}

/// What is said of a parameter, where it is declared and in the `where` clause.
fn bounds<'a>(
    param: &'a TypeParam,
    generics: &'a Generics,
) -> impl Iterator<Item = &'a TypeParamBound> {
    let is_it = |ty: &Type| matches!(ty, Type::Path(path) if path.path.is_ident(&param.ident));
    let clause = generics.where_clause.iter();
    let conditions = clause.flat_map(|clause| &clause.predicates);
    let further = conditions.filter_map(move |predicate| match predicate {
        WherePredicate::Type(condition) if is_it(&condition.bounded_ty) => Some(&condition.bounds),
        _ => None,
    });
    param.bounds.iter().chain(further.flatten())
}

fn is_fn(bound: &TypeParamBound) -> bool {
    let TypeParamBound::Trait(bound) = bound else {
        return false;
    };
    let names = ["Fn", "FnMut", "FnOnce"];
    let last = bound.path.segments.last();
    last.is_some_and(|last| names.iter().any(|name| last.ident == name))
}

fn type_arguments(arguments: &PathArguments) -> impl Iterator<Item = &Type> {
    let arguments = match arguments {
        PathArguments::AngleBracketed(generics) => Some(generics.args.iter()),
        _ => None,
    };
    arguments
        .into_iter()
        .flatten()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
}
