//! Rules about how long calls of async functions wait.

use std::time::Duration;

use crate::errors::Errors;
use crate::flavor::Flavor;
use crate::model::Model;
use crate::options::{Given, Span};

/// A thread that runs a function cannot leave it.
pub(super) fn are_of_tasks(model: &Model<'_>, errors: &mut Errors) {
    if model.signature.flavor != Flavor::Sync {
        return;
    }
    for key in model.options.timeouts() {
        errors.at(
            key,
            format!(
                "`{key}` is for async functions: a thread cannot leave what it computes; remove it, or make the \
                 function `async`"
            ),
        );
    }
}

/// An older result has to be kept for that.
pub(super) fn have_something_to_hand_out(model: &Model<'_>, errors: &mut Errors) {
    let options = &model.options;
    let keeps = options.stale_if_error.is_some() || options.stale_while_revalidate.is_some();
    if let Some(soft) = options.soft_timeout.as_ref().filter(|_| !keeps) {
        errors.at(
            &soft.key,
            "`soft_timeout` hands out an older result, and none is kept: add `stale_if_error = \"1h\"`, say",
        );
    }
}

/// The older result is there before the error.
pub(super) fn are_in_order(model: &Model<'_>, errors: &mut Errors) {
    let options = &model.options;
    let (Some(soft), Some(hard)) = (&options.soft_timeout, &options.hard_timeout) else {
        return;
    };
    if let (Some(least), Some(most)) = (literal(soft), literal(hard))
        && least >= most
    {
        errors.at(
            &soft.key,
            "`soft_timeout` has to be less than `hard_timeout`: after that a call does not wait any more",
        );
    }
}

fn literal(given: &Given<Span>) -> Option<Duration> {
    match given.value {
        Span::Literal(span) => Some(span),
        Span::Constant(_) => None,
    }
}
