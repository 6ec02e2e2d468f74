//! A cache for each thread.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::sync::{Arc, OnceLock, Weak};
use std::thread::LocalKey;

use super::{Place, Site, SiteOperations, Which};
use crate::common::Common;
use crate::engine::{Core, EntryInfo, Extreme, Home};
use crate::event::RemovalCause;
use crate::isolation;
use crate::memory::Offer;
use crate::protection::Protection;
use crate::registry::{self, CacheId, Control};
use crate::settings::Scope;
use crate::sharing::{OneOfMany, PerThread};
use crate::store::{Extent, NodeRef};
use crate::sync::StaticMutex;

/// How a function with a cache for each thread holds its core.
pub type ThreadSite<P> = Rc<Core<PerThread, P>>;

impl<P: Protection> Site<EachThread<P>> {
    /// The calling thread's core of an instantiation.
    #[inline]
    pub fn local(
        &'static self,
        slot: &'static LocalKey<LocalSlot>,
        instance: impl Which,
    ) -> ThreadSite<P> {
        let group = self.place(instance);
        let own = slot.try_with(|own| own.core_or(group.id, || group.new_core(slot)));
        // While the thread is being torn down there is no slot any more: a cache for this call.
        own.unwrap_or_else(|_| group.new_core(slot))
    }
}

impl<P: Protection> Home for ThreadSite<P> {
    type S = PerThread;
    type P = P;
    type Held = Self;

    #[inline]
    fn hold(self) -> Self {
        self
    }

    #[cold]
    fn isolated(&self) -> Option<Self> {
        let isolation = isolation::current()?;
        let own = isolation.group::<EachThread<P>>(self.common())?;
        let slot = own.slot_of(self.common())?;
        slot.try_with(|cores| cores.core_or(own.id, || own.new_core(slot)))
            .ok()
    }
}

/// A thread's place for its own cores of one function, an instantiation each.
#[derive(Default)]
pub struct LocalSlot(RefCell<Vec<(CacheId, Rc<dyn Any>)>>);

impl LocalSlot {
    /// An empty place.
    pub const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    #[inline]
    fn core_or<P: Protection>(
        &self,
        id: CacheId,
        new: impl FnOnce() -> ThreadSite<P>,
    ) -> ThreadSite<P> {
        self.core(id).unwrap_or_else(|| {
            let core = new();
            self.0.borrow_mut().push((id, core.clone()));
            self.forget_others();
            core
        })
    }

    /// Drops the cores of isolations that have ended.
    fn forget_others(&self) {
        let is_over = |(id, _): &mut (CacheId, _)| registry::find(*id).is_none();
        let over: Vec<_> = self.0.borrow_mut().extract_if(.., is_over).collect();
        // Values are dropped when the list is free for calls again.
        drop(over);
    }

    #[inline]
    fn core<P: Protection>(&self, id: CacheId) -> Option<ThreadSite<P>> {
        let cores = self.0.borrow();
        let (_, core) = cores.iter().find(|(own, _)| *own == id)?;
        Rc::clone(core).downcast().ok()
    }
}

impl fmt::Debug for LocalSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalSlot")
    }
}

/// The tables of one instantiation in all threads. What needs a table acts on the calling thread's;
/// sums and clears reach all.
pub struct EachThread<P: Protection> {
    common: Arc<Common>,
    id: CacheId,
    members: StaticMutex<Vec<Weak<OneOfMany>>>,
    /// Known from the first call on.
    slot: OnceLock<&'static LocalKey<LocalSlot>>,
    protection: std::marker::PhantomData<fn() -> P>,
}

impl<P: Protection> Place for EachThread<P> {
    type P = P;
    const SCOPE: Scope = Scope::Thread;

    fn new(common: Arc<Common>, id: CacheId, _: Weak<Self>) -> Self {
        Self {
            common,
            id,
            members: StaticMutex::new(Vec::new()),
            slot: OnceLock::new(),
            protection: std::marker::PhantomData,
        }
    }

    #[inline]
    fn operations() -> &'static SiteOperations<Self> {
        &P::compiled().each_thread
    }
}

