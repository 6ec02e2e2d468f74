//! The operations of the engine as tables of functions, so that they are compiled once.
//!
//! Generic code is compiled in each crate that uses it. The engine is generic over sharing and
//! protection only, and all combinations of these are known here. So they are compiled here: a crate
//! with memoized functions calls through these tables, and compiles no more than what depends on
//! its own types. Hits do not come this way; they are small, and better inlined.

use std::fmt;

use super::{
    Begun, Claimed, Core, EntryInfo, Extreme, Given, IsKey, IsOwnKey, Older, Renewal, Wanted, Wish,
    Work,
};
use crate::memory::Offer;
use crate::protection::Protection;
use crate::sharing::Sharing;
use crate::singleflight::Handed;
use crate::store::{AnyKey, Extent, NodeAt, NodeRef, NodeType, ShortHash, Slot};

/// Decides by value and age.
type Condemns<'a> = &'a mut dyn FnMut(NodeRef<'_>, &EntryInfo) -> bool;
/// Decides by key.
type IsMeant<'a> = &'a mut dyn FnMut(NodeRef<'_>) -> bool;
/// Is shown entries.
type See<'a> = &'a mut dyn FnMut(NodeRef<'_>);
/// Is shown entries, with what is known about them.
type SeeInfo<'a> = &'a mut dyn FnMut(NodeRef<'_>, &EntryInfo);
/// Puts a value into its node.
type WriteValue<'a> = &'a mut dyn FnMut(NodeAt);

/// A core whose operations are those that were compiled here.
#[derive(Debug)]
pub(crate) struct Engine<'a, S: Sharing, P: Protection>(&'a Core<S, P>);

impl<S: Sharing, P: Protection> Core<S, P> {
    #[inline]
    pub(crate) fn engine(&self) -> Engine<'_, S, P> {
        Engine(self)
    }
}

macro_rules! operations {
    ($(fn $name:ident($($arg:ident: $ty:ty),*) $(-> $ret:ty)?;)*) => {
        /// One function for each operation.
        pub struct Operations<S: Sharing, P: Protection> {
            $($name: fn(&Core<S, P>, $($ty),*) $(-> $ret)?,)*
        }

        impl<S: Sharing, P: Protection> Operations<S, P> {
            pub(crate) const fn new() -> Self {
                Self {
                    $($name: |core, $($arg),*| core.$name($($arg),*),)*
                }
            }
        }

        impl<S: Sharing, P: Protection> fmt::Debug for Operations<S, P> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("Operations")
            }
        }

        impl<S: Sharing, P: Protection> Engine<'_, S, P> {
            $(
                #[inline]
                pub(crate) fn $name(self, $($arg: $ty),*) $(-> $ret)? {
                    (S::operations::<P>().$name)(self.0, $($arg),*)
                }
            )*
        }
    };
}

operations! {
    fn lead(hash: u64, key: &mut dyn AnyKey) -> Option<Work>;
    fn claim_first(hash: u64, key: &mut dyn AnyKey) -> Option<Claimed<S>>;
    fn claim(hash: u64, key: &mut dyn AnyKey, is_key: IsOwnKey<'_>, found: See<'_>) -> Begun<S>;
    fn supersede(hash: u64, key: &mut dyn AnyKey, is_key: IsOwnKey<'_>) -> Begun<S>;
    fn claim_refresh(
        hash: u64,
        key: &mut dyn AnyKey,
        is_key: IsOwnKey<'_>
    ) -> Option<Claimed<S>>;
    fn wants(work: &Work) -> bool;
    fn publish(
        work: &mut Work,
        node_type: &'static NodeType,
        is_key: IsKey<'_>,
        hand: &dyn Fn() -> Option<Handed>
    );
    fn discard(work: &mut Work, hand: &dyn Fn() -> Option<Handed>);
    fn older(
        place: (ShortHash, Slot),
        is_key: IsKey<'_>,
        wish: Wish,
        found: See<'_>
    ) -> Option<Older>;
    fn renew(work: &mut Work, older: Slot, hand: &dyn Fn() -> Option<Handed>) -> Renewal;
    fn refuse(work: &mut Work);
    fn miss_out(work: &mut Work);
    fn abandon(work: &mut Work);
    fn put(
        wanted: Wanted<'_>,
        key: &mut dyn AnyKey,
        write_value: WriteValue<'_>,
        given: Given<'_>
    );
    fn take(hash: u64, is_key: IsKey<'_>, found: See<'_>) -> bool;
    fn remove(hash: u64, is_key: IsKey<'_>) -> bool;
    fn remove_if(condemns: Condemns<'_>) -> usize;
    fn remove_keys(is_meant: IsMeant<'_>) -> usize;
    fn forget() -> usize;
    fn clear() -> usize;
    fn evict_expired() -> usize;
    fn sweep() -> usize;
    fn shrink_to_bound();
    fn entry_info(hash: u64, is_key: IsKey<'_>) -> Option<EntryInfo>;
    fn for_each(see: See<'_>);
    fn keys() -> Vec<String>;
    fn for_extremes(extreme: Extreme, count: usize, see: SeeInfo<'_>);
    fn extremes(extreme: Extreme, count: usize) -> Vec<(String, EntryInfo)>;
    fn extent() -> Extent;
    fn offer(random: u64) -> Option<Offer>;
    fn give(offer: Offer);
    fn collect();
    fn catch_up();
}
