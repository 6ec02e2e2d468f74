//! Rules about the types of arguments and result, as far as syntax tells.

use syn::{Error, Type};

use crate::errors::Errors;
use crate::model::{KeySource, Model};
use crate::signature::Arg;
use crate::types::{self, peel, scan};

pub(super) fn result(model: &Model, errors: &mut Errors) {
    let returns = &model.signature.returns;
    let found = scan(returns);
    if matches!(peel(returns), Type::Never(_)) {
        errors.at(
            returns,
            "a function that never returns has nothing to cache: remove `#[memoize]`",
        );
    } else if found.opaque.is_some() {
        errors.at(
            returns,
            "`impl Trait` cannot be cached: the returned type has no name and need not be `Clone`; \
             return a concrete type, `Arc<dyn Trait>` or `Arc<[T]>`",
        );
    } else if found.borrow.is_some() {
        errors.at(
            returns,
            "a memoized function cannot return borrowed data: the cache outlives the call; return \
             an owned type, `Arc<T>` or `&'static T`",
        );
    }
}

/// Even a key expression does not make up for a change that a hit leaves out.
pub(super) fn mutable_arguments(model: &Model, errors: &mut Errors) {
    if model.options.key_is_unsure {
        return;
    }
    for arg in model
        .looked_up()
        .filter(|arg| scan(&arg.ty).mutable.is_some())
    {
        let message = format!(
            "`&mut` arguments cannot be memoized: a cached answer would skip the change; return \
             the new value instead, or leave the argument out with `skip({})` if its change does \
             not matter",
            arg.name
        );
        errors.at(&arg.ty, message);
    }
}

pub(super) fn key_arguments(model: &Model, errors: &mut Errors) {
    for arg in &model.signature.args {
        let is_whole = matches!(model.key_source(arg), KeySource::Argument);
        if let Some(error) = opaque(arg) {
            errors.push(error);
        } else if is_whole && !model.options.key_is_unsure {
            errors.extend(unfit_for_key(arg, model.options.float_bits.is_some()));
        }
    }
}

/// An `impl Trait` argument makes the function generic, whether it is part of the key or not.
fn opaque(arg: &Arg) -> Option<Error> {
    let name = &arg.name;
    let message = if types::is_closure(&arg.ty) {
        format!(
            "`impl Fn` arguments are not supported yet: take a function pointer, `fn(..) -> ..`, \
             and leave it out of the key with `skip({name})`"
        )
    } else {
        scan(&arg.ty).opaque?;
        "`impl Trait` arguments are not supported yet: name the type".to_owned()
    };
    Some(Error::new_spanned(&arg.ty, message))
}

fn unfit_for_key(arg: &Arg, float_bits: bool) -> Option<Error> {
    let found = scan(&arg.ty);
    if found.mutable.is_some() {
        return None;
    }
    let name = &arg.name;
    let cure = format!(
        "say what counts with `key({name} = ..)`, or leave the argument out with `skip({name})`"
    );
    let (span, reason) = if let Some(span) = found.pointer {
        (
            span,
            "a raw pointer is no key, the same address may hold another value later",
        )
    } else if let Some(span) = found.function {
        (
            span,
            "a function pointer is no key, equal functions may differ in address",
        )
    } else if let Some(span) = found.dynamic {
        (span, "a `dyn` value cannot be hashed and compared")
    } else if let (Some(span), false) = (types::float(&arg.ty), float_bits) {
        let reason = "floats are not `Eq`: compare them by their bits with `floats = \"bits\"`";
        return Some(Error::new(span, format!("{reason}, or {cure}")));
    } else if let Some(span) = types::unreachable_float(&arg.ty) {
        (
            span,
            "`floats = \"bits\"` reaches into options, tuples, arrays, slices and vectors only",
        )
    } else {
        return None;
    };
    Some(Error::new(span, format!("{reason}: {cure}")))
}
