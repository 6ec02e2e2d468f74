//! The duty to compute, with the types of the result: what is stored of it, and how.

use std::fmt;
use std::sync::Arc;

use super::previous;
use super::rules::Rules;
use crate::accounting;
use crate::engine::{Home, RawLead, Wish};
use crate::key::KeyRef;
use crate::outcome::{Outcome, Shown};
use crate::pin::Guard;
use crate::protection::Protection;
use crate::sharing::Holds;

/// Decides what of a value is stored, and publishes it.
/// What it returns is to be served in the value's place.
pub(super) type Finish<R, C> = fn(&mut RawLead<C>, &R, &Rules<R>) -> Option<R>;

/// The duty to compute; `None` if the value is for the caller alone, and nobody waits for it.
pub(crate) type Duty<C> = Option<RawLead<C>>;

/// The duty to compute a value of type `R`. Dropped without one, it passes on to the next caller.
///
/// It knows nothing of the arguments, so that they can be moved into the function.
#[must_use]
pub struct Lead<R, C: Home> {
    raw: Duty<C::Held>,
    rules: Rules<R>,
    finish: Finish<R, C::Held>,
}

impl<R, C: Home> Lead<R, C> {
    pub(super) fn new(raw: Duty<C::Held>, rules: Rules<R>, finish: Finish<R, C::Held>) -> Self {
        Self { raw, rules, finish }
    }

    /// Stores the value if it is to be kept, and returns it.
    #[inline(never)]
    pub fn finish(mut self, value: R) -> R {
        self.complete(value)
    }

    /// The same, once.
    #[inline(never)]
    pub(super) fn complete(&mut self, value: R) -> R {
        let served = match &mut self.raw {
            Some(raw) => (self.finish)(raw, &value, &self.rules),
            None => None,
        };
        served.unwrap_or(value)
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
    let Some(stored) = keep::<Q, O, C>(lead, &value, &Rules::new()) else {
        lead.discard(&|| O::hand(&value));
        return Shown::Made(value);
    };
    let hand = || C::S::hand(&O::keep(&value)?);
    let held = lead.publish_in_place::<Q, O::Stored>(stored, &hand);
    O::show(held).unwrap_or(Shown::Made(value))
}

/// The part of [`Lead::finish`] that needs the types of key and stored value. What it returns is to be
/// served in the place of the value, which is an error.
#[inline]
pub(crate) fn finish<Q, O, C>(
    lead: &mut RawLead<C>,
    value: &O::Ret,
    rules: &Rules<O::Ret>,
) -> Option<O::Ret>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>, P: Protection>,
{
    let stored = if rules.has_any() || lead.core.common().asks_about_values {
        match keep_as_asked::<Q, O, C>(lead, value, rules) {
            Ok(stored) => stored,
            Err(Older(served)) => return served,
        }
    } else {
        keep_as_it_is::<O, C>(lead, value)
    };
    let Some(stored) = stored else {
        lead.discard(&|| O::hand(value));
        return None;
    };
    // A value that is awaited is copied for those that wait.
    lead.publish_value::<Q, O::Stored>(stored, &|| previous::hand::<Q, O, C>(value));
    if O::IS_WEAK {
        lead.core.expect_gone();
    }
    None
}

/// The older value goes on; it is to be served in the new one's place if it is still there.
struct Older<R>(Option<R>);

/// What is stored of a value where the options of the function or the cache have a say in it.
#[inline(never)]
fn keep_as_asked<Q, O, C>(
    lead: &mut RawLead<C>,
    value: &O::Ret,
    rules: &Rules<O::Ret>,
) -> Result<Option<O::Stored>, Older<O::Ret>>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>, P: Protection>,
{
    let freshness = &lead.core.common().settings().freshness;
    let (serves_older, offers_older) = (freshness.error > 0, freshness.kept.is_some());
    if serves_older
        && O::is_failure(value)
        && let Some(older) = older_instead::<Q, O, C>(lead)
    {
        return Err(Older(Some(older)));
    }
    if offers_older
        && let Some(slot) = lead.not_modified()
        && !O::is_failure(value)
    {
        return Err(Older(previous::renew::<Q, O, C>(lead, slot, rules)));
    }
    if !rules.keeps(value) {
        return Ok(None);
    }
    let stored = keep::<Q, O, C>(lead, value, rules);
    if stored.is_some() && rules.has_lives() {
        note_life::<Q, O, C>(lead, value, rules);
    }
    Ok(stored)
}

/// The value that the key had before, if it may be served in the place of an error: then those who wait
/// get it, too.
#[cold]
fn older_instead<Q, O, C>(lead: &mut RawLead<C>) -> Option<O::Ret>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>, P: Protection>,
{
    let older = lead.older_to_serve::<Q, O::Stored>()?;
    let older = O::give(older).filter(|older| !O::is_failure(older))?;
    if !lead.is_in_background() {
        lead.core.common().counters.stale();
    }
    lead.discard(&|| O::hand(&older));
    Some(older)
}

/// Notes how long a value lives that says so.
#[cold]
pub(super) fn note_life<Q, O, C>(lead: &mut RawLead<C>, value: &O::Ret, rules: &Rules<O::Ret>)
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>, P: Protection>,
{
    let common = Arc::clone(lead.core.common());
    let older = || {
        let (stored, older) = lead.older::<Q, O::Stored>(Wish::Compare)?;
        Some((O::give(stored)?, older.lived))
    };
    let adaptive = common.settings().freshness.adaptive;
    if let Some(ttl) = rules.life::<O>(value, adaptive, &common, older) {
        lead.note_ttl(ttl);
    }
}

/// What is stored of a value, with a note of its size.
pub(super) fn keep<Q, O, C>(
    lead: &mut RawLead<C>,
    value: &O::Ret,
    rules: &Rules<O::Ret>,
) -> Option<O::Stored>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<P: Protection>,
{
    if lead.core.common().has_weigher() {
        let stored = O::keep(value)?;
        lead.weigh::<Q, O::Stored>(&stored);
        return Some(stored);
    }
    if rules.has_weigher::<C::P>() {
        let stored = O::keep(value)?;
        let heap = rules.weighed::<C::P, O>(value, lead.core.common())?;
        lead.note_heap(heap);
        return Some(stored);
    }
    keep_as_it_is::<O, C>(lead, value)
}

/// The same where no weigher is asked.
#[inline]
fn keep_as_it_is<O, C>(lead: &mut RawLead<C>, value: &O::Ret) -> Option<O::Stored>
where
    O: Outcome,
    C: Home<P: Protection>,
{
    let (stored, heap) = accounting::kept::<C::P, O>(value)?;
    lead.note_heap(heap);
    Some(stored)
}
