//! How a function is asynchronous, if it is.

use syn::{
    AssocType, GenericArgument, PathArguments, ReturnType, Signature, Type, TypeParamBound,
    TypePath,
};

use crate::types::peel;

/// What a call gives: the result, or a future for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavor {
    /// `fn f() -> R`.
    Sync,
    /// `async fn f() -> R`.
    Async,
    /// `fn f() -> Pin<Box<dyn Future<Output = R>>>`, as recursion and `#[async_trait]` need it, or
    /// `fn f() -> BoxFuture<'static, R>`.
    Boxed,
    /// `fn f() -> impl Future<Output = R>`.
    Opaque,
}

impl Flavor {
    /// The flavor of a function, and the type that its future has in the end where the declared
    /// type is the future's.
    pub(crate) fn of(sig: &Signature) -> (Self, Option<Type>) {
        let ReturnType::Type(_, declared) = &sig.output else {
            let flavor = if sig.asyncness.is_some() {
                Self::Async
            } else {
                Self::Sync
            };
            return (flavor, None);
        };
        if sig.asyncness.is_some() {
            return (Self::Async, None);
        }
        if let Some(output) = boxed_output(declared) {
            return (Self::Boxed, Some(output.clone()));
        }
        if let Type::ImplTrait(opaque) = peel(declared)
            && let Some(output) = output(opaque.bounds.iter())
        {
            return (Self::Opaque, Some(output.clone()));
        }
        (Self::Sync, None)
    }

    pub(crate) fn is_async(self) -> bool {
        self != Self::Sync
    }
}

/// `R` of `Pin<Box<dyn Future<Output = R>>>`, or of the names that the crate `futures` has for it:
/// through other aliases a macro cannot see.
fn boxed_output(ty: &Type) -> Option<&Type> {
    let alias = ["BoxFuture", "LocalBoxFuture"];
    if let Some(output) = alias.iter().find_map(|name| argument_of(ty, name)) {
        return Some(output);
    }
    let inner = argument_of(argument_of(ty, "Pin")?, "Box")?;
    match peel(inner) {
        Type::TraitObject(object) => output(object.bounds.iter()),
        _ => None,
    }
}

/// `T` of `Name<T>` or `Name<'a, T>`, whatever path is before the name.
fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(TypePath { path, .. }) = peel(ty) else {
        return None;
    };
    let last = path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// `R` of `Future<Output = R>` among the bounds.
fn output<'a>(bounds: impl Iterator<Item = &'a TypeParamBound>) -> Option<&'a Type> {
    let mut futures = bounds.filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound
            .path
            .segments
            .last()
            .filter(|last| last.ident == "Future"),
        _ => None,
    });
    let PathArguments::AngleBracketed(arguments) = &futures.next()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(AssocType { ident, ty, .. }) if ident == "Output" => Some(ty),
        _ => None,
    })
}
