//! The duty to compute, with the types of the result: what is stored of it, and how.

use std::fmt;

use crate::accounting;
use crate::engine::{Home, RawLead};
use crate::key::KeyRef;
use crate::outcome::{Outcome, Shown};
use crate::pin::Guard;
use crate::protection::Protection;
use crate::sharing::Holds;

/// Decides what of a value is stored, and publishes it.
pub(super) type Finish<R, C> = fn(&mut RawLead<C>, &R, Option<KeepIf<R>>);
/// `cache_if`
pub(crate) type KeepIf<R> = fn(&R) -> bool;

/// The duty to compute; `None` if the value is for the caller alone, and nobody waits for it.
pub(crate) type Duty<C> = Option<RawLead<C>>;

/// The duty to compute a value of type `R`. Dropped without one, it passes on to the next caller.
///
/// It knows nothing of the arguments, so that they can be moved into the function.
#[must_use]
pub struct Lead<R, C: Home> {
    raw: Duty<C>,
    keep_if: Option<KeepIf<R>>,
    finish: Finish<R, C>,
}

impl<R, C: Home> Lead<R, C> {
    pub(super) fn new(raw: Duty<C>, keep_if: Option<KeepIf<R>>, finish: Finish<R, C>) -> Self {
        Self {
            raw,
            keep_if,
            finish,
        }
    }

    /// Stores the value if it is to be kept, and returns it.
    #[inline(never)]
    pub fn finish(mut self, value: R) -> R {
        if let Some(raw) = &mut self.raw {
            (self.finish)(raw, &value, self.keep_if);
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
    let (stored, heap) = accounting::measured::<C::P, _>(|| O::keep(&value));
    let Some(stored) = stored else {
        lead.discard(&|| O::hand(&value));
        return Shown::Made(value);
    };
    if heap > 0 {
        lead.note_heap(heap);
    }
    let hand = || C::S::hand(&O::keep(&value)?);
    O::show(lead.publish_in_place::<Q, O::Stored>(stored, &hand))
}

/// The part of [`Lead::finish`] that needs the types of key and stored value.
pub(crate) fn finish<Q, O, C>(
    lead: &mut RawLead<C>,
    value: &O::Ret,
    keep_if: Option<KeepIf<O::Ret>>,
) where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>, P: Protection>,
{
    let is_kept = keep_if.is_none_or(|keep| keep(value));
    let (stored, heap) =
        accounting::measured::<C::P, _>(|| is_kept.then(|| O::keep(value)).flatten());
    match stored {
        Some(stored) => {
            if heap > 0 {
                lead.note_heap(heap);
            }
            // A value that is awaited is copied for those that wait.
            let hand = || C::S::hand(&O::keep(value)?);
            lead.publish_value::<Q, O::Stored>(stored, &hand);
        }
        None => lead.discard(&|| O::hand(value)),
    }
}
