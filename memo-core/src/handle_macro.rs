//! What expansions of `#[memoize]` say through a macro, so that it is expanded but once: a handle
//! with its functions, which are the same for all but for types; and for a
//! [plain](crate::handle) function, which has an alias for a handle, what that is to know.

/// Emits the associated functions of a handle struct. Called by expansions of `#[memoize]` only.
#[doc(hidden)]
#[macro_export]
macro_rules! __handle {
    (
        type [$($declaration:tt)*] name [$name:ident]
        scope [$scope:ident] mode [$mode:ty] site [$site:ty]
        config [$config:expr]
        uncached [$($uncached:tt)*] $body:tt
        returns [$ret:ty] outcome [$outcome:expr] rules [$rules:expr]
        lookup [$($generics:tt)*] [$($params:tt)*] [$($args:tt)*] [$($where:tt)*] [$($types:tt)*]
        key [$key:expr] instance [$instance:expr] [$($instance_fn:tt)*]
        refresh [$($refresh:tt)*] [$($refreshed:tt)*]
        with $(
            [$($with:tt)*] [$($declared:tt)*] [$($inputs:tt)*] [$($bounds:tt)*]
            [$($asked:tt)*] [$($borrowed:tt)*] [$call:expr]
        )?
        more [$($more:tt)*]
        attrs [$($attrs:tt)*]
    ) => {
        $($attrs)*
        #[doc(hidden)]
        #[allow(
            non_camel_case_types,
            dead_code,
            unreachable_pub,
            missing_debug_implementations,
            missing_copy_implementations,
            reason = "a type in a function's name, which nobody makes a value of"
        )]
        $($declaration)*

        $($attrs)*
        #[allow(
            dead_code,
            unreachable_pub,
            private_interfaces,
            clippy::must_use_candidate,
            clippy::missing_errors_doc,
            clippy::missing_panics_doc,
            clippy::missing_safety_doc,
            clippy::too_many_arguments,
            clippy::type_complexity,
            reason = "these look at the signature, and at the memoized function they do"
        )]
        impl $name {
            /// The function itself, without its cache.
            $($uncached)* $body
        }

        $($attrs)*
        #[allow(
            dead_code,
            unreachable_pub,
            unused_variables,
            unused_imports,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            reason = "a handle's functions are there whether they are called or not"
        )]
        impl $name {
            #[doc(hidden)]
            fn __site() -> &'static $crate::__private::Site<$crate::__handle!(@place $scope $mode)> {
                static SITE: $crate::__private::Site<$crate::__handle!(@place $scope $mode)> =
                    $crate::__private::Site::new($crate::__located!($config, $name));
                &SITE
            }

            $($instance_fn)*

            /// Answers a question about the entry of these arguments.
            #[doc(hidden)]
            #[inline]
            pub fn at<$($generics)* __Ask: $crate::__private::Ask<$ret, $site>>(
                $($params)*
                ask: __Ask,
            ) -> __Ask::Answer
            $($where)*
            {
                use $crate::__private::$scope::traits::*;
                $crate::__private::Ask::ask(
                    ask,
                    $crate::__private::Query::new(
                        $crate::__handle!(@core $scope Self::__site(), $instance),
                        $crate::__stored_key!($key),
                        $crate::__sized!($outcome),
                        $rules,
                    ),
                )
            }

            /// The cache, without the types of this function.
            pub fn cache() -> $crate::CacheHandle {
                $crate::CacheHandle::of(Self::__site())
            }

            /// Hits, misses, entries and the rest.
            pub fn cache_info() -> $crate::CacheInfo {
                $crate::__private::by_value::info(Self::cache())
            }

            /// Removes all entries and zeroes the counters; returns the number of entries removed.
            pub fn cache_clear() -> usize {
                $crate::__private::by_value::clear(Self::cache())
            }

            /// The settings in force.
            pub fn cache_parameters() -> $crate::CacheParameters {
                $crate::__private::Site::parameters(Self::__site())
            }

            /// Removes what has expired; returns the number of entries removed.
            pub fn evict_expired() -> usize {
                $crate::__private::by_value::evict_expired(Self::cache())
            }

            /// Removes the entries for which the predicate is true; returns their number.
            pub fn invalidate_if<$($generics)*>(
                mut condemns: impl ::core::ops::FnMut(&$ret, &$crate::EntryInfo) -> bool,
            ) -> usize
            $($where)*
            {
                $crate::__private::Site::invalidate_if(Self::__site(), $instance, &mut condemns)
            }

            /// Removes the entries whose key matches a pattern; returns their number.
            pub fn invalidate_matching(pattern: &str) -> usize {
                $crate::__private::by_value::invalidate_matching(Self::cache(), pattern)
            }

            /// The keys of all live entries, as text.
            pub fn keys() -> $crate::__private::Vec<$crate::__private::String> {
                $crate::__private::by_value::keys(Self::cache())
            }

            /// The live entries that were used least, with their keys as text.
            pub fn coldest(
                count: usize,
            ) -> $crate::__private::Vec<($crate::__private::String, $crate::EntryInfo)> {
                $crate::__private::by_value::coldest(Self::cache(), count)
            }

            /// The live entries that were used most, with their keys as text.
            pub fn hottest(
                count: usize,
            ) -> $crate::__private::Vec<($crate::__private::String, $crate::EntryInfo)> {
                $crate::__private::by_value::hottest(Self::cache(), count)
            }

            /// Changes the bound and evicts what is above it; whether the cache has a bound.
            pub fn set_maxsize(
                maxsize: impl ::core::convert::Into<::core::option::Option<usize>>,
            ) -> bool {
                $crate::__private::by_value::set_maxsize(Self::cache(), maxsize)
            }

            /// Changes the time to live of values stored from now on.
            pub fn set_ttl(
                ttl: impl ::core::convert::Into<::core::option::Option<::core::time::Duration>>,
            ) -> bool {
                $crate::__private::by_value::set_ttl(Self::cache(), ttl)
            }

            /// Removes the entry of these arguments; whether there was one.
            pub fn invalidate<$($generics)*>($($params)*) -> bool
            $($where)*
            {
                Self::at $($types)* ($($args)* $crate::__private::Invalidate)
            }

            /// Whether these arguments have an entry.
            pub fn contains<$($generics)*>($($params)*) -> bool
            $($where)*
            {
                Self::at $($types)* ($($args)* $crate::__private::Contains)
            }

            /// The stored result for these arguments.
            pub fn peek<$($generics)*>($($params)*) -> ::core::option::Option<$ret>
            $($where)*
            {
                Self::at $($types)* ($($args)* $crate::__private::Peek)
            }

            /// What is known about the entry of these arguments.
            pub fn entry_info<$($generics)*>(
                $($params)*
            ) -> ::core::option::Option<$crate::EntryInfo>
            $($where)*
            {
                Self::at $($types)* ($($args)* $crate::__private::Inspect)
            }

            /// Stores a result for these arguments as if it had been computed.
            pub fn prime<$($generics)*>($($params)* value: $ret)
            $($where)*
            {
                Self::at $($types)* ($($args)* $crate::__private::Prime::new(&mut ::core::option::Option::Some(value)))
            }

            /// Runs the function and stores its result in the place of what there was.
            $($refresh)* {
                $($refreshed)*
            }
        }

        // Apart from the others, as it calls the function: that is in use where this is, and must not
        // seem so elsewhere. What may be unused is taken to be used, so it may not; nobody is warned,
        // as these lines are another crate's.
        $($attrs)*
        #[warn(dead_code)]
        #[allow(
            unreachable_pub,
            unused_imports,
            private_interfaces,
            deprecated,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            reason = "whatever is said about the function was said there"
        )]
        impl $name {
            $(
                /// Calls `read` with the result where it is stored, computed if there is none.
                #[inline]
                $($with)* fn with<$($declared)* __Shown>(
                    $($inputs)*
                    read: impl ::core::ops::FnOnce(&$ret) -> __Shown,
                ) -> __Shown
                $($bounds)*
                {
                    let seen = Self::at $($asked)* ($($borrowed)* $crate::__private::See);
                    seen.read_or_else(read, move |again, read| {
                        let seen = Self::at $($asked)* ($($borrowed)* again);
                        seen.read_or_call(read, || $call)
                    })
                }
            )?

            $($more)*
        }
    };

    (@place global $mode:ty) => { $crate::__private::Shared<$mode> };
    (@place local $mode:ty) => { $crate::__private::EachThread<$mode> };

    (@core global $at:expr, $instance:expr) => { $at.shared($instance) };
    (@core local $at:expr, $instance:expr) => {{
        ::std::thread_local! {
            static SLOT: $crate::__private::LocalSlot =
                const { $crate::__private::LocalSlot::new() };
        }
        $at.local(&SLOT, $instance)
    }};
}

