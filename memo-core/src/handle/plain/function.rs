//! A call of a plain function.
//!
//! It is compiled once for all functions that take and return such types: they differ in a static
//! only, which says where the cache is and what to call. So a function of its own has little more
//! than its body.

use std::fmt;
use std::marker::PhantomData;

use super::arguments::{Argument, Arguments, KeyOf, arities};
use super::{ForEver, Hold};
use crate::call::{
    Ask, Duty, First, Query, Refer, Rules, See, call, finish, look_again, read_timed,
};
use crate::config::Config;
use crate::engine::{Home, RawLead};
use crate::outcome::Outcome;
use crate::pin::{Pinned, nearby};
use crate::sharing::Holds;
use crate::site::Site;
use crate::store::Typed;

/// What stands beside each plain function: its caches, and what its types do not say of it.
pub struct Function<H: Hold, A: Arguments, R> {
    pub(super) site: Site<H>,
    slot: H::Slot,
    rules: Rules<R>,
    pub(super) uncached: A::Body<R>,
}

impl<H: Hold, A: Arguments, R> Function<H, A, R> {
    /// A function with these settings, these rules for its results, and this body.
    pub const fn new(config: Config, slot: H::Slot, rules: Rules<R>, uncached: A::Body<R>) -> Self {
        Self {
            site: Site::new(config),
            slot,
            rules,
            uncached,
        }
    }
}

/// How a computation holds on to the cache.
type Held<H> = <<H as Hold>::Home as Home>::Held;

/// How a function's arguments and its result are kept: what the probes find out about their types.
pub trait Types<H: Hold, A: Arguments, R>: Copy {
    /// What is stored of the arguments.
    type Key: 'static;
    /// What is stored of the result.
    type Stored: 'static;
    /// A value, if it is where it most probably is.
    #[doc(hidden)]
    fn look(
        function: &'static Function<H, A, R>,
        arguments: A::Borrowed<'_>,
    ) -> First<R, H::Home, Self::Key, Self::Stored>;
    /// The value of an entry, if it has not expired.
    #[doc(hidden)]
    fn read(core: &H::Home, entry: &Typed<Pinned, Self::Key, Self::Stored>) -> Option<R>;
    /// A value, wherever it is.
    #[doc(hidden)]
    fn look_again(function: &'static Function<H, A, R>, arguments: A::Borrowed<'_>) -> Option<R>;
    /// A value that is there by now, or the duty to compute it.
    #[doc(hidden)]
    fn begin(
        function: &'static Function<H, A, R>,
        arguments: A::Borrowed<'_>,
    ) -> Result<R, Duty<Held<H>>>;
    /// Stores a value if it is to be kept; what is to be served in its place.
    #[doc(hidden)]
    fn finish(
        function: &'static Function<H, A, R>,
        lead: &mut RawLead<Held<H>>,
        value: &R,
    ) -> Option<R>;
    /// Answers a question about the entry of these arguments.
    fn at<Q: Ask<R, H::Home>>(
        function: &'static Function<H, A, R>,
        arguments: A::Borrowed<'_>,
        question: Q,
    ) -> Q::Answer;
}

