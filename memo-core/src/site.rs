//! The static beside each memoized function: its settings, and a cache for each instantiation, made
//! at the first call.
//!
//! A generic function has one static for all its instantiations, as Rust knows no generic statics.
//! The type of a *tag* tells them apart. The instantiation that comes first has a place in the
//! static itself, which is where functions without type parameters always are; the others are
//! found by their tag's hash.

mod asking;
mod instance;
mod object;
mod shared;
mod thread;

use std::any::type_name;
use std::fmt;
use std::sync::{Arc, OnceLock, Weak};

use crate::common::Common;
use crate::config::Config;
use crate::engine::EntryInfo;
use crate::handle::CacheHandle;
use crate::isolation;
use crate::protection::Protection;
use crate::registry::{self, CacheId, Control};
use crate::settings::{CacheParameters, Scope, Settings};

use instance::Only;
pub(crate) use instance::without_generics;
pub use instance::{Described, Instance};
pub use object::{EachObject, ObjectSite};
pub use shared::{GlobalSite, Shared};
pub use thread::{EachThread, LocalSlot, ThreadSite};

use instance::Tag;

/// What stands at a site for one instantiation: its cache, or the group of its caches.
pub trait Place: Control + 'static {
    /// Which limits the caches have.
    type P: Protection;
    /// Who shares their entries.
    const SCOPE: Scope;
    /// An empty one.
    fn new(common: Arc<Common>, id: CacheId, own: Weak<Self>) -> Self;
    /// What was compiled for its sites.
    fn operations() -> &'static SiteOperations<Self>
    where
        Self: Sized;
}

/// What a site does apart from hits, so that it is compiled once, as the engine's
/// [`Operations`](crate::engine::Operations) are.
pub struct SiteOperations<H: 'static> {
    mount: fn(&'static Site<H>, &Instance) -> &'static Arc<H>,
    look: fn(&Site<H>, Tag) -> Option<&Arc<H>>,
    name: fn(&Site<H>) -> String,
    settings: fn(&Site<H>) -> &Arc<Settings>,
    controls: fn(&Site<H>) -> Vec<Arc<dyn Control>>,
}

impl<H: Place> SiteOperations<H> {
    pub(crate) const fn new() -> Self {
        Self {
            mount: Site::mount,
            look: Site::look,
            name: Site::written_name,
            settings: Site::made_settings,
            controls: Site::all_controls,
        }
    }
}

/// A memoized function's place for its caches.
pub struct Site<H> {
    config: Config,
    settings: OnceLock<Arc<Settings>>,
    first: OnceLock<Member<H>>,
    more: OnceLock<Box<[Bucket<H>; BUCKETS]>>,
    /// The path of the type whose method this is, without its own parameters.
    of_type: OnceLock<String>,
}

/// The instantiations with one hash, in the order of their first calls: a chain that begins here, so
/// that the first of them is one step away.
type Bucket<H> = OnceLock<Member<H>>;

/// Programs have few instantiations of one function: of twenty, one in eight shares its bucket.
const BUCKETS: usize = 128;