/// Emits the handle of a plain function, and what that knows of it. Called by expansions of
/// `#[memoize]` only.
#[doc(hidden)]
#[macro_export]
macro_rules! __plain_handle {
    (
        alias [$($alias:tt)*] $end:tt type [$($declaration:tt)*] name [$name:ident]
        scope [$scope:ident] place [$place:ty]
        config [$config:expr]
        uncached [$($uncached:tt)*] $body:tt visible [$($visible:ident)?]
        returns [$ret:ty] outcome [$outcome:expr] rules [$rules:expr] args [$($args:ident)*]
        takes [$takes:ty] parts [$parts:expr]
        attrs [$($attrs:tt)*]
    ) => {
        $crate::__plain_handle!(@alias [$($alias)*] $end [$($attrs)*] [
            $crate::__private::Handle<$name, $place, $takes, $ret>
        ]);

        // Nothing from here on may be unused: what may be is taken to be used, and with it the function.
        // Nobody is warned: where a name is not another crate's, it begins with an underscore.
        $($attrs)*
        #[doc(hidden)]
        #[allow(
            non_camel_case_types,
            unreachable_pub,
            missing_debug_implementations,
            missing_copy_implementations,
            reason = "stands for a function, and nobody makes a value of it"
        )]
        $($declaration)*

        $($attrs)*
        #[allow(
            clippy::must_use_candidate,
            clippy::missing_errors_doc,
            clippy::missing_panics_doc,
            clippy::too_many_arguments,
            clippy::type_complexity,
            reason = "these look at the signature, and at the memoized function they do"
        )]
        impl $name {
            $($uncached)* $body
        }

        $($attrs)*
        #[allow(
            unused_variables,
            unused_imports,
            deprecated,
            clippy::all,
            clippy::pedantic,
            reason = "for the runtime"
        )]
        impl $crate::__private::Plain<$place, $takes, $ret> for $name {
            #[inline]
            fn function() -> &'static $crate::__private::Function<$place, $takes, $ret> {
                static FUNCTION: $crate::__private::Function<$place, $takes, $ret> =
                    <$crate::__private::Function<$place, $takes, $ret>>::new(
                        $crate::__located!($config, $name),
                        $crate::__plain_handle!(@slot $scope),
                        $crate::__plain_handle!(@rules [$($args)*] [$ret] [$rules]),
                        $name::_uncached,
                    );
                // In use where anything of its handle is.
                $(let _ = $visible;)?
                &FUNCTION
            }

            #[inline]
            fn types() -> impl $crate::__private::Types<$place, $takes, $ret> {
                use $crate::__private::$scope::traits::*;
                ($crate::__stored_parts!($takes, $parts), $crate::__sized!($outcome))
            }
        }
    };

    (@rules [] $ret:tt [$rules:expr]) => { $rules };
    // With the names of the arguments, so that whoever uses one is told that it is no constant.
    (@rules [$($args:ident)+] [$ret:ty] [$rules:expr]) => {{
        const fn rules($($args: ()),+) -> $crate::__private::Rules<$ret> {
            $rules
        }
        rules($($crate::__plain_handle!(@unit $args)),+)
    }};
    (@unit $arg:ident) => { () };

    (@slot global) => { () };
    (@slot local) => {{
        ::std::thread_local! {
            static SLOT: $crate::__private::LocalSlot =
                const { $crate::__private::LocalSlot::new() };
        }
        &SLOT
    }};

    (@alias [] $end:tt $attrs:tt $handle:tt) => {};
    // The end comes from where the beginning does: errors about the alias are shown there.
    (@alias [$($alias:tt)+] [$end:tt] [$($attrs:tt)*] [$handle:ty]) => {
        $($attrs)*
        #[doc(hidden)]
        #[allow(
            non_camel_case_types,
            unreachable_pub,
            private_interfaces,
            reason = "a type in a function's name, which nobody makes a value of"
        )]
        $($alias)+ = $handle $end
    };
}

