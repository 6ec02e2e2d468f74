//! The caches of one function in one isolation.
//!
//! Calls hold on to the cache of a function without counting references, as it is never dropped. So
//! those of isolations are not dropped, either: the next isolation takes them, empty.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use crate::common::Common;
use crate::handle::CacheHandle;
use crate::protection::Protection;
use crate::registry::{self, CacheId, Control};
use crate::settings::Settings;
use crate::site::{Place, Shared};
use crate::sync::StaticMutex;

/// Caches that no isolation uses at present, with the address of the settings that their functions
/// have outside.
static SPARE: StaticMutex<Vec<(usize, Bundle)>> = StaticMutex::new(Vec::new());

/// Tells apart what is never dropped.
pub(super) fn address<T>(of: &T) -> usize
where
    T: std::ops::Deref,
{
    std::ptr::from_ref::<T::Target>(of).cast::<()>().addr()
}

/// The settings of a function, and its caches by the address of those that it has outside.
pub(super) struct Bundle {
    settings: Arc<Settings>,
    places: HashMap<usize, Isolated>,
}

/// A cache in the place of another one.
pub(super) struct Isolated {
    control: Arc<dyn Control>,
    id: CacheId,
    /// The same, if it is never dropped: an `Arc<Shared<_>>`.
    for_ever: Option<&'static (dyn Any + Send + Sync)>,
    is_listed: bool,
}

impl Bundle {
    /// With the settings that are in force outside, and no cache that is in use.
    pub(super) fn begin(outside: &Arc<Settings>) -> Self {
        let address = address(outside);
        let mut spare = SPARE.lock();
        let own = spare.iter().position(|(of, _)| *of == address);
        let own = own.map(|place| spare.swap_remove(place));
        drop(spare);
        match own {
            Some((_, bundle)) => {
                bundle.settings.follow(outside);
                bundle
            }
            None => Self {
                settings: Arc::new(outside.fresh()),
                places: HashMap::new(),
            },
        }
    }

    pub(super) fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }

    /// What takes the place of a cache, if it is in use.
    pub(super) fn find(&self, outside: &Common) -> Option<&Isolated> {
        let own = self.places.get(&address(&outside));
        own.filter(|own| own.is_listed)
    }

    /// The same, made if need be. The `handle` is that of the cache outside.
    pub(super) fn place(
        &mut self,
        outside: &Arc<Common>,
        number: u64,
        handle: CacheHandle,
        make: fn(Arc<Common>, CacheId) -> Isolated,
    ) -> &Isolated {
        let Self { settings, places } = self;
        let own = places.entry(address(outside)).or_insert_with(|| {
            let common = outside.fresh(Arc::clone(settings), number);
            make(Arc::new(common), CacheId::next())
        });
        if !own.is_listed {
            own.control.common().set_isolation(number);
            registry::list(own.id, handle.isolated(own.id), &own.control);
            own.is_listed = true;
        }
        own
    }

    /// Takes its caches off the list.
    pub(super) fn unlist(&self) -> impl Iterator<Item = Arc<dyn Control>> {
        let listed = self.places.values().filter(|own| own.is_listed);
        listed.map(|own| {
            registry::unregister(own.id);
            Arc::clone(&own.control)
        })
    }

    /// Keeps what is never dropped for the next isolation, unless a clock or a listener was set: that
    /// is done once.
    pub(super) fn end(mut self, outside: usize) {
        self.places.retain(|_, own| own.for_ever.is_some());
        self.places
            .values_mut()
            .for_each(|own| own.is_listed = false);
        if !self.places.is_empty() && !self.settings.is_bound() {
            SPARE.lock().push((outside, self));
        }
    }
}

impl Isolated {
    pub(super) fn new<H: Place>(common: Arc<Common>, id: CacheId) -> Self {
        Self {
            control: Arc::<H>::new_cyclic(|own| H::new(common, id, own.clone())),
            id,
            for_ever: None,
            is_listed: false,
        }
    }

    pub(super) fn for_ever<H: Place>(common: Arc<Common>, id: CacheId) -> Self {
        let own = Arc::<H>::new_cyclic(|own| H::new(common, id, own.clone()));
        Self {
            control: own.clone(),
            id,
            for_ever: Some(Box::leak(Box::new(own))),
            is_listed: false,
        }
    }

    pub(super) fn control(&self) -> Arc<dyn Control> {
        Arc::clone(&self.control)
    }

    pub(super) fn shared<P: Protection>(&self) -> Option<&'static Shared<P>> {
        let own = self.for_ever?.downcast_ref::<Arc<Shared<P>>>()?;
        Some(own)
    }

    pub(super) fn group<H: Place>(&self) -> Option<Arc<H>> {
        let control: Arc<dyn Any + Send + Sync> = Arc::clone(&self.control) as _;
        control.downcast().ok()
    }
}
