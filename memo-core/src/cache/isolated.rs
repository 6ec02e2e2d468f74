//! The caches of closures in isolations.

use std::borrow::Cow;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{Cache, Registered};
use crate::call::call_outside;
use crate::engine::{Core, EntryTypes};
use crate::handle::CacheHandle;
use crate::isolation;
use crate::key::ByBorrow;
use crate::outcome::{ByClone, Whole};
use crate::protection::Protection;
use crate::registry::{self, CacheId, Control};
use crate::scope;
use crate::sharing::Sole;

impl<K, V, P: Protection> Cache<K, V, P> {
    /// The cache, or what takes its place in the isolation that the calling thread is in. For caches
    /// of closures; others are no part of isolations.
    pub(crate) fn here(&self) -> Cow<'_, Self> {
        match isolation::within().and_then(|isolation| self.isolated(&isolation)) {
            Some(own) => Cow::Owned(own),
            None => Cow::Borrowed(self),
        }
    }

    fn isolated(&self, isolation: &isolation::Inner) -> Option<Self> {
        let outside = self.core().common();
        if outside.isolation() != 0 {
            return None;
        }
        let inner = isolation.closure(self.inner.id, |number| {
            let settings = Arc::new(outside.settings().fresh());
            let common = Arc::new(outside.fresh(settings, number));
            common.note_types(&EntryTypes::HIDDEN);
            let (core, id) = (Arc::new(Core::new(common, Sole)), CacheId::next());
            let control: Arc<dyn Control> = core.clone();
            registry::list(id, CacheHandle::registered(id), &control);
            Arc::new(Registered { core, id })
        })?;
        let types = PhantomData;
        Some(Self { inner, types })
    }
}

impl<K, V, P> Cache<K, V, P>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    P: Protection,
{
    /// The value of a key, computed by `load` if there is none: for a memoized closure, whose cache is
    /// another one in an isolation.
    pub(crate) fn get_or_call<Q>(&self, key: &Q, load: impl FnOnce() -> V) -> V
    where
        Q: ?Sized + Hash + Eq + ToOwned<Owned = K>,
    {
        if scope::is_special() {
            return self.get_or_call_here(key, load);
        }
        let query = ByBorrow(key);
        let begun = call_outside::<_, Whole<V, ByClone>, _>(self.core(), &query, true);
        Self::value_of::<Q>(begun, load)
    }

    #[cold]
    #[inline(never)]
    fn get_or_call_here<Q>(&self, key: &Q, load: impl FnOnce() -> V) -> V
    where
        Q: ?Sized + Hash + Eq + ToOwned<Owned = K>,
    {
        self.here().get_or_insert_with(key, load)
    }
}
