//! The duty to compute, with the types of the result: what is stored of it, and how.

use std::fmt;

use super::rules::Rules;
use crate::accounting;
use crate::engine::{Home, RawLead};
use crate::key::KeyRef;
use crate::outcome::{Outcome, Shown};
use crate::pin::Guard;
use crate::protection::Protection;
use crate::sharing::Holds;

/// Decides what of a value is stored, and publishes it.
pub(super) type Finish<R, C> = fn(&mut RawLead<C>, &R, Rules<R>);

/// The duty to compute; `None` if the value is for the caller alone, and nobody waits for it.
pub(crate) type Duty<C> = Option<RawLead<C>>;

/// The duty to compute a value of type `R`. Dropped without one, it passes on to the next caller.
///
/// It knows nothing of the arguments, so that they can be moved into the function.
#[must_use]
pub struct Lead<R, C: Home> {
    raw: Duty<C>,
    rules: Rules<R>,
    finish: Finish<R, C>,
}

impl<R, C: Home> Lead<R, C> {
    pub(super) fn new(raw: Duty<C>, rules: Rules<R>, finish: Finish<R, C>) -> Self {
        Self { raw, rules, finish }
    }

    /// Stores the value if it is to be kept, and returns it.
    #[inline(never)]
    pub fn finish(mut self, value: R) -> R {
        if let Some(raw) = &mut self.raw {
            (self.finish)(raw, &value, self.rules);
        }
        value
    }
}

impl<R, C: Home> fmt::Debug for Lead<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lead").field(&self.raw).finish()
    }
}

/// The same for a value that is to be seen where it is stored.
pub(super) fn finish_in_place<Q, O, C>(lead: &mut RawLead<C>, value: O::Ret) -> Shown<Guard, O::Ret>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>, P: Protection>,
{
    let Some(stored) = keep::<O, C>(lead, &value, Rules::new()) else {
        lead.discard(&|| O::hand(&value));
        return Shown::Made(value);
    };
    let hand = || C::S::hand(&O::keep(&value)?);
    let held = lead.publish_in_place::<Q, O::Stored>(stored, &hand);
    O::show(held).unwrap_or(Shown::Made(value))
}

/// The part of [`Lead::finish`] that needs the types of key and stored value.
pub(crate) fn finish<Q, O, C>(lead: &mut RawLead<C>, value: &O::Ret, rules: Rules<O::Ret>)
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>, P: Protection>,
{
    let is_kept = rules.keeps(value);
    match is_kept.then(|| keep::<O, C>(lead, value, rules)).flatten() {
        Some(stored) => {
            // A value that is awaited is copied for those that wait.
            let hand = || {
                if O::IS_WEAK {
                    // What is stored may be gone before they are awake.
                    return O::hand(value);
                }
                C::S::hand(&O::keep(value)?)
            };
            lead.publish_value::<Q, O::Stored>(stored, &hand);
        }
        None => lead.discard(&|| O::hand(value)),
    }
}

/// What is stored of a value, with a note of its size.
#[inline]
fn keep<O, C>(lead: &mut RawLead<C>, value: &O::Ret, rules: Rules<O::Ret>) -> Option<O::Stored>
where
    O: Outcome,
    C: Home<P: Protection>,
{
    // A cache's own weigher is asked when the value meets its key.
    if lead.core.common().has_weigher() {
        return O::keep(value);
    }
    let (stored, heap) = if rules.has_weigher::<C::P>() {
        let stored = O::keep(value)?;
        (stored, rules.weighed::<C::P, O>(value)?)
    } else {
        accounting::kept::<C::P, O>(value)?
    };
    lead.note_heap(heap);
    Some(stored)
}
