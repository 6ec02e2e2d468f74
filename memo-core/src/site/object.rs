//! A cache for each object, in a field of it.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use super::{Place, Site, SiteOperations, Which};
use crate::common::Common;
use crate::engine::{Core, EntryInfo, Extreme, Home, in_turns};
use crate::event::RemovalCause;
use crate::isolation;
use crate::memo::Memo;
use crate::memory::Offer;
use crate::protection::Protection;
use crate::registry::{CacheId, Control, each};
use crate::settings::Scope;
use crate::sharing::{Global, Sole};
use crate::store::{Extent, NodeRef};
use crate::sync::StaticMutex;

impl<P: Protection> Site<EachObject<P>> {
    /// The core of the object with this field.
    #[inline]
    pub fn within<'a>(&'static self, memo: &'a Memo, instance: impl Which) -> &'a Core<Global, P> {
        &self.owned(memo, instance).core
    }

    /// The same, for a method that takes the object along.
    pub fn within_owned(&'static self, memo: &Memo, instance: impl Which) -> ObjectSite<P> {
        let group = self.place(instance);
        let cache: Arc<dyn Any + Send + Sync> =
            Arc::clone(memo.part(group.id, || group.new_cache())) as _;
        match cache.downcast() {
            Ok(cache) => ObjectSite(cache),
            Err(_) => unreachable!("an instantiation has one protection"),
        }
    }

    #[inline]
    fn owned<'a>(&'static self, memo: &'a Memo, instance: impl Which) -> &'a Owned<P> {
        let group = self.place(instance);
        let cache: &dyn Any = &**memo.part(group.id, || group.new_cache());
        match cache.downcast_ref() {
            Some(cache) => cache,
            None => unreachable!("an instantiation has one protection"),
        }
    }
}

/// How a method that takes the object along holds its core.
pub struct ObjectSite<P: Protection>(Arc<Owned<P>>);

impl<P: Protection> Deref for ObjectSite<P> {
    type Target = Core<Global, P>;

    fn deref(&self) -> &Self::Target {
        &self.0.core
    }
}

impl<P: Protection> Clone for ObjectSite<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<P: Protection> Home for ObjectSite<P> {
    type S = Global;
    type P = P;
    type Held = Self;

    #[inline]
    fn hold(self) -> Self {
        self
    }
}

/// The cache of one method of one object.
struct Owned<P: Protection> {
    core: Core<Global, P>,
    number: u64,
    group: Weak<EachObject<P>>,
}

impl<P: Protection> Drop for Owned<P> {
    fn drop(&mut self) {
        if let Some(group) = self.group.upgrade() {
            let gone = group.members.lock().remove(&self.number);
            drop(gone);
        }
        let common = self.core.common();
        common.counters.removed(
            RemovalCause::Collected,
            self.core.engine().extent().entries as u64,
        );
    }
}

/// The caches of one method in all objects.
pub struct EachObject<P: Protection> {
    common: Arc<Common>,
    id: CacheId,
    own: Weak<Self>,
    members: StaticMutex<HashMap<u64, Weak<Owned<P>>>>,
    next: AtomicU64,
}

impl<P: Protection> Place for EachObject<P> {
    type P = P;
    const SCOPE: Scope = Scope::Object;

    fn new(common: Arc<Common>, id: CacheId, own: Weak<Self>) -> Self {
        Self {
            common,
            id,
            own,
            members: StaticMutex::new(HashMap::new()),
            next: AtomicU64::new(0),
        }
    }

    #[inline]
    fn operations() -> &'static SiteOperations<Self> {
        &P::compiled().each_object
    }
}

impl<P: Protection> EachObject<P> {
    /// An object belongs to where it is used first.
    #[cold]
    fn new_cache(&self) -> Arc<dyn Control> {
        let isolation = isolation::current();
        match isolation.and_then(|isolation| isolation.group::<Self>(&self.common)) {
            Some(own) => own.new_member(),
            None => self.new_member(),
        }
    }

    fn new_member(&self) -> Arc<dyn Control> {
        // Relaxed: only uniqueness matters, and a read-modify-write gives it in any order.
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let cache = Arc::new(Owned {
            core: Core::new(Arc::clone(&self.common), Sole),
            number,
            group: self.own.clone(),
        });
        self.members.lock().insert(number, Arc::downgrade(&cache));
        cache
    }

    /// The caches of the objects that live now. The list is not held while anything is done with
    /// them.
    fn live(&self) -> Vec<Arc<Owned<P>>> {
        let members = self.members.lock();
        members.values().filter_map(Weak::upgrade).collect()
    }

    fn each(&self, act: impl Fn(&dyn Control) -> usize) -> usize {
        let live = self.live().into_iter();
        each(live.map(|cache| cache as Arc<dyn Control>), act)
    }
}

