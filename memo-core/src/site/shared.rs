//! One cache for all threads.

use std::sync::{Arc, Weak};

use super::{Instance, Place, Site, SiteOperations};
use crate::common::Common;
use crate::engine::Core;
use crate::protection::Protection;
use crate::registry::CacheId;
use crate::settings::Scope;
use crate::sharing::{Global, Sole};

/// What a site holds whose entries all threads share.
pub type Shared<P> = Core<Global, P>;
/// How such a function holds its core.
pub type GlobalSite<P> = &'static Core<Global, P>;

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
    #[inline]
    pub fn shared(&'static self, instance: Instance) -> GlobalSite<P> {
        self.place(&instance)
    }
}
