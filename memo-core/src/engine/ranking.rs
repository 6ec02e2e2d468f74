//! The first and the last entries in a cache's order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::engine::{Core, EntryInfo};
use crate::policy::Order;
use crate::protection::Protection;
use crate::sharing::Sharing;
use crate::store::{NodeRef, Slot, Writer};

/// An end of a cache's order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extreme {
    /// What was used least.
    Coldest,
    /// What was used most.
    Hottest,
}

/// The position of an entry in the order of use.
type Rank = (u64, u64);

impl<S: Sharing, P: Protection> Core<S, P> {
    /// Shows this many live entries from one end of the order on. It is no use of them.
    pub(super) fn for_extremes(
        &self,
        extreme: Extreme,
        count: usize,
        see: &mut dyn FnMut(NodeRef<'_>, &EntryInfo),
    ) {
        let now = self.common.now();
        let (slots, outgoing) = self.write(|writer| match extreme {
            Extreme::Coldest => least(writer, now, count, |rank| rank),
            Extreme::Hottest => least(writer, now, count, Reverse),
        });
        self.dispose(outgoing);
        self.show(&slots, now, &mut |_, node, info| see(node, info));
    }

    /// The keys of these entries as text, with what is known about them.
    pub(super) fn extremes(&self, extreme: Extreme, count: usize) -> Vec<(String, EntryInfo)> {
        let Some(types) = self.common.types.get() else {
            return Vec::new();
        };
        let mut shown = Vec::new();
        self.for_extremes(extreme, count, &mut |node, info| {
            shown.extend(types.key_text(node).map(|key| (key, *info)));
        });
        shown
    }
}

/// The first `count` live entries in the order that `rank` makes of the order of use. No more than
/// these are remembered while all are looked at.
fn least<S: Sharing, O: Order, R: Ord>(
    writer: &Writer<'_, S, O>,
    now: u64,
    count: usize,
    rank: fn(Rank) -> R,
) -> Vec<Slot> {
    let mut first: BinaryHeap<(R, Slot)> = BinaryHeap::new();
    for slot in writer.entries() {
        let Some(seen) = writer.see(slot) else {
            continue;
        };
        if seen.deadline.has_passed(now) {
            continue;
        }
        let own = (rank(seen.rank()), slot);
        if first.len() < count {
            first.push(own);
        } else if let Some(mut last) = first.peek_mut()
            && own < *last
        {
            *last = own;
        }
    }
    let ordered = first.into_sorted_vec().into_iter();
    ordered.map(|(_, slot)| slot).collect()
}

/// The first `count` of several orders that are not comparable: they take turns.
pub(crate) fn in_turns<T>(orders: Vec<Vec<T>>, count: usize) -> Vec<T> {
    let mut orders: Vec<_> = orders.into_iter().map(Vec::into_iter).collect();
    let mut first = Vec::new();
    while first.len() < count {
        let before = first.len();
        first.extend(orders.iter_mut().filter_map(Iterator::next));
        if first.len() == before {
            break;
        }
    }
    first.truncate(count);
    first
}

#[cfg(test)]
mod tests {
    use super::in_turns;

    #[test]
    fn orders_take_turns() {
        let orders = || vec![vec![1, 2, 3], vec![], vec![11]];
        assert_eq!(in_turns(orders(), 9), [1, 11, 2, 3]);
        assert_eq!(in_turns(orders(), 3), [1, 11, 2]);
        assert_eq!(in_turns(orders(), 0), [0; 0]);
    }
}
