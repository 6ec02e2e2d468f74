//! The handle of a *plain* function: one that computes at once, is safe to call, has no parameters
//! for types, constants or lifetimes, and takes each argument by value or by reference.
//!
//! Of such a function types can say everything that its handle's functions need. So these are
//! written once, here, and the handle is no struct of its own but an alias of [`Handle`], which the
//! compiler has much less to do with than with twenty functions for each memoized one.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use super::CacheHandle;
use crate::call::{Again, Ask, Contains, Inspect, Invalidate, Peek, Prime, Refer, See, Supersede};
use crate::engine::{EntryInfo, Home};
use crate::protection::{Leak, Protection};
use crate::settings::CacheParameters;
use crate::site::{EachThread, GlobalSite, Instance, Place, Shared, Site, ThreadSite};
use crate::stats::CacheInfo;

/// How an argument is taken.
pub trait Argument {
    /// By the function.
    type Declared<'a>;
    /// By the functions of its handle that look something up.
    type Borrowed<'a>: Copy;
    /// The latter from the former.
    fn borrow<'a>(declared: &'a Self::Declared<'_>) -> Self::Borrowed<'a>;
}

/// `T`.
pub struct ByValue<T>(PhantomData<fn() -> T>);

/// `&T`, for any lifetime.
pub struct ByRef<T: ?Sized>(PhantomData<fn(&T)>);

impl<T: 'static> Argument for ByValue<T> {
    type Declared<'a> = T;
    type Borrowed<'a> = &'a T;

    #[inline]
    fn borrow(declared: &T) -> &T {
        declared
    }
}

impl<T: ?Sized + 'static> Argument for ByRef<T> {
    type Declared<'a> = &'a T;
    type Borrowed<'a> = &'a T;

    #[inline]
    fn borrow<'a>(declared: &'a &T) -> &'a T {
        declared
    }
}

/// How all arguments are taken: a tuple of them.
pub trait Arguments {
    /// By the function.
    type Declared<'a>;
    /// By the functions of its handle that look something up.
    type Borrowed<'a>: Copy;
    /// The latter from the former.
    fn borrow<'a>(declared: &'a Self::Declared<'_>) -> Self::Borrowed<'a>;
}

/// What a site holds, with the way to hold on to it for the length of a call.
pub trait Hold: Place {
    /// That way.
    type Home: Home;
}

impl<P: Protection> Hold for Shared<P> {
    type Home = GlobalSite<P>;
}

impl<P: Protection> Hold for EachThread<P> {
    type Home = ThreadSite<P>;
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
pub trait Plain<H: Hold, A: Arguments, R> {
    /// Its caches.
    fn site() -> &'static Site<H>;
    /// Answers a question about the entry of these arguments.
    fn at<Q: Ask<R, H::Home>>(arguments: A::Borrowed<'_>, question: Q) -> Q::Answer;
    /// The function itself, without its cache.
    fn uncached(arguments: A::Declared<'_>) -> R;
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
{
    /// The cache, without the types of this function.
    pub fn cache() -> CacheHandle {
        CacheHandle::of(F::site())
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
        F::site().parameters()
    }

    /// Removes what has expired; returns the number of entries removed.
    pub fn evict_expired() -> usize {
        Self::cache().evict_expired()
    }

    /// Removes the entries for which the predicate is true; returns their number.
    pub fn invalidate_if(mut condemns: impl FnMut(&R, &EntryInfo) -> bool) -> usize
    where
        R: 'static,
    {
        F::site().invalidate_if(Instance::only(), &mut condemns)
    }

    /// The keys of all live entries, as text.
    pub fn keys() -> Vec<String> {
        Self::cache().keys()
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
    ($($A:ident $a:ident),*) => {
        impl<$($A: Argument),*> Arguments for ($($A,)*) {
            type Declared<'a> = ($($A::Declared<'a>,)*);
            type Borrowed<'a> = ($($A::Borrowed<'a>,)*);

            #[inline]
            #[allow(clippy::unused_unit, reason = "what no arguments are")]
            fn borrow<'a>(($($a,)*): &'a Self::Declared<'_>) -> Self::Borrowed<'a> {
                ($($A::borrow($a),)*)
            }
        }

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
        {
            /// Removes the entry of these arguments; whether there was one.
            pub fn invalidate<'a>($($a: $A::Borrowed<'a>),*) -> bool {
                F::at(($($a,)*), Invalidate)
            }