/// Says which instantiation a call belongs to.
pub trait Which: Into<Instance> {
    #[doc(hidden)]
    fn place<H: Place>(self, site: &'static Site<H>) -> &'static Arc<H>;
    /// The same without a call; the only instantiation may not be there yet.
    #[doc(hidden)]
    fn place_at_hand<H: Place>(self, site: &'static Site<H>) -> Option<&'static Arc<H>>;
}

impl Which for Only {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn place<H: Place>(self, site: &'static Site<H>) -> &'static Arc<H> {
        site.only_place()
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn place_at_hand<H: Place>(self, site: &'static Site<H>) -> Option<&'static Arc<H>> {
        site.first.get().map(|only| &only.place)
    }
}

impl Which for Instance {
    #[inline]
    fn place<H: Place>(self, site: &'static Site<H>) -> &'static Arc<H> {
        site.place_of(self)
    }

    #[inline]
    fn place_at_hand<H: Place>(self, site: &'static Site<H>) -> Option<&'static Arc<H>> {
        Some(site.place_of(self))
    }
}

/// One instantiation.
struct Member<H> {
    tag: Tag,
    place: Arc<H>,
    next: OnceLock<Box<Member<H>>>,
}

impl<H: Place> Site<H> {
    /// A site with these settings.
    pub const fn new(config: Config) -> Self {
        Self {
            config,
            // Each evaluated once, not once for each function.
            settings: const { OnceLock::new() },
            first: const { OnceLock::new() },
            more: const { OnceLock::new() },
            of_type: const { OnceLock::new() },
        }
    }

    /// The settings in force.
    pub fn parameters(&self) -> CacheParameters {
        AnySite::settings(self).parameters(AnySite::name(self))
    }

    /// Removes the entries of one instantiation for which a call would return what `condemns`
    /// names.
    pub fn invalidate_if<R: 'static>(
        &self,
        instance: impl Into<Instance>,
        condemns: &mut dyn FnMut(&R, &EntryInfo) -> bool,
    ) -> usize {
        let place = (H::operations().look)(self, instance.into().tag);
        let place = place.and_then(|place| isolation::control(Arc::clone(place) as _));
        let types = place.as_ref().and_then(|place| place.common().types.get());
        let (Some(place), Some(&types)) = (&place, types) else {
            // Nobody can ask about entries that are not there yet.
            registry::forget_waiting(|name| name == AnySite::name(self));
            return 0;
        };
        place.remove_if(&mut |node, info| {
            let is_condemned = types.with_return(node, |value| condemns(value, info));
            is_condemned.unwrap_or(false)
        })
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn place(&'static self, instance: impl Which) -> &'static Arc<H> {
        instance.place(self)
    }

    /// The place of the only instantiation.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn only_place(&'static self) -> &'static Arc<H> {
        match self.first.get() {
            Some(only) => &only.place,
            None => self.find_only(),
        }
    }

    #[inline(never)]
    fn find_only(&'static self) -> &'static Arc<H> {
        let Instance {
            tag,
            describe,
            describe_more,
        } = Only.into();
        self.find(tag, describe, describe_more)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn place_of(&'static self, instance: Instance) -> &'static Arc<H> {
        let Instance {
            tag,
            describe,
            describe_more,
        } = instance;
        let is_it = |member: &&'static Member<H>| member.tag == tag;
        if let Some(first) = self.first.get().filter(is_it) {
            return &first.place;
        }
        // Where the tag is known when the program is compiled, so is its bucket.
        let bucket = self.more.get().and_then(|more| tag.of(more).get());
        match bucket.filter(is_it) {
            Some(member) => &member.place,
            None => self.find(tag, describe, describe_more),
        }
    }

    /// The place of an instantiation that is not the first one, or not there yet.
    ///
    /// It takes the parts of an [`Instance`], since one that was handed over would have to be in
    /// memory, which is where a hit would find its tag then.
    #[inline(never)]
    fn find(
        &'static self,
        tag: Tag,
        describe: fn(&mut Described),
        describe_more: fn(&mut Described),
    ) -> &'static Arc<H> {
        let instance = &Instance {
            tag,
            describe,
            describe_more,
        };
        let mut member = self.more.get().and_then(|more| instance.tag.of(more).get());
        while let Some(other) = member {
            if other.tag == instance.tag {
                return &other.place;
            }
            member = other.next.get().map(|next| &**next);
        }
        (H::operations().mount)(self, instance)
    }

    /// The place of an instantiation, if it was called.
    fn look(&self, tag: Tag) -> Option<&Arc<H>> {
        let mut members = self.members();
        let member = members.find(|member| member.tag == tag)?;
        Some(&member.place)
    }

    fn written_name(&self) -> String {
        match (self.of_type.get(), self.config.method) {
            (Some(of_type), Some(method)) => format!("{of_type}::{method}"),
            _ => self.config.name.to_owned(),
        }
    }

    fn made_settings(&self) -> &Arc<Settings> {
        let make = |config: &Config| Arc::new(Settings::new::<H::P>(config, H::SCOPE));
        if let (None, Some(ask)) = (self.settings.get(), self.config.tti) {
            // User code: outside of all cells. Whoever answers first decides.
            let tti = asking::answer(&self.config, ask);
            return (self.settings).get_or_init(|| make(&self.config.tti(tti)));
        }
        self.settings.get_or_init(|| make(&self.config))
    }

    fn all_controls(&self) -> Vec<Arc<dyn Control>> {
        self.members()
            .filter_map(|member| isolation::control(Arc::clone(&member.place) as _))
            .collect()
    }

    #[cold]
    fn mount(&'static self, instance: &Instance) -> &'static Arc<H> {
        // Before a cell waits for them, as user code may be asked.
        self.made_settings();
        let first = self.first.get_or_init(|| self.new_member(instance));
        if first.tag == instance.tag {
            return &first.place;
        }
        let more = self
            .more
            .get_or_init(|| Box::new(std::array::from_fn(|_| Bucket::new())));
        let bucket = instance.tag.of(more);
        let mut member = bucket.get_or_init(|| self.new_member(instance));
        while member.tag != instance.tag {
            let next = &member.next;
            member = next.get_or_init(|| Box::new(self.new_member(instance)));
        }
        &member.place
    }

    fn new_member(&'static self, instance: &Instance) -> Member<H> {
        let described = instance.describe();
        if let Some(of_type) = described.of_type() {
            self.set_type(of_type);
        }
        let name = described.name(&self.config);
        let id = CacheId::next();
        let common = Common::new(name, Arc::clone(self.made_settings()), None);
        let place = Arc::new_cyclic(|own| H::new(Arc::new(common), id, own.clone()));
        let control: Arc<dyn Control> = place.clone();
        let handle = if described.is_only() {
            CacheHandle::of(self)
        } else {
            CacheHandle::instance(self, id)
        };
        registry::register(id, handle, &control);
        Member {
            tag: instance.tag,
            place,
            next: OnceLock::new(),
        }
    }
}

impl<H> Site<H> {
    fn members(&self) -> impl Iterator<Item = &Member<H>> {
        let more = self.more.get().into_iter().flat_map(|more| more.iter());
        let chains = more.flat_map(|bucket| {
            std::iter::successors(bucket.get(), |member| member.next.get().map(|next| &**next))
        });
        self.first.get().into_iter().chain(chains)
    }
}

/// A site without its types.
pub trait AnySite: Send + Sync {
    /// The name in reports and patterns, without types of an instantiation.
    fn name(&self) -> String;
    /// The settings of all instantiations.
    fn settings(&self) -> Arc<Settings>;
    /// The instantiations called so far.
    fn controls(&self) -> Vec<Arc<dyn Control>>;
    /// Notes whose method it is, by the type's full name.
    fn set_type(&self, of_type: &str);
}

impl<H: Place> AnySite for Site<H> {
    fn name(&self) -> String {
        (H::operations().name)(self)
    }

    fn settings(&self) -> Arc<Settings> {
        isolation::settings((H::operations().settings)(self))
    }

    fn controls(&self) -> Vec<Arc<dyn Control>> {
        (H::operations().controls)(self)
    }

    fn set_type(&self, of_type: &str) {
        self.of_type.get_or_init(|| without_generics(of_type));
    }
}

impl CacheHandle {
    /// All caches of a method of type `S`.
    #[doc(hidden)]
    pub fn of_method<S: ?Sized>(site: &'static dyn AnySite) -> Self {
        site.set_type(type_name::<S>());
        Self::of(site)
    }
}

impl<H> fmt::Debug for Site<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl<H> fmt::Debug for SiteOperations<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SiteOperations")
    }
}
