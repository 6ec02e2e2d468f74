//! Rules about options, alone and beside each other.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::Expr;

use crate::errors::Errors;
use crate::item::{find_name, find_unqualified};
use crate::model::Model;
use crate::options::{Bytes, Given, Maxsize, Policy, Protection, Span, Ttl};
use crate::suggest;

/// `skip` and `key(..)` name arguments, each at most once.
pub(super) fn known_arguments(model: &Model<'_>, errors: &mut Errors) {
    let args = &model.signature.args;
    let names: Vec<String> = args.iter().map(|arg| arg.name.to_string()).collect();
    let parts = model.options.key_parts.iter().map(|part| &part.argument);
    check_names(
        model.options.skip.iter(),
        &names,
        "is skipped twice",
        errors,
    );
    check_names(parts, &names, "has two expressions in `key(..)`", errors);
}

fn check_names<'a>(
    given: impl Iterator<Item = &'a Ident>,
    names: &[String],
    twice: &str,
    errors: &mut Errors,
) {
    let mut seen: Vec<&Ident> = Vec::new();
    for name in given {
        if seen.contains(&name) {
            errors.at(name, format!("argument `{name}` {twice}: remove one"));
        } else if !names.iter().any(|known| name == known) {
            errors.at(name, unknown(name, names));
        }
        seen.push(name);
    }
}

fn unknown(name: &Ident, names: &[String]) -> String {
    if name == "self" {
        return "this function has no `self`: remove it here".to_owned();
    }
    let names = || names.iter().map(String::as_str);
    let instead = match (suggest::closest(&name.to_string(), names()), names().next()) {
        (Some(close), _) => format!(", did you mean `{close}`?"),
        (None, Some(_)) => format!("; the arguments are {}", suggest::listed(names())),
        (None, None) => "; the function has no arguments".to_owned(),
    };
    format!("no argument is called `{name}`{instead}")
}

/// The static that holds the settings is outside of the function, where its parameters are unknown.
pub(super) fn settings_for_all_types(model: &Model<'_>, errors: &mut Errors) {
    let options = &model.options;
    let maxsize = options
        .maxsize
        .as_ref()
        .and_then(|given| match &given.value {
            Maxsize::Bound(value) => Some(value.to_token_stream()),
            Maxsize::Unbounded => None,
        });
    let life = |given: &Option<Given<Ttl>>| match given.as_ref().map(|given| &given.value) {
        Some(Ttl::Expression(value)) => Some(value.to_token_stream()),
        Some(Ttl::Closure(value)) => Some(value.to_token_stream()),
        Some(Ttl::Literal(..)) | None => None,
    };
    let protection = options.oom_protection.as_ref();
    let protection = protection.and_then(|given| match &given.value {
        Protection::Constant(value) => Some(value.to_token_stream()),
        Protection::Literal(_) | Protection::Balanced => None,
    });
    let policy = options.policy.as_ref();
    let policy = policy.and_then(|given| match &given.value {
        Policy::Own(own) => Some(own.to_token_stream()),
        Policy::BuiltIn(_) => None,
    });
    let bytes = |given: &Option<Given<Bytes>>| match given.as_ref().map(|given| &given.value) {
        Some(Bytes::Constant(value)) => Some(value.to_token_stream()),
        Some(Bytes::Literal(_)) | None => None,
    };
    let min_cost = match options.min_cost.as_ref().map(|given| &given.value) {
        Some(Span::Constant(value)) => Some(value.to_token_stream()),
        Some(Span::Literal(_)) | None => None,
    };
    let constant =
        |given: &Option<Given<Expr>>| given.as_ref().map(|given| given.value.to_token_stream());
    let values = [
        ("maxsize", maxsize),
        ("max_bytes", bytes(&options.max_bytes)),
        ("max_entry_bytes", bytes(&options.max_entry_bytes)),
        ("max_depth", constant(&options.max_depth)),
        ("min_cost", min_cost),
        ("budget", constant(&options.budget)),
        ("min_bytes", bytes(&options.min_bytes)),
        ("weight", constant(&options.weight)),
        ("policy", policy),
        ("ttl", life(&options.ttl)),
        ("tti", life(&options.tti)),
        ("oom_protection", protection),
    ];
    for (option, value) in values {
        let Some(value) = value else { continue };
        for param in model.params() {
            if let Some(used) = find_unqualified(value.clone(), &param) {
                let message = format!(
                    "`{option}` is the same for all instantiations, so it cannot depend on \
                     `{param}`: give it a value without"
                );
                errors.push(syn::Error::new(used.span(), message));
            }
        }
    }
}