/// An outcome, by which stored values tell their size, and how they are written, if their type can.
#[doc(hidden)]
#[macro_export]
macro_rules! __sized {
    ($outcome:expr) => {
        $crate::__stored_outcome!($crate::__measured!($outcome))
    };
}

/// An outcome, by which stored values tell their size if their type can.
#[cfg(feature = "get-size")]
#[doc(hidden)]
#[macro_export]
macro_rules! __measured {
    ($outcome:expr) => {
        $crate::__private::SizeProbe($outcome).__sized()
    };
}

/// The same where no type is asked.
#[cfg(not(feature = "get-size"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __measured {
    ($outcome:expr) => {
        $outcome
    };
}

/// An outcome, by which stored values tell how they are written if their type can.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __stored_outcome {
    ($outcome:expr) => {
        $crate::__private::stored::OutcomeProbe($outcome).__stored()
    };
}

/// The same where no type is asked.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __stored_outcome {
    ($outcome:expr) => {
        $outcome
    };
}

/// A key that tells how it is written if its type can.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __stored_key {
    ($key:expr) => {
        $crate::__private::stored::KeyProbe($key).__stored()
    };
}

/// The same where no type is asked.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __stored_key {
    ($key:expr) => {
        $key
    };
}

/// Settings that tell functions of one name apart by a type that stands beside them.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __located {
    ($config:expr, $beside:ty) => {
        $config.beside::<$beside>()
    };
}

/// The same where nobody asks.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __located {
    ($config:expr, $beside:ty) => {
        $config
    };
}

/// The parts of a plain function's key, which tell the same.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __stored_parts {
    ($takes:ty, $parts:expr) => {
        $crate::__private::stored::PartsProbe::<$takes, _>(::core::marker::PhantomData, $parts)
            .__stored()
    };
}

/// The same where no type is asked.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __stored_parts {
    ($takes:ty, $parts:expr) => {
        $parts
    };
}
