//! Rules about options that say how long results are good.

use crate::errors::Errors;
use crate::model::Model;
use crate::options::Scope;
use crate::types::{as_reference, scan};

/// A window before or after the end of a life needs one.
pub(super) fn has_an_end(model: &Model<'_>, errors: &mut Errors) {
    let options = &model.options;
    if options.ttl.is_some() || options.expires.is_some() || options.adaptive_ttl.is_some() {
        return;
    }
    let jitter = options.jitter.as_ref().map(|given| &given.key);
    let on_error = options.stale_if_error.as_ref().map(|given| &given.key);
    let kept = options.keep_expired.as_ref().map(|given| &given.key);
    let all = options.renewing().chain(on_error).chain(kept).chain(jitter);
    for key in all {
        errors.at(
            key,
            format!("`{key}` is about the end of a time to live: add `ttl = \"5m\"`, say"),
        );
    }
}

/// What runs on another thread, or in another task, has to have all that it needs.
pub(super) fn can_run_elsewhere(model: &Model<'_>, errors: &mut Errors) {
    let renewing = model.options.renewing();
    let Some(key) = renewing.chain(model.options.timeouts()).next() else {
        return;
    };
    if model.scope() == Scope::Thread {
        errors.at(
            key,
            format!(
                "`{key}` computes on another thread, which cannot reach a cache with \
                 `scope = thread`: remove one of the two"
            ),
        );
    }
    if !model.is_free() {
        errors.at(
            key,
            format!("`{key}` is for functions outside of an `impl`: memoize a function that the method calls"),
        );
        return;
    }
    if model.is_unsafe() {
        errors.at(
            key,
            format!("`{key}` calls the function again by itself, so it cannot be `unsafe`"),
        );
    }
    if model.keys.is_some() {
        errors.at(
            key,
            format!("`{key}` is not for functions over many keys: remove it, or `bulk`"),
        );
        // Their keys are a slice, which would be a second mistake without `bulk` alone.
        return;
    }
    for arg in &model.signature.args {
        let lends = as_reference(&arg.ty).map_or_else(
            || scan(&arg.written).borrow.is_some(),
            |reference| scan(&reference.elem).borrow.is_some(),
        );
        if lends {
            errors.push(syn::Error::new_spanned(
                &arg.written,
                format!(
                    "with `{key}` the function is called again later, so an argument is owned, or a \
                     plain reference such as `&str`"
                ),
            ));
        }
    }
}

/// A computation asks for the result before by its handle, and for one.
pub(super) fn has_a_previous(model: &Model<'_>, errors: &mut Errors) {
    let Some(given) = &model.options.keep_expired else {
        return;
    };
    let key = &given.key;
    if model.scope() == Scope::Thread {
        errors.at(
            key,
            format!(
                "`{key}` hands results to a computation, which may be on any thread, and those of a \
                 cache with `scope = thread` may not leave theirs: remove one of the two"
            ),
        );
    }
    if !model.is_free() {
        errors.at(
            key,
            format!("`{key}` is for functions outside of an `impl`: memoize a function that the method calls"),
        );
    } else if !model.has_handle() {
        errors.at(
            key,
            format!(
                "the function asks for what `{key}` keeps by its handle: remove `handle = false`"
            ),
        );
    }
    if model.keys.is_some() {
        errors.at(
            key,
            format!("`{key}` is not for functions over many keys: remove it, or `bulk`"),
        );
    }
}

/// What is never freed has no end.
pub(super) fn leaks_nothing(model: &Model<'_>, errors: &mut Errors) {
    if model.options.leak.is_none() {
        return;
    }
    let options = &model.options;
    let on_error = options.stale_if_error.as_ref().map(|given| &given.key);
    let idle = options.tti.as_ref().map(|given| &given.key);
    let kept = options.keep_expired.as_ref().map(|given| &given.key);
    let all = options.renewing().chain(on_error).chain(kept).chain(idle);
    for key in all {
        errors.at(
            key,
            format!(
                "with `leak` results stay for ever, so that `{key}` has nothing to do: remove one"
            ),
        );
    }
}

/// One rule for how long a result lives.
pub(super) fn one_life(model: &Model<'_>, errors: &mut Errors) {
    let options = &model.options;
    let Some(adaptive) = &options.adaptive_ttl else {
        return;
    };
    let others = [
        options.ttl.as_ref().map(|given| &given.key),
        options.expires.as_ref().map(|given| &given.key),
    ];
    for other in others.into_iter().flatten() {
        let message = format!(
            "`adaptive_ttl` says how long results live, and so does `{other}`: keep one of the two"
        );
        errors.at(&adaptive.key, message);
    }
}

/// One rule for when a result is computed anew before its end.
pub(super) fn one_moment(model: &Model<'_>, errors: &mut Errors) {
    let options = &model.options;
    if let (Some(early), Some(_)) = (&options.early, &options.refresh_ahead) {
        errors.at(
            &early.key,
            "`early` draws when a result is computed anew, `refresh_ahead` says it: keep one of the two",
        );
    }
}

/// An error is stored for a time of its own, or like any other result.
pub(super) fn one_life_of_errors(model: &Model<'_>, errors: &mut Errors) {
    let options = &model.options;
    if let (Some(cache_err), Some(_)) = (&options.cache_err, &options.err_ttl) {
        errors.at(
            &cache_err.key,
            "`err_ttl` stores errors, for that long; `cache_err` would store them like any other result, or not \
             at all: remove one of the two",
        );
    }
}
