//! The handle of a *plain* function: one that computes at once, is safe to call, has no parameters
//! for types, constants or lifetimes, and takes each argument by value or by reference.
//!
//! Of such a function types can say everything that its handle's functions need. So these are
//! written once, here, and the handle is no struct of its own but an alias of [`Handle`], which the
//! compiler has much less to do with than with twenty functions for each memoized one. The same goes
//! for calls: [`function`] has them once for all functions with the same types.

mod arguments;
mod function;
mod warm;

use std::fmt;
use std::marker::PhantomData;
use std::thread::LocalKey;
use std::time::Duration;

use super::CacheHandle;
use crate::call::{Ask, Contains, Inspect, Invalidate, Peek, Prime, Supersede};
use crate::engine::{EntryInfo, Home};
use crate::protection::{Leak, Protection};
use crate::settings::CacheParameters;
use crate::site::{EachThread, GlobalSite, Instance, LocalSlot, Place, Shared, Site, ThreadSite};
use crate::stats::CacheInfo;

pub(crate) use arguments::Arguments;
#[cfg(feature = "serde")]
pub(crate) use arguments::KeyOf;
use arguments::{Argument, arities};
pub use arguments::{ByRef, ByValue};
pub use function::{Function, Types};

/// What a site holds, with the way to hold on to it for the length of a call.
pub trait Hold: Place {
    /// That way.
    type Home: Home;
    /// What is beside a site for that.
    type Slot: Copy + 'static;
    /// The way to hold on to the site's cache.
    fn home(site: &'static Site<Self>, slot: Self::Slot) -> Self::Home
    where
        Self: Sized;
}

impl<P: Protection> Hold for Shared<P> {
    type Home = GlobalSite<P>;
    type Slot = ();

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn home(site: &'static Site<Self>, (): ()) -> GlobalSite<P> {
        site.shared(Instance::only())
    }
}

impl<P: Protection> Hold for EachThread<P> {
    type Home = ThreadSite<P>;
    type Slot = &'static LocalKey<LocalSlot>;

    #[inline]
    fn home(site: &'static Site<Self>, slot: Self::Slot) -> ThreadSite<P> {
        site.local(slot, Instance::only())
    }
}

/// What a site holds that frees no value.
#[diagnostic::on_unimplemented(
    message = "`get_ref` gives references for ever, and the results of this function are freed",
    label = "frees results that leave the cache",
    note = "write `oom_protection = false, leak` in its attribute, or read its results by `with`"
)]
pub trait ForEver: Hold<Home = GlobalSite<Leak>> {}

impl ForEver for Shared<Leak> {}

/// A plain function with arguments `A` and result `R`.
///
/// The types are parameters, not associated types: those may not be more private than the function
/// is declared to be, though its signature may name such types where nobody else can call it.
pub trait Plain<H: Hold, A: Arguments, R: 'static> {
    /// What its types do not say.
    fn function() -> &'static Function<H, A, R>;
    /// How these are kept.
    fn types() -> impl Types<H, A, R>;
}

/// Answers a question about an entry of the function that these types belong to.
fn at<H, A, R, T, Q>(
    function: &'static Function<H, A, R>,
    _: T,
    arguments: A::Borrowed<'_>,
    question: Q,
) -> Q::Answer
where
    H: Hold,
    A: Arguments,
    T: Types<H, A, R>,
    Q: Ask<R, H::Home>,
{
    T::at(function, arguments, question)
}

/// The handle of a function `F`, which is there for its associated functions alone.
pub struct Handle<F, H, A, R>(PhantomData<(F, H, A, R)>);

