//! Rules about the kind of function.

use syn::spanned::Spanned;
use syn::{FnArg, Lifetime, ReturnType};

use crate::attrs;
use crate::errors::Errors;
use crate::hygiene;
use crate::model::Model;
use crate::signature::Arg;
use crate::types;

pub(super) fn once(model: &Model<'_>, errors: &mut Errors) {
    for again in &model.attributes.again {
        errors.at(
            again,
            "`#[memoize]` is given twice: remove one, and put all options in the other",
        );
    }
}

pub(super) fn qualifiers(model: &Model<'_>, errors: &mut Errors) {
    let sig = &model.signature.written;
    if let Some(token) = &sig.constness {
        errors.at(
            token,
            "a `const fn` cannot be memoized: a cache lives at run time; remove `const`, or keep \
             the function and memoize a wrapper of it",
        );
    }
    if model.signature.flavor.is_async() && !cfg!(feature = "async") {
        let span = match (&sig.asyncness, &sig.output) {
            (Some(token), _) => token.span(),
            (None, ReturnType::Type(_, ty)) => hygiene::telling_span(ty),
            (None, ReturnType::Default) => sig.ident.span(),
        };
        errors.push(syn::Error::new(
            span,
            "an async function needs the feature `async` of memokit: \
             `memokit = { version = \"..\", features = [\"async\"] }`",
        ));
    }
    if let Some(variadic) = &sig.variadic {
        errors.at(
            variadic,
            "a variadic function cannot be memoized: its arguments cannot be stored in a key; \
             memoize a function with a fixed number of them",
        );
    }
}

/// A change that a hit leaves out.
pub(super) fn receiver(model: &Model<'_>, errors: &mut Errors) {
    let Some(receiver) = model.signature.receiver() else {
        return;
    };
    let is_mutable = types::scan(&receiver.ty).mutable.is_some();
    let is_skipped = model.options.skip.iter().any(|name| name == "self");
    if is_mutable && !is_skipped {
        errors.at(
            receiver,
            "`&mut self` cannot be memoized: a cached answer would skip the change; take `&self`, \
             memoize the part that only reads, or leave the object out with `skip(self)` if its \
             change does not matter",
        );
    }
}

/// The body of a bulk function runs as often as keys are missing.
pub(super) fn bulk_receiver(model: &Model<'_>, errors: &mut Errors) {
    let (Some(_), Some(receiver)) = (&model.options.bulk, model.signature.receiver()) else {
        return;
    };
    if !model.signature.args.first().is_some_and(Arg::is_reference) {
        errors.at(
            receiver,
            "a method with `bulk` takes `&self`: its body may run more than once in a call",
        );
    }
}

/// `field = memo` needs an object whose field it is.
pub(super) fn field(model: &Model<'_>, errors: &mut Errors) {
    let Some(field) = &model.options.field else {
        return;
    };
    if model.signature.receiver().is_none() {
        errors.at(
            &field.key,
            "`field` keeps results in a field of `self`, which this function does not have: remove \
             `field`",
        );
    }
    if let Some(scope) = &model.options.scope {
        errors.at(
            &scope.key,
            "with `field` the results belong to the object, whoever calls: remove `scope`",
        );
    }
}

/// The compiler would report it once more for each function of the handle.
pub(super) fn declared_lifetimes(model: &Model<'_>, errors: &mut Errors) {
    let signature = &model.signature;
    // An `impl` may declare some, too.
    if !model.is_free() {
        return;
    }
    let types = signature.args.iter().map(|arg| &arg.ty);
    let mut named = Vec::new();
    for ty in types.chain([&signature.returns]) {
        named.extend(types::lifetimes(ty));
    }
    let declared = &signature.lifetimes;
    let from_nowhere = |name: &&Lifetime| !declared.iter().any(|known| known.lifetime == **name);
    if let Some(name) = named.iter().find(from_nowhere) {
        let function = &signature.written.ident;
        let message = format!(
            "lifetime `{name}` is not a parameter of this function: declare it with \
             `fn {function}<{name}>(..)`"
        );
        errors.at(name, message);
    }
}

/// The handle's functions do not have the feature, so they could not call the body.
pub(super) fn target_feature(model: &Model<'_>, errors: &mut Errors) {
    if model.is_unsafe() || !model.is_free() {
        return;
    }
    let visible = model.attributes.visible.iter();
    for attr in visible.filter(|attr| attrs::is(attr, "target_feature")) {
        errors.at(
            attr,
            "a safe function with `#[target_feature]` cannot be memoized: memoize a function \
             without it, which checks for the feature and calls this one",
        );
    }
}

/// The body of a method is in a closure, where the caller's location is the method's own.
pub(super) fn track_caller(model: &Model<'_>, errors: &mut Errors) {
    if model.is_free() {
        return;
    }
    let written = model.attributes.written.iter();
    for attr in written.filter(|attr| attrs::is(attr, "track_caller")) {
        errors.at(
            attr,
            "a memoized method does not see where it is called from: give this attribute to a \
             method without `#[memoize]`, which passes `Location::caller()` on as an argument if \
             the result depends on it",
        );
    }
}

pub(super) fn conditional_arguments(model: &Model<'_>, errors: &mut Errors) {
    for input in &model.signature.written.inputs {
        let FnArg::Typed(input) = input else { continue };
        for attr in input
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident("cfg"))
        {
            errors.at(
                attr,
                "an argument of a memoized function cannot depend on `#[cfg]`: write the function \
                 twice, each under its own `#[cfg]`",
            );
        }
    }
}

pub(super) fn handle_name(model: &Model<'_>, errors: &mut Errors) {
    let handle = model.handle();
    if model.is_free() && hygiene::is_primitive(&handle) {
        let message = format!(
            "the handle `{handle}` would hide the primitive type `{handle}`: give it another name, \
             `#[memoize(handle = {handle}_cache)]`"
        );
        errors.at(handle, message);
    }
}
