//! Rules about the types of arguments and result, as far as syntax tells.

use syn::{Error, Type};

use crate::errors::Errors;
use crate::model::{KeySource, Model};
use crate::signature::Arg;
use crate::types::{self, peel, scan};

pub(super) fn result(model: &Model<'_>, errors: &mut Errors) {
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
pub(super) fn mutable_arguments(model: &Model<'_>, errors: &mut Errors) {
    if model.options.key_is_unsure {
        return;
    }
    for arg in model
        .looked_up()
        .filter(|arg| !arg.is_self() && scan(&arg.ty).mutable.is_some())
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

pub(super) fn key_arguments(model: &Model<'_>, errors: &mut Errors) {
    for arg in &model.signature.args {
        let is_whole = matches!(model.key_source(arg), KeySource::Argument);
        if is_whole && !model.options.key_is_unsure {
            let unfit = || unfit_for_key(arg, model.options.float_bits.is_some());
            errors.extend(closure(model, arg).or_else(unfit));
        }
    }
}

/// A closure has neither a hash nor an equal.
fn closure(model: &Model<'_>, arg: &Arg) -> Option<Error> {
    let generics = &model.signature.written.generics;
    types::is_closure(&arg.written, generics).then(|| {
        let name = &arg.name;
        let message = format!(
            "a closure is no key, as closures cannot be compared: leave it out of the key with \
             `skip({name})`, or say what counts with `key({name} = ..)`"
        );
        Error::new_spanned(&arg.written, message)
    })
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