impl<P: Protection> EachThread<P> {
    #[cold]
    fn new_core(&self, slot: &'static LocalKey<LocalSlot>) -> ThreadSite<P> {
        self.slot.get_or_init(|| slot);
        let member = Arc::new(OneOfMany::at(self.common.generation()));
        let mut members = self.members.lock();
        members.retain(|member| member.strong_count() > 0);
        members.push(Arc::downgrade(&member));
        drop(members);
        Rc::new(Core::new(Arc::clone(&self.common), member))
    }

    /// The place for cores, which is that of the group whose place this one takes.
    fn slot_of(&self, outside: &Common) -> Option<&'static LocalKey<LocalSlot>> {
        if let Some(slot) = self.slot.get() {
            return Some(slot);
        }
        let (_, group) = registry::entry_of(outside)?;
        let group: Arc<dyn Any + Send + Sync> = group;
        let slot = *group.downcast_ref::<Self>()?.slot.get()?;
        Some(self.slot.get_or_init(|| slot))
    }

    fn own(&self) -> Option<ThreadSite<P>> {
        let slot = self.slot.get()?;
        slot.try_with(|own| own.core(self.id)).ok().flatten()
    }

    fn extent_at(&self, generation: u64) -> Extent {
        let members = self.members.lock();
        let live = members.iter().filter_map(Weak::upgrade);
        live.map(|member| member.live(generation)).sum()
    }
}

impl<P: Protection> Control for EachThread<P> {
    fn common(&self) -> &Common {
        &self.common
    }

    fn extent(&self) -> Extent {
        self.extent_at(self.common.generation())
    }

    fn held(&self) -> Extent {
        if P::BOUNDED {
            self.extent()
        } else {
            Extent::default()
        }
    }

    fn asked(self: Arc<Self>, _: u64) -> Option<Arc<dyn Control>> {
        Some(self)
    }

    fn collect(&self) {
        if let Some(own) = self.own() {
            own.engine().collect();
        }
    }

    /// Of the calling thread's entries: others are out of reach.
    fn offer(&self, random: u64) -> Option<Offer> {
        self.own()?.engine().offer(random)
    }

    fn give(&self, offer: Offer) {
        if let Some(own) = self.own() {
            own.engine().give(offer);
        }
    }

    /// Every thread drops its entries at its next call; they are out of reach at once.
    fn clear(&self) -> usize {
        let removed = self.forget();
        if let Some(own) = self.own() {
            own.engine().catch_up();
        }
        removed
    }

    fn forget(&self) -> usize {
        let removed = self.extent_at(self.common.next_generation()).entries;
        self.common
            .counters
            .removed(RemovalCause::Explicit, removed as u64);
        removed
    }

    fn evict_expired(&self) -> usize {
        self.own().map_or(0, |own| own.engine().evict_expired())
    }

    /// Other threads cannot reach it.
    fn sweep_at(&self) -> u64 {
        u64::MAX
    }

    /// Each thread finds out by itself.
    fn expect_cleared(&self) {}

    fn sweep(&self) -> usize {
        self.own().map_or(0, |own| own.engine().sweep())
    }

    /// The other threads follow when they store their next value.
    fn shrink_to_bound(&self) {
        if let Some(own) = self.own() {
            own.engine().shrink_to_bound();
        }
    }

    fn remove_if(&self, condemns: &mut dyn FnMut(NodeRef<'_>, &EntryInfo) -> bool) -> usize {
        self.own().map_or(0, |own| own.engine().remove_if(condemns))
    }

    fn remove_keys(&self, is_meant: &mut dyn FnMut(NodeRef<'_>) -> bool) -> usize {
        self.own()
            .map_or(0, |own| own.engine().remove_keys(is_meant))
    }

    fn keys(&self) -> Vec<String> {
        self.own().map_or_else(Vec::new, |own| own.engine().keys())
    }

    fn extremes(&self, extreme: Extreme, count: usize) -> Vec<(String, EntryInfo)> {
        let own = self.own();
        own.map_or_else(Vec::new, |own| own.engine().extremes(extreme, count))
    }
}

impl<P: Protection> fmt::Debug for EachThread<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EachThread")
            .field("common", &self.common)
            .finish_non_exhaustive()
    }
}
