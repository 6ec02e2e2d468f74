//! The static beside each memoized function: its settings, and its cache once it was called.

use std::any::Any;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::{Arc, OnceLock, Weak};
use std::thread::LocalKey;

use crate::common::{CacheParameters, Common, Scope};
use crate::config::Config;
use crate::engine::{Core, EntryInfo};
use crate::entry::AnyNode;
use crate::event::RemovalCause;
use crate::handle::CacheHandle;
use crate::outcome::Outcome;
use crate::protection::Protection;
use crate::registry::{self, CacheId, Control};
use crate::sharing::{Global, OneOfMany, PerThread, Sole};
use crate::sync::Mutex;

/// How a function that all threads share holds its core.
pub type GlobalSite<P> = &'static Core<Global, P>;
/// How a function with a cache for each thread holds its core.
pub type ThreadSite<P> = Rc<Core<PerThread, P>>;

/// A memoized function's place for its cache, which is made at the first call.
pub struct Site {
    config: Config,
    scope: Scope,
    common_of: fn(&Config, Scope) -> Common,
    common: OnceLock<Arc<Common>>,
    control: OnceLock<Arc<dyn Control>>,
    core: OnceLock<Arc<dyn Any + Send + Sync>>,
}

impl Site {
    /// A site with these settings.
    pub const fn new<P: Protection>(config: Config, scope: Scope) -> Self {
        Self {
            config,
            scope,
            common_of: common_of::<P>,
            common: OnceLock::new(),
            control: OnceLock::new(),
            core: OnceLock::new(),
        }
    }

    pub(crate) fn common(&self) -> &Arc<Common> {
        self.common
            .get_or_init(|| Arc::new((self.common_of)(&self.config, self.scope)))
    }

    /// The settings in force.
    pub fn parameters(&self) -> CacheParameters {
        self.common().parameters()
    }

    /// `None` before the first call.
    pub(crate) fn control(&self) -> Option<&dyn Control> {
        self.control.get().map(|control| &**control)
    }

    /// The core that all threads share.
    #[inline]
    pub fn global<P: Protection>(&'static self) -> GlobalSite<P> {
        match self.core.get().and_then(|core| core.downcast_ref()) {
            Some(core) => core,
            None => self.mount_global::<P>(),
        }
    }

    #[cold]
    fn mount_global<P: Protection>(&'static self) -> GlobalSite<P> {
        let core = self.core.get_or_init(|| {
            let core = Arc::new(Core::<Global, P>::new(Arc::clone(self.common()), Sole));
            self.mount(Arc::clone(&core) as Arc<dyn Control>);
            core
        });
        match core.downcast_ref() {
            Some(core) => core,
            None => unreachable!("a function has one protection"),
        }
    }

    /// The calling thread's core.
    #[inline]
    pub fn local<P: Protection>(
        &'static self,
        slot: &'static LocalKey<LocalSlot>,
    ) -> ThreadSite<P> {
        let own = slot.try_with(|own| own.core_or(|| self.new_local(slot)));
        // While the thread is being torn down there is no slot any more: a cache for this call.
        own.ok().flatten().unwrap_or_else(|| self.new_local(slot))
    }

    #[cold]
    fn new_local<P: Protection>(
        &'static self,
        slot: &'static LocalKey<LocalSlot>,
    ) -> ThreadSite<P> {
        let group = self.core.get_or_init(|| {
            let group = Arc::new(LocalGroup::<P>::new(Arc::clone(self.common()), slot));
            self.mount(Arc::clone(&group) as Arc<dyn Control>);
            group
        });
        match group.downcast_ref::<LocalGroup<P>>() {
            Some(group) => Rc::new(group.new_core()),
            None => unreachable!("a function has one protection"),
        }
    }

    fn mount(&'static self, control: Arc<dyn Control>) {
        let id = CacheId::next();
        registry::register(id, CacheHandle::of(self), Arc::downgrade(&control));
        // A site is mounted once, inside `core.get_or_init`.
        let _ = self.control.set(control);
    }

