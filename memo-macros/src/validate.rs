//! What cannot be memoized, and what options cannot stand together.
//!
//! A rule looks at the whole model and reports all that it finds, each with one sentence that says
//! what to do.

mod freshness;
mod item;
mod leak;
mod options;
mod timeouts;
mod types;
mod weak;

use crate::errors::Errors;
use crate::model::Model;

type Rule = fn(&Model<'_>, &mut Errors);

const RULES: &[Rule] = &[
    item::once,
    item::qualifiers,
    item::receiver,
    item::bulk_receiver,
    item::field,
    item::declared_lifetimes,
    item::target_feature,
    item::track_caller,
    item::conditional_arguments,
    item::handle_name,
    types::result,
    types::mutable_arguments,
    types::key_arguments,
    options::known_arguments,
    options::bare_has_no_limits,
    options::weigher_is_asked,
    leak::is_bare,
    leak::stores_every_result,
    leak::has_get_ref,
    freshness::has_an_end,
    freshness::can_run_elsewhere,
    freshness::has_a_previous,
    freshness::leaks_nothing,
    freshness::one_life,
    freshness::one_moment,
    freshness::one_life_of_errors,
    timeouts::are_of_tasks,
    timeouts::have_something_to_hand_out,
    timeouts::are_in_order,
    options::settings_for_all_types,
    options::least_and_most,
    options::one_key,
    options::skipped_or_key,
    options::key_is_complete,
    options::one_outcome,
    weak::says_what_is_stored,
    weak::is_held_by_callers,
];

/// Reports every rule that is broken.
pub(crate) fn check(model: &Model<'_>, errors: &mut Errors) {
    for rule in RULES {
        rule(model, errors);
    }
}
