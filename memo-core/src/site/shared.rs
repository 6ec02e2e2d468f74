//! One cache for all threads.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Weak};

use super::{Place, Site, SiteOperations, Which};
use crate::common::Common;
use crate::engine::{Core, Home};
use crate::isolation;
use crate::protection::Protection;
use crate::registry::CacheId;
use crate::settings::Scope;
use crate::sharing::{Global, Sole};

/// What a site holds whose entries all threads share.
pub type Shared<P> = Core<Global, P>;

/// How such a function holds its core: by way of its site, where the core may not be yet.
pub struct GlobalSite<P: Protection> {
    site: &'static Site<Shared<P>>,
    core: Option<&'static Shared<P>>,
}

impl<P: Protection> Clone for GlobalSite<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Protection> Copy for GlobalSite<P> {}

impl<P: Protection> Deref for GlobalSite<P> {
    type Target = Core<Global, P>;

    #[inline]
    fn deref(&self) -> &Core<Global, P> {
        (*self).hold()
    }
}

impl<P: Protection> Home for GlobalSite<P> {
    type S = Global;
    type P = P;
    type Held = &'static Core<Global, P>;

    #[inline]
    fn hold(self) -> Self::Held {
        match self.core {
            Some(core) => core,
            None => self.site.only_place(),
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn at_hand(&self) -> Option<&Core<Global, P>> {
        self.core
    }

    #[cold]
    fn isolated(&self) -> Option<Self> {
        Some(Self {
            site: self.site,
            core: Some(isolation::current()?.shared(self.hold())?),
        })
    }
}

impl<P: Protection> fmt::Debug for GlobalSite<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<P: Protection> Place for Shared<P> {
    type P = P;
    const SCOPE: Scope = Scope::Global;

    fn new(common: Arc<Common>, _: CacheId, _: Weak<Self>) -> Self {
        Core::new(common, Sole)
    }

    #[inline]
    fn operations() -> &'static SiteOperations<Self> {
        &P::compiled().shared
    }
}

impl<P: Protection> Site<Shared<P>> {
    /// The core of an instantiation.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn shared(&'static self, instance: impl Which) -> GlobalSite<P> {
        GlobalSite {
            site: self,
            core: instance.place_at_hand(self).map(|core| &**core),
        }
    }
}
