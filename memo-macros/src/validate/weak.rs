//! Rules about `weak`, with which results stay for as long as somebody else holds them.

use crate::errors::Errors;
use crate::model::Model;

/// What of a result is stored follows from its type: the pointer in it.
pub(super) fn says_what_is_stored(model: &Model<'_>, errors: &mut Errors) {
    let options = &model.options;
    if options.weak.is_none() {
        return;
    }
    let cache_err = options.cache_err.as_ref().filter(|given| given.value);
    let cache_err = cache_err.map(|given| &given.key);
    let err_ttl = options.err_ttl.as_ref().map(|given| &given.key);
    for key in cache_err.into_iter().chain(err_ttl) {
        errors.at(
            key,
            format!(
                "with `weak` an `Arc` is stored without holding it, and no error: remove `{key}`, or \
                 remove `weak`"
            ),
        );
    }
    if let Some(cache_none) = options.cache_none.as_ref().filter(|given| !given.value) {
        errors.at(
            &cache_none.key,
            "`weak` says what of a result is stored: write `cache_if = Option::is_some` beside it \
             instead of `cache_none = false`",
        );
    }
    if let Some(leak) = &options.leak {
        errors.at(
            &leak.key,
            "with `weak` results go when nobody holds them, with `leak` they never do: remove one of \
             the two",
        );
    }
}

/// A value that is computed for no caller is held by nobody.
pub(super) fn is_held_by_callers(model: &Model<'_>, errors: &mut Errors) {
    let options = &model.options;
    if options.weak.is_none() {
        return;
    }
    for key in options.renewing() {
        errors.at(
            key,
            format!(
                "`{key}` computes results where no caller waits, and with `weak` nobody holds those: \
                 remove one of the two"
            ),
        );
    }
}