    /// Removes the entries whose value `condemns` names.
    pub fn invalidate_if<O: Outcome>(
        &self,
        _: PhantomData<O>,
        mut condemns: impl FnMut(&O::Ret, &EntryInfo) -> bool,
    ) -> usize {
        let Some(control) = self.control() else {
            return 0;
        };
        control.remove_if(&mut |node, info| {
            let stored = node
                .value()
                .and_then(|value| value.downcast_ref::<O::Stored>());
            stored.is_some_and(|stored| condemns(&O::give(stored.clone()), info))
        })
    }
}

fn common_of<P: Protection>(config: &Config, scope: Scope) -> Common {
    Common::new::<P>(config, Cow::Borrowed(config.name), scope, None)
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// A thread's place for its own core of one function.
#[derive(Default)]
pub struct LocalSlot(OnceCell<Rc<dyn Any>>);

impl LocalSlot {
    /// An empty place.
    pub const fn new() -> Self {
        Self(OnceCell::new())
    }

    #[inline]
    fn core_or<P: Protection>(&self, new: impl FnOnce() -> ThreadSite<P>) -> Option<ThreadSite<P>> {
        let core = self.0.get_or_init(|| new());
        Rc::clone(core).downcast().ok()
    }

    fn core<P: Protection>(&self) -> Option<ThreadSite<P>> {
        Rc::clone(self.0.get()?).downcast().ok()
    }
}

impl fmt::Debug for LocalSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalSlot")
    }
}

/// The tables of one function in all threads. What needs a table acts on the calling thread's;
/// sums and clears reach all.
struct LocalGroup<P> {
    common: Arc<Common>,
    members: Mutex<Vec<Weak<OneOfMany>>>,
    slot: &'static LocalKey<LocalSlot>,
    protection: PhantomData<fn() -> P>,
}

impl<P: Protection> LocalGroup<P> {
    fn new(common: Arc<Common>, slot: &'static LocalKey<LocalSlot>) -> Self {
        Self {
            common,
            members: Mutex::new(Vec::new()),
            slot,
            protection: PhantomData,
        }
    }

    fn new_core(&self) -> Core<PerThread, P> {
        let member = Arc::new(OneOfMany::at(self.common.generation()));
        let mut members = self.members.lock();
        members.retain(|member| member.strong_count() > 0);
        members.push(Arc::downgrade(&member));
        drop(members);
        Core::new(Arc::clone(&self.common), member)
    }

    fn own(&self) -> Option<ThreadSite<P>> {
        self.slot.try_with(LocalSlot::core).ok().flatten()
    }

    fn len_at(&self, generation: u64) -> usize {
        let members = self.members.lock();
        let live = members.iter().filter_map(Weak::upgrade);
        live.map(|member| member.live_len(generation)).sum()
    }
}

impl<P: Protection> Control for LocalGroup<P> {
    fn common(&self) -> &Common {
        &self.common
    }

    fn len(&self) -> usize {
        self.len_at(self.common.generation())
    }

    /// Every thread drops its entries at its next call; they are out of reach at once.
    fn clear(&self) -> usize {
        let removed = self.len_at(self.common.next_generation());
        self.common
            .counters
            .removed(RemovalCause::Explicit, removed as u64);
        if let Some(own) = self.own() {
            own.catch_up();
        }
        removed
    }

    fn evict_expired(&self) -> usize {
        self.own().map_or(0, |own| own.evict_expired())
    }

    /// The other threads follow when they store their next value.
    fn shrink_to_bound(&self) {
        if let Some(own) = self.own() {
            own.shrink_to_bound();
        }
    }

    fn remove_if(&self, condemns: &mut dyn FnMut(&dyn AnyNode, &EntryInfo) -> bool) -> usize {
        self.own().map_or(0, |own| own.remove_if(condemns))
    }

    fn keys(&self) -> Vec<String> {
        self.own().map_or_else(Vec::new, |own| own.keys())
    }
}