impl<H, A, R, K, O> Types<H, A, R> for (K, PhantomData<O>)
where
    H: Hold<Home: Home<S: Holds<K::Owned, O::Stored>>>,
    A: Arguments,
    R: 'static,
    K: KeyOf<A> + Copy,
    O: Outcome<Ret = R>,
{
    type Key = K::Owned;
    type Stored = O::Stored;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn look(
        function: &'static Function<H, A, R>,
        arguments: A::Borrowed<'_>,
    ) -> First<R, H::Home, Self::Key, Self::Stored> {
        let nearby = nearby();
        let query = query::<H, A, R, K, O>(function, arguments);
        if query.is_long() {
            return First::Elsewhere;
        }
        query.first_look(nearby)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read(core: &H::Home, entry: &Typed<Pinned, Self::Key, Self::Stored>) -> Option<R> {
        read_timed::<K::Owned, O, H::Home>(core, entry)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn look_again(function: &'static Function<H, A, R>, arguments: A::Borrowed<'_>) -> Option<R> {
        let query = query::<H, A, R, K, O>(function, arguments);
        // Of these there was no first look: it would have needed a frame.
        if query.is_long() {
            match query.first_look(nearby()) {
                First::Value(value) => return Some(value),
                First::Timed(core, entry) => {
                    return read_timed::<K::Owned, O, H::Home>(&core, &entry);
                }
                First::Nowhere => return None,
                First::Elsewhere => {}
            }
        }
        let core = H::home(&function.site, function.slot);
        look_again::<_, O, _>(&core, &K::key(arguments))
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn begin(
        function: &'static Function<H, A, R>,
        arguments: A::Borrowed<'_>,
    ) -> Result<R, Duty<Held<H>>> {
        let core = H::home(&function.site, function.slot);
        call::<_, O, _>(core, &K::key(arguments), false)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn finish(
        function: &'static Function<H, A, R>,
        lead: &mut RawLead<Held<H>>,
        value: &R,
    ) -> Option<R> {
        finish::<K::Key<'_>, O, _>(lead, value, &function.rules)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn at<Q: Ask<R, H::Home>>(
        function: &'static Function<H, A, R>,
        arguments: A::Borrowed<'_>,
        question: Q,
    ) -> Q::Answer {
        question.ask(query::<H, A, R, K, O>(function, arguments))
    }
}

/// The entry of these arguments.
#[cfg_attr(not(debug_assertions), inline(always))]
fn query<'a, H, A, R, K, O>(
    function: &'static Function<H, A, R>,
    arguments: A::Borrowed<'a>,
) -> Query<K::Key<'a>, O, H::Home>
where
    H: Hold,
    A: Arguments,
    K: KeyOf<A>,
    O: Outcome<Ret = R>,
{
    let core = H::home(&function.site, function.slot);
    Query::new(core, K::key(arguments), PhantomData, function.rules)
}

macro_rules! arity {
    ($($A:ident $a:ident $K:ident),*) => {
        #[allow(
            clippy::too_many_arguments,
            clippy::extra_unused_lifetimes,
            clippy::elidable_lifetime_names,
            clippy::needless_lifetimes,
            reason = "as the memoized function has, with any number of arguments"
        )]
        impl<H: Hold, $($A: Argument,)* R: 'static> Function<H, ($($A,)*), R> {
            /// Calls the memoized function.
            ///
            /// Never inlined: that would compile it anew for each function.
            #[inline(never)]
            pub fn call<'a, T>(&'static self, _: T, $($a: $A::Declared<'a>),*) -> R
            where
                T: Types<H, ($($A,)*), R>,
            {
                match T::look(self, ($($A::borrow(&$a),)*)) {
                    First::Value(value) => value,
                    First::Timed(_, entry) => self.timed::<T>(entry, $($a),*),
                    First::Elsewhere => self.elsewhere::<T>($($a),*),
                    First::Nowhere => self.rest::<T>($($a),*),
                }
            }

            // What is not part of each hit is in functions of its own, to which `call` hands over:
            // so it needs no frame.

            /// The value may have expired.
            #[inline(never)]
            fn timed<'a, T>(
                &'static self,
                entry: Typed<Pinned, T::Key, T::Stored>,
                $($a: $A::Declared<'a>),*
            ) -> R
            where
                T: Types<H, ($($A,)*), R>,
            {
                // Not taken along from the look: that is cheaper than to pass it on.
                let core = H::home(&self.site, self.slot);
                let value = T::read(&core, &entry);
                // The body may run below: neither pinned, nor with more on the stack.
                drop(entry);
                drop(core);
                match value {
                    Some(value) => value,
                    None => self.rest::<T>($($a),*),
                }
            }

            /// It is not where it most probably is, or takes more to be looked for there.
            #[cold]
            #[inline(never)]
            fn elsewhere<'a, T>(&'static self, $($a: $A::Declared<'a>),*) -> R
            where
                T: Types<H, ($($A,)*), R>,
            {
                match T::look_again(self, ($($A::borrow(&$a),)*)) {
                    Some(value) => value,
                    None => self.rest::<T>($($a),*),
                }
            }

            /// What is left of a call whose looks have not brought the value.
            #[cold]
            #[inline(never)]
            fn rest<'a, T>(&'static self, $($a: $A::Declared<'a>),*) -> R
            where
                T: Types<H, ($($A,)*), R>,
            {
                match T::begin(self, ($($A::borrow(&$a),)*)) {
                    Ok(value) => value,
                    Err(None) => (self.uncached)($($a),*),
                    Err(Some(mut lead)) => {
                        let value = (self.uncached)($($a),*);
                        T::finish(self, &mut lead, &value).unwrap_or(value)
                    }
                }
            }

            /// Calls `read` with the value where it is stored, computed if there is none.
            #[inline]
            pub(super) fn with<'a, T, S>(
                &'static self,
                _: T,
                $($a: $A::Declared<'a>,)*
                read: impl FnOnce(&R) -> S,
            ) -> S
            where
                T: Types<H, ($($A,)*), R>,
            {
                let seen = T::at(self, ($($A::borrow(&$a),)*), See);
                seen.read_or_else(read, move |anywhere, read| {
                    let seen = T::at(self, ($($A::borrow(&$a),)*), anywhere);
                    seen.read_or_call(read, || self.rest::<T>($($a),*))
                })
            }

            /// A reference for ever to the value, computed if there is none.
            #[inline]
            pub(super) fn get_ref<'a, T>(&'static self, _: T, $($a: $A::Declared<'a>),*) -> &'static R
            where
                H: ForEver,
                T: Types<H, ($($A,)*), R>,
            {
                let seen = T::at(self, ($($A::borrow(&$a),)*), See);
                seen.refer_or_else(move || {
                    let referred = T::at(self, ($($A::borrow(&$a),)*), Refer);
                    referred.or_compute(|| (self.uncached)($($a),*))
                })
            }
        }
    };
}

arities!(arity);

impl<H: Hold, A: Arguments, R> fmt::Debug for Function<H, A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function")
            .field("site", &self.site)
            .finish_non_exhaustive()
    }
}