/// A store that measures nothing asks nobody.
pub(super) fn weigher_is_asked(model: &Model<'_>, errors: &mut Errors) {
    let protection = model.options.oom_protection.as_ref();
    let written = match protection.map(|given| &given.value) {
        Some(Protection::Literal(false)) => "false",
        Some(Protection::Balanced) => "balanced",
        _ => return,
    };
    if let Some(weigher) = &model.options.weigher {
        let message = format!(
            "with `oom_protection = {written}` nothing asks how large results are: remove `weigher`, or set \
             `oom_protection = true`"
        );
        errors.at(&weigher.key, message);
    }
}

pub(super) fn bare_has_no_limits(model: &Model<'_>, errors: &mut Errors) {
    let is_bare = |given: &Given<_>| matches!(given.value, Protection::Literal(false));
    let options = &model.options;
    if !options.oom_protection.as_ref().is_some_and(is_bare) {
        return;
    }
    let bound = options.maxsize.as_ref();
    let bound = bound.filter(|given| matches!(given.value, Maxsize::Bound(_)));
    let limits = [
        bound.map(|given| &given.key),
        options.max_bytes.as_ref().map(|given| &given.key),
        options.max_entry_bytes.as_ref().map(|given| &given.key),
        options.max_depth.as_ref().map(|given| &given.key),
        options.min_cost.as_ref().map(|given| &given.key),
        options.budget.as_ref().map(|given| &given.key),
        options.min_bytes.as_ref().map(|given| &given.key),
        options.weight.as_ref().map(|given| &given.key),
    ];
    for limit in limits.into_iter().flatten() {
        let message = format!(
            "with `oom_protection = false` the bare store has no limits: remove `{limit}`, or set \
             `oom_protection = true`"
        );
        errors.at(limit, message);
    }
    if let Some(policy) = &options.policy {
        errors.at(
            &policy.key,
            "with `oom_protection = false` nothing is evicted, so there is no policy: remove it, or \
             set `oom_protection = true`",
        );
    }
}

/// What is left to a cache is not more than it may hold.
pub(super) fn least_and_most(model: &Model<'_>, errors: &mut Errors) {
    let (Some(least), Some(most)) = (&model.options.min_bytes, &model.options.max_bytes) else {
        return;
    };
    if let (Bytes::Literal(min), Bytes::Literal(max)) = (&least.value, &most.value)
        && min > max
    {
        errors.at(
            &least.key,
            "`min_bytes` is what other caches leave to this one, so it cannot be more than \
             `max_bytes`: lower it",
        );
    }
}

pub(super) fn one_key(model: &Model<'_>, errors: &mut Errors) {
    if let (Some(whole), Some(part)) = (&model.options.key, model.options.key_parts.first()) {
        let message = format!(
            "`key = ..` is the whole key, so `key({} = ..)` has no place: take it into `key = ..`, \
             or write `key(..)` alone",
            part.argument
        );
        errors.at(&whole.key, message);
    }
}

pub(super) fn skipped_or_key(model: &Model<'_>, errors: &mut Errors) {
    let parts = &model.options.key_parts;
    for name in &model.options.skip {
        if let Some(part) = parts.iter().find(|part| part.argument == *name) {
            let message =
                format!("argument `{name}` is skipped, so it has no part in the key: remove one");
            errors.at(&part.argument, message);
        }
        let Some(whole) = &model.options.key else {
            continue;
        };
        if let Some(used) = find_name(whole.value.to_token_stream(), name) {
            let message =
                format!("`{name}` is skipped, so `key` cannot use it: take it out of `skip(..)`");
            errors.push(syn::Error::new(used.span(), message));
        }
    }
}

/// With `key = ..`, forgetting an argument would be a wrong answer without a warning.
pub(super) fn key_is_complete(model: &Model<'_>, errors: &mut Errors) {
    let Some(whole) = &model.options.key else {
        return;
    };
    let expr = whole.value.to_token_stream();
    for arg in model.looked_up() {
        let name = &arg.name;
        if find_name(expr.clone(), name).is_none() {
            let message = format!(
                "argument `{name}` is not part of `key`: use it there, or leave it out on purpose \
                 with `skip({name})`"
            );
            errors.at(name, message);
        }
    }
}

/// No return type is both a `Result` and an `Option`.
pub(super) fn one_outcome(model: &Model<'_>, errors: &mut Errors) {
    let stores_errors = model
        .options
        .cache_err
        .as_ref()
        .is_some_and(|given| given.value);
    let Some(cache_none) = &model.options.cache_none else {
        return;
    };
    if stores_errors && !cache_none.value {
        errors.at(
            &cache_none.key,
            "`cache_none = false` is for functions that return `Option`, `cache_err = true` for \
             `Result`: keep one, and say more with `cache_if`",
        );
    }
}