#[allow(
    clippy::must_use_candidate,
    reason = "a warning would be the user's, and some ask for an effect"
)]
impl<F, H, A, R> Handle<F, H, A, R>
where
    F: Plain<H, A, R>,
    H: Hold,
    A: Arguments,
    R: 'static,
{
    fn site() -> &'static Site<H> {
        &F::function().site
    }

    /// The cache, without the types of this function.
    pub fn cache() -> CacheHandle {
        CacheHandle::of(Self::site())
    }

    /// Hits, misses, entries and the rest.
    pub fn cache_info() -> CacheInfo {
        Self::cache().info()
    }

    /// Removes all entries and zeroes the counters; returns the number of entries removed.
    pub fn cache_clear() -> usize {
        Self::cache().clear()
    }

    /// The settings in force.
    pub fn cache_parameters() -> CacheParameters {
        Self::site().parameters()
    }

    /// Removes what has expired; returns the number of entries removed.
    pub fn evict_expired() -> usize {
        Self::cache().evict_expired()
    }

    /// Removes the entries for which the predicate is true; returns their number.
    pub fn invalidate_if(mut condemns: impl FnMut(&R, &EntryInfo) -> bool) -> usize {
        Self::site().invalidate_if(Instance::only(), &mut condemns)
    }

    /// Removes the entries whose key matches a pattern; returns their number.
    pub fn invalidate_matching(pattern: &str) -> usize {
        Self::cache().invalidate_matching(pattern)
    }

    /// The keys of all live entries, as text.
    pub fn keys() -> Vec<String> {
        Self::cache().keys()
    }

    /// The live entries that were used least, with their keys as text.
    pub fn coldest(count: usize) -> Vec<(String, EntryInfo)> {
        Self::cache().coldest(count)
    }

    /// The live entries that were used most, with their keys as text.
    pub fn hottest(count: usize) -> Vec<(String, EntryInfo)> {
        Self::cache().hottest(count)
    }

    /// Changes the bound and evicts what is above it; whether the cache has a bound.
    pub fn set_maxsize(maxsize: impl Into<Option<usize>>) -> bool {
        Self::cache().set_maxsize(maxsize)
    }

    /// Changes the time to live of values stored from now on.
    pub fn set_ttl(ttl: impl Into<Option<Duration>>) -> bool {
        Self::cache().set_ttl(ttl)
    }
}

/// The functions that take the arguments of the memoized one, for so many of them.
macro_rules! arity {
    ($($A:ident $a:ident $K:ident),*) => {
        #[allow(
            clippy::must_use_candidate,
            clippy::too_many_arguments,
            clippy::extra_unused_lifetimes,
            clippy::elidable_lifetime_names,
            reason = "as the memoized function is, with any number of arguments"
        )]
        impl<F, H, $($A,)* R> Handle<F, H, ($($A,)*), R>
        where
            F: Plain<H, ($($A,)*), R>,
            H: Hold,
            $($A: Argument,)*
            R: 'static,
        {
            /// Removes the entry of these arguments; whether there was one.
            pub fn invalidate($($a: &$A::Target),*) -> bool {
                at(F::function(), F::types(), ($($a,)*), Invalidate)
            }

            /// Whether these arguments have an entry.
            pub fn contains($($a: &$A::Target),*) -> bool {
                at(F::function(), F::types(), ($($a,)*), Contains)
            }

            /// The stored result for these arguments.
            pub fn peek($($a: &$A::Target),*) -> Option<R> {
                at(F::function(), F::types(), ($($a,)*), Peek)
            }

            /// What is known about the entry of these arguments.
            pub fn entry_info($($a: &$A::Target),*) -> Option<EntryInfo> {
                at(F::function(), F::types(), ($($a,)*), Inspect)
            }

            /// Stores a result for these arguments as if it had been computed.
            pub fn prime($($a: &$A::Target,)* value: R) {
                at(F::function(), F::types(), ($($a,)*), Prime::new(&mut Some(value)));
            }

            /// The function itself, without its cache.
            pub fn uncached<'a>($($a: $A::Declared<'a>),*) -> R {
                (F::function().uncached)($($a),*)
            }

            /// Calls `read` with the result where it is stored, computed if there is none.
            #[inline]
            pub fn with<'a, T>($($a: $A::Declared<'a>,)* read: impl FnOnce(&R) -> T) -> T {
                F::function().with(F::types(), $($a,)* read)
            }

            /// A reference to the stored result, computed if there is none, that is good for ever.
            #[inline]
            pub fn get_ref<'a>($($a: $A::Declared<'a>),*) -> &'static R
            where
                H: ForEver,
            {
                F::function().get_ref(F::types(), $($a),*)
            }

            /// Runs the function and stores its result in the place of what there was.
            pub fn refresh<'a>($($a: $A::Declared<'a>),*) -> R {
                let arguments = ($($A::borrow(&$a),)*);
                let lead = at(F::function(), F::types(), arguments, Supersede);
                lead.finish((F::function().uncached)($($a),*))
            }
        }
    };
}

arities!(arity);

impl<F, H, A, R> fmt::Debug for Handle<F, H, A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle")
    }
}
