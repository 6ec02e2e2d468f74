//! The functions of a memoized function's handle, which are the same for all but for types.

/// Emits the associated functions of a handle struct. Called by expansions of `#[memoize]` only.
#[doc(hidden)]
#[macro_export]
macro_rules! __handle {
    (
        type [$($declaration:tt)*] name [$name:ident]
        scope [$scope:ident] probes [$probes:ident] mode [$mode:ty] site [$site:ty]
        config [$config:expr]
        uncached [$($uncached:tt)*] $body:tt
        returns [$ret:ty] outcome [$outcome:expr] cache_if [$condition:expr]
        lookup [$($generics:tt)*] [$($params:tt)*] [$($args:tt)*] [$($where:tt)*] [$($types:tt)*]
        key [$key:expr] use [$($captured:tt)*] instance [$($tagged:tt)*] [$instance:expr]
        refresh [$($refresh:tt)*] [$($refreshed:tt)*]
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
                    $crate::__private::Site::new($config);
                &SITE
            }

            #[doc(hidden)]
            #[inline]
            fn __instance $($tagged)* () -> $crate::__private::Instance {
                $instance
            }

            $crate::__handle!(@core $scope [$site] [$($tagged)*] [$($types)*]);

            /// The entry of these arguments.
            #[doc(hidden)]
            #[inline]
            pub fn at $($generics)* (
                $($params)*
            ) -> $crate::__private::At<
                impl $crate::__private::Lookup<$ret, $site> + use<$($captured)*>,
            >
            $($where)*
            {
                use $crate::__private::$probes::traits::*;
                $crate::__private::At::new(Self::__core $($types)* (), $key, $outcome, $condition)
            }

            /// The cache, without the types of this function.
            pub fn cache() -> $crate::CacheHandle {
                $crate::CacheHandle::of(Self::__site())
            }

            /// Hits, misses, entries and the rest.
            pub fn cache_info() -> $crate::CacheInfo {
                Self::cache().info()
            }

            /// Removes all entries and zeroes the counters; returns the number of entries removed.
            pub fn cache_clear() -> usize {
                Self::cache().clear()
            }

            /// The settings in force.
            pub fn cache_parameters() -> $crate::CacheParameters {
                Self::__site().parameters()
            }

            /// Removes what has expired; returns the number of entries removed.
            pub fn evict_expired() -> usize {
                Self::cache().evict_expired()
            }

            /// Removes the entries for which the predicate is true; returns their number.
            pub fn invalidate_if $($generics)* (
                condemns: impl ::core::ops::FnMut(&$ret, &$crate::EntryInfo) -> bool,
            ) -> usize
            $($where)*
            {
                use $crate::__private::$probes::traits::*;
                Self::__site().invalidate_if(
                    Self::__instance $($types)* (),
                    $outcome,
                    condemns,
                )
            }

            /// The keys of all live entries, as text.
            pub fn keys() -> $crate::__private::Vec<$crate::__private::String> {
                Self::cache().keys()
            }

            /// Changes the bound and evicts what is above it; whether the cache has a bound.
            pub fn set_maxsize(
                maxsize: impl ::core::convert::Into<::core::option::Option<usize>>,
            ) -> bool {
                Self::cache().set_maxsize(maxsize)
            }

            /// Changes the time to live of values stored from now on.
            pub fn set_ttl(
                ttl: impl ::core::convert::Into<::core::option::Option<::core::time::Duration>>,
            ) -> bool {
                Self::cache().set_ttl(ttl)
            }

            /// Removes the entry of these arguments; whether there was one.
            pub fn invalidate $($generics)* ($($params)*) -> bool
            $($where)*
            {
                Self::at $($types)* ($($args)*).invalidate()
            }

            /// Whether these arguments have an entry.
            pub fn contains $($generics)* ($($params)*) -> bool
            $($where)*
            {
                Self::at $($types)* ($($args)*).contains()
            }

            /// The stored result for these arguments.
            pub fn peek $($generics)* ($($params)*) -> ::core::option::Option<$ret>
            $($where)*
            {
                Self::at $($types)* ($($args)*).peek()
            }

            /// What is known about the entry of these arguments.
            pub fn entry_info $($generics)* (
                $($params)*
            ) -> ::core::option::Option<$crate::EntryInfo>
            $($where)*
            {
                Self::at $($types)* ($($args)*).entry_info()
            }

            $crate::__handle!(
                @prime [$ret] [$($generics)*] [$($params)*] [$($args)*] [$($where)*] [$($types)*]
            );

            /// Runs the function and stores its result in the place of what there was.
            $($refresh)* {
                $($refreshed)*
            }
        }
    };

    (@place global $mode:ty) => { $crate::__private::Shared<$mode> };
    (@place thread $mode:ty) => { $crate::__private::EachThread<$mode> };

    (@core global [$site:ty] [$($tagged:tt)*] [$($types:tt)*]) => {
        #[doc(hidden)]
        #[inline]
        fn __core $($tagged)* () -> $site {
            Self::__site().shared(Self::__instance $($types)* ())
        }
    };
    (@core thread [$site:ty] [$($tagged:tt)*] [$($types:tt)*]) => {
        #[doc(hidden)]
        #[inline]
        fn __core $($tagged)* () -> $site {
            ::std::thread_local! {
                static SLOT: $crate::__private::LocalSlot =
                    const { $crate::__private::LocalSlot::new() };
            }
            Self::__site().local(&SLOT, Self::__instance $($types)* ())
        }
    };

    (
        @prime [$ret:ty] [$($generics:tt)*] [] [$($args:tt)*] [$($where:tt)*] [$($types:tt)*]
    ) => {
        /// Stores a result as if it had been computed.
        pub fn prime $($generics)* (value: $ret)
        $($where)*
        {
            Self::at $($types)* ($($args)*).prime(value)
        }
    };
    (
        @prime [$ret:ty] [$($generics:tt)*] [$($params:tt)+] [$($args:tt)*] [$($where:tt)*]
        [$($types:tt)*]
    ) => {
        /// Stores a result for these arguments as if it had been computed.
        pub fn prime $($generics)* ($($params)+, value: $ret)
        $($where)*
        {
            Self::at $($types)* ($($args)*).prime(value)
        }
    };
}