            /// Whether these arguments have an entry.
            pub fn contains<'a>($($a: $A::Borrowed<'a>),*) -> bool {
                F::at(($($a,)*), Contains)
            }

            /// The stored result for these arguments.
            pub fn peek<'a>($($a: $A::Borrowed<'a>),*) -> Option<R> {
                F::at(($($a,)*), Peek)
            }

            /// What is known about the entry of these arguments.
            pub fn entry_info<'a>($($a: $A::Borrowed<'a>),*) -> Option<EntryInfo> {
                F::at(($($a,)*), Inspect)
            }

            /// Stores a result for these arguments as if it had been computed.
            pub fn prime<'a>($($a: $A::Borrowed<'a>,)* value: R) {
                F::at(($($a,)*), Prime::new(&mut Some(value)));
            }

            /// The function itself, without its cache.
            pub fn uncached<'a>($($a: $A::Declared<'a>),*) -> R {
                F::uncached(($($a,)*))
            }

            /// Calls `read` with the result where it is stored, computed if there is none.
            #[inline]
            pub fn with<'a, T>($($a: $A::Declared<'a>,)* read: impl FnOnce(&R) -> T) -> T {
                let arguments = ($($a,)*);
                let seen = F::at(<($($A,)*)>::borrow(&arguments), See);
                seen.read_or_else(read, move |anywhere, read| {
                    let seen = F::at(<($($A,)*)>::borrow(&arguments), anywhere);
                    seen.read_or_call(read, || {
                        let begun = F::at(<($($A,)*)>::borrow(&arguments), Again::NOWHERE);
                        begun.or_compute(|| F::uncached(arguments))
                    })
                })
            }

            /// A reference to the stored result, computed if there is none, that is good for ever.
            #[inline]
            pub fn get_ref<'a>($($a: $A::Declared<'a>),*) -> &'static R
            where
                H: ForEver,
                R: 'static,
            {
                let arguments = ($($a,)*);
                let seen = F::at(<($($A,)*)>::borrow(&arguments), See);
                seen.refer_or_else(move || {
                    let referred = F::at(<($($A,)*)>::borrow(&arguments), Refer);
                    referred.or_compute(|| F::uncached(arguments))
                })
            }

            /// Runs the function and stores its result in the place of what there was.
            pub fn refresh<'a>($($a: $A::Declared<'a>),*) -> R {
                let arguments = ($($a,)*);
                let lead = F::at(<($($A,)*)>::borrow(&arguments), Supersede);
                lead.finish(F::uncached(arguments))
            }
        }
    };
}

// One by one: the compiler shows the one in question with an error about an argument.
arity!();
arity!(A a);
arity!(A a, B b);
arity!(A a, B b, C c);
arity!(A a, B b, C c, D d);
arity!(A a, B b, C c, D d, E e);
arity!(A a, B b, C c, D d, E e, G g);
arity!(A a, B b, C c, D d, E e, G g, I i);
arity!(A a, B b, C c, D d, E e, G g, I i, J j);
arity!(A a, B b, C c, D d, E e, G g, I i, J j, K k);
arity!(A a, B b, C c, D d, E e, G g, I i, J j, K k, L l);
arity!(A a, B b, C c, D d, E e, G g, I i, J j, K k, L l, M m);
arity!(A a, B b, C c, D d, E e, G g, I i, J j, K k, L l, M m, N n);

macro_rules! debug_by_name {
    ($([$($generics:tt)*] $name:ident<$($param:ident),+>;)*) => {$(
        impl<$($generics)*> fmt::Debug for $name<$($param),+> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}

debug_by_name! {
    [T] ByValue<T>;
    [T: ?Sized] ByRef<T>;
    [F, H, A, R] Handle<F, H, A, R>;
}
