//! Rules about `leak`, which keeps every result for ever and gives references to them.

use crate::errors::Errors;
use crate::model::Model;
use crate::options::{Maxsize, Protection, Scope};

/// Only what is never to give way can stay for ever.
pub(super) fn is_bare(model: &Model<'_>, errors: &mut Errors) {
    let options = &model.options;
    let Some(leak) = &options.leak else {
        return;
    };
    match &options.oom_protection {
        Some(given) if matches!(given.value, Protection::Literal(false)) => {}
        Some(given) => errors.at(
            &given.key,
            "with `leak` no result is ever freed, so there is no memory to protect, in no build of \
             the program: write `oom_protection = false`, or remove `leak`",
        ),
        None => {
            errors.at(
                &leak.key,
                "with `leak` no result is ever freed, which has to be said aloud: write \
                 `oom_protection = false` beside it",
            );
            // Beside that, a rule of its own is about it.
            if let Some(given) = &options.maxsize
                && matches!(given.value, Maxsize::Bound(_))
            {
                errors.at(
                    &given.key,
                    "with `leak` all results stay: remove `maxsize`, or remove `leak`",
                );
            }
        }
    }
    if let Some(ttl) = &options.ttl {
        errors.at(
            &ttl.key,
            "with `leak` each result that has expired would stay in memory beside the next one: \
             remove `ttl`, or remove `leak`",
        );
    }
    if let Some(scope) = &options.scope
        && scope.value == Scope::Thread
    {
        errors.at(
            &scope.key,
            "with `leak` results outlive every thread: remove `scope = thread`, or remove `leak`",
        );
    }
}

/// There is a reference for each result. Of a `Result`, that is told by its type.
pub(super) fn stores_every_result(model: &Model<'_>, errors: &mut Errors) {
    let options = &model.options;
    if options.leak.is_none() {
        return;
    }
    if let Some(condition) = &options.cache_if {
        errors.at(
            &condition.key,
            "with `leak` every result is kept, as `get_ref` refers to it: remove `cache_if`, or \
             remove `leak`",
        );
    }
    if let Some(cache_none) = &options.cache_none
        && !cache_none.value
    {
        errors.at(
            &cache_none.key,
            "with `leak` every result is kept, as `get_ref` refers to it: remove `cache_none`, or \
             remove `leak`",
        );
    }
    if let Some(cache_err) = &options.cache_err
        && !cache_err.value
    {
        errors.at(
            &cache_err.key,
            "with `leak` every result is kept, as `get_ref` refers to it: write `cache_err = true`, \
             or remove `leak`",
        );
    }
}

/// `get_ref` is a function of the handle, and a call without an `await`.
pub(super) fn has_get_ref(model: &Model<'_>, errors: &mut Errors) {
    let Some(leak) = &model.options.leak else {
        return;
    };
    let cannot = if !model.is_free() {
        "methods, which have no handle: memoize a function without `self` outside of the `impl`, and \
         call that"
    } else if model.keys.is_some() || model.options.bulk.is_some() {
        "functions over many keys: remove `bulk`, or remove `leak`"
    } else if model.signature.flavor.is_async() {
        "async functions: return an `Arc`, which is cheap to clone, and remove `leak`"
    } else {
        return;
    };
    let message = format!("`leak` is there for `get_ref`, which is not for {cannot}");
    errors.at(&leak.key, message);
}