/// As one of a group: what it counts is the group's.
impl<P: Protection> Control for Owned<P> {
    fn common(&self) -> &Common {
        self.core.common()
    }

    fn extent(&self) -> Extent {
        self.core.engine().extent()
    }

    fn held(&self) -> Extent {
        self.core.held()
    }

    fn asked(self: Arc<Self>, _: u64) -> Option<Arc<dyn Control>> {
        Some(self)
    }

    fn collect(&self) {
        self.core.engine().collect();
    }

    fn offer(&self, random: u64) -> Option<Offer> {
        self.core.engine().offer(random)
    }

    fn give(&self, offer: Offer) {
        self.core.engine().give(offer);
    }

    fn clear(&self) -> usize {
        self.core.engine().clear()
    }

    fn forget(&self) -> usize {
        self.core.engine().forget()
    }

    fn evict_expired(&self) -> usize {
        self.core.engine().evict_expired()
    }

    fn sweep_at(&self) -> u64 {
        self.core.sweep_at()
    }

    fn expect_cleared(&self) {
        self.core.expect_cleared();
    }

    fn sweep(&self) -> usize {
        self.core.engine().sweep()
    }

    fn shrink_to_bound(&self) {
        self.core.engine().shrink_to_bound();
    }

    fn remove_if(&self, condemns: &mut dyn FnMut(NodeRef<'_>, &EntryInfo) -> bool) -> usize {
        self.core.engine().remove_if(condemns)
    }

    fn remove_keys(&self, is_meant: &mut dyn FnMut(NodeRef<'_>) -> bool) -> usize {
        self.core.engine().remove_keys(is_meant)
    }

    fn keys(&self) -> Vec<String> {
        self.core.engine().keys()
    }

    fn extremes(&self, extreme: Extreme, count: usize) -> Vec<(String, EntryInfo)> {
        self.core.engine().extremes(extreme, count)
    }
}

impl<P: Protection> Control for EachObject<P> {
    fn common(&self) -> &Common {
        &self.common
    }

    fn extent(&self) -> Extent {
        let live = self.live().into_iter();
        live.map(|cache| cache.extent()).sum()
    }

    fn held(&self) -> Extent {
        let live = self.live().into_iter();
        live.map(|cache| cache.core.held()).sum()
    }

    fn asked(self: Arc<Self>, random: u64) -> Option<Arc<dyn Control>> {
        let mut live = self.live();
        let count = live.len() as u64;
        let drawn = usize::try_from(random.checked_rem(count)?).ok()?;
        Some(live.swap_remove(drawn))
    }

    fn collect(&self) {
        for cache in self.live() {
            cache.collect();
        }
    }

    /// See [`Control::asked`]: its objects have the entries.
    fn offer(&self, _: u64) -> Option<Offer> {
        None
    }

    fn give(&self, _: Offer) {}

    fn clear(&self) -> usize {
        self.each(Control::clear)
    }

    fn forget(&self) -> usize {
        self.each(Control::forget)
    }

    fn evict_expired(&self) -> usize {
        self.each(Control::evict_expired)
    }

    fn sweep_at(&self) -> u64 {
        let live = self.live().into_iter();
        live.map(|cache| cache.sweep_at()).min().unwrap_or(u64::MAX)
    }

    fn expect_cleared(&self) {
        for cache in self.live() {
            cache.expect_cleared();
        }
    }

    fn sweep(&self) -> usize {
        self.each(Control::sweep)
    }

    fn shrink_to_bound(&self) {
        self.each(|cache| {
            cache.shrink_to_bound();
            0
        });
    }

    fn remove_if(&self, condemns: &mut dyn FnMut(NodeRef<'_>, &EntryInfo) -> bool) -> usize {
        let live = self.live();
        live.iter().map(|cache| cache.remove_if(condemns)).sum()
    }

    fn remove_keys(&self, is_meant: &mut dyn FnMut(NodeRef<'_>) -> bool) -> usize {
        let live = self.live();
        live.iter().map(|cache| cache.remove_keys(is_meant)).sum()
    }

    fn keys(&self) -> Vec<String> {
        let live = self.live();
        live.iter().flat_map(|cache| cache.keys()).collect()
    }

    fn extremes(&self, extreme: Extreme, count: usize) -> Vec<(String, EntryInfo)> {
        let live = self.live();
        let each = live.iter().map(|cache| cache.extremes(extreme, count));
        in_turns(each.collect(), count)
    }
}

impl<P: Protection> fmt::Debug for EachObject<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EachObject")
            .field("common", &self.common)
            .finish_non_exhaustive()
    }
}

impl<P: Protection> fmt::Debug for ObjectSite<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.core.fmt(f)
    }
}
