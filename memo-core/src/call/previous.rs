//! The value before: what the computation of its successor is shown, and what follows if that is the same.

use super::lead::{keep, note_life};
use super::rules::Rules;
use crate::engine::{Home, RawLead, Renewal, Wish};
use crate::key::KeyRef;
use crate::outcome::Outcome;
use crate::previous::Offer;
use crate::sharing::Holds;
use crate::singleflight::Handed;
use crate::store::Slot;

/// Lets the computation ask for the value that it is to replace, if it may.
#[inline]
pub(super) fn offer<Q, O, C>(lead: &RawLead<C>)
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    if lead.core.common().settings().freshness.kept.is_some() {
        offer_older::<Q, O, C>(lead);
    }
}

#[cold]
fn offer_older<Q, O, C>(lead: &RawLead<C>)
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    if let Some((stored, older)) = lead.older::<Q, O::Stored>(Wish::Show)
        && let Some(handed) = C::S::hand(&stored)
    {
        let function = lead.core.common().settings().number();
        *lead.flight().offer().lock() = Some(Offer::new(function, handed, older.slot));
    }
}

/// What is to be served in the place of what the computation gave, which has said that the value of this entry is
/// the same; `None` if that is not there any more.
#[cold]
pub(super) fn renew<Q, O, C>(
    lead: &mut RawLead<C>,
    slot: Slot,
    rules: &Rules<O::Ret>,
) -> Option<O::Ret>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    let older = lead.older::<Q, O::Stored>(Wish::Compare);
    let served = older.filter(|(_, older)| older.slot == slot);
    let Some(served) = served.and_then(|(stored, _)| O::give(stored)) else {
        lead.refuse();
        return None;
    };
    if rules.has_lives() {
        note_life::<Q, O, C>(lead, &served, rules);
    }
    match lead.renew(slot, &|| hand::<Q, O, C>(&served)) {
        Renewal::Done => Some(served),
        Renewal::Refused => None,
        Renewal::Tagged(tags) => {
            lead.add_tags(&tags);
            match keep::<Q, O, C>(lead, &served, rules) {
                Some(stored) => {
                    lead.publish_value::<Q, O::Stored>(stored, &|| hand::<Q, O, C>(&served));
                }
                None => lead.refuse(),
            }
            Some(served)
        }
    }
}

/// A copy of a value that is stored, for those that wait.
pub(super) fn hand<Q, O, C>(value: &O::Ret) -> Option<Handed>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    if O::IS_WEAK {
        // What is stored may be gone before they are awake.
        return O::hand(value);
    }
    C::S::hand(&O::keep(value)?)
}
