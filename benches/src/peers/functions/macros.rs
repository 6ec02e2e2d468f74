//! Writes the same function for every contender.
//!
//! A signature is written `|key: [&str] = [String]| -> [u64] { body(key) } then read`: the argument,
//! its owned form, the result, the body over the borrowed argument, and what is made of the result.
//! Types stand in brackets and stay tokens, because attributes read them.

/// One contender from an expression over the argument.
macro_rules! peer {
    ($name:literal, $key:ident: [$($Key:tt)+] => $value:expr) => {{
        #[inline(never)]
        fn call($key: $($Key)+) -> u64 {
            $value
        }
        Peer { name: $name, call }
    }};
}

/// One contender from a cache in a static.
macro_rules! through {
    (
        $name:literal, $Cache:ty, $new:expr,
        |$key:ident: [$($Key:tt)+]| { $body:ident($borrowed:expr) } then $read:ident
    ) => {
        peer!($name, $key: [$($Key)+] => {
            static CACHE: LazyLock<$Cache> = LazyLock::new(|| $new);
            reads::$read(memoized(&*CACHE, $borrowed, bodies::$body))
        })
    };
}

/// `quick_cache` as it computes a missing key once, however many callers there are.
macro_rules! quick_cache_once {
    ($room:literal) => {
        peer!("quick_cache_once", key: [u64] => {
            static CACHE: LazyLock<Quick<u64, u64>> = LazyLock::new(|| Quick::new($room));
            let Ok(value) = CACHE.get_or_insert_with(&key, || Ok::<_, Infallible>(bodies::number(&key)));
            value
        })
    };
}

/// One contender from an attribute.
macro_rules! attribute {
    (
        $name:literal, #[$($attribute:tt)+],
        |$key:ident: [$($Key:tt)+]| -> [$($Value:tt)+] { $body:ident($borrowed:expr) } then $read:ident
    ) => {
        peer!($name, $key: [$($Key)+] => {
            #[$($attribute)+]
            fn inner($key: $($Key)+) -> $($Value)+ {
                bodies::$body($borrowed)
            }
            reads::$read(inner($key))
        })
    };
}

/// Everyone who keeps a bound.
macro_rules! bounded {
    (
        $room:tt,
        |$key:ident: [$($Key:tt)+] = [$($Owned:tt)+]| -> [$($Value:tt)+] { $body:ident($borrowed:expr) } then $read:ident
    ) => {
        vec![
            attribute!(
                "memokit", #[memokit::memoize(maxsize = $room)],
                |$key: [$($Key)+]| -> [$($Value)+] { $body($borrowed) } then $read
            ),
            attribute!(
                "cached_max_size", #[cached::macros::cached(max_size = $room)],
                |$key: [$($Key)+]| -> [$($Value)+] { $body($borrowed) } then $read
            ),
            attribute!(
                "cached_concurrent", #[cached::macros::concurrent_cached(max_size = $room)],
                |$key: [$($Key)+]| -> [$($Value)+] { $body($borrowed) } then $read
            ),
            peer!("memoize", $key: [$($Key)+] => {
                // Takes owned arguments only.
                #[memoize::memoize(SharedCache, Capacity: $room)]
                fn inner(owned: $($Owned)+) -> $($Value)+ {
                    bodies::$body(&owned)
                }
                reads::$read(inner($key.to_owned()))
            }),
            through!(
                "quick_cache", Quick<$($Owned)+, $($Value)+>, Quick::new($room),
                |$key: [$($Key)+]| { $body($borrowed) } then $read
            ),
            through!(
                "moka", Moka<$($Owned)+, $($Value)+>, Moka::new($room),
                |$key: [$($Key)+]| { $body($borrowed) } then $read
            ),
            through!(
                "mini-moka", MiniMoka<$($Owned)+, $($Value)+>, MiniMoka::new($room),
                |$key: [$($Key)+]| { $body($borrowed) } then $read
            ),
            through!(
                "fixed-cache", Fixed<$($Owned)+, $($Value)+>, fixed($room),
                |$key: [$($Key)+]| { $body($borrowed) } then $read
            ),
            through!(
                "lru", LockedLru<$($Owned)+, $($Value)+>, locked_lru($room),
                |$key: [$($Key)+]| { $body($borrowed) } then $read
            ),
        ]
    };
}

/// Everyone who grows for ever.
macro_rules! unbounded {
    (
        |$key:ident: [$($Key:tt)+] = [$($Owned:tt)+]| -> [$($Value:tt)+] { $body:ident($borrowed:expr) } then $read:ident
    ) => {
        vec![
            attribute!(
                "cached", #[cached::macros::cached],
                |$key: [$($Key)+]| -> [$($Value)+] { $body($borrowed) } then $read
            ),
            through!(
                "dashmap", Dash<$($Owned)+, $($Value)+>, Dash::default(),
                |$key: [$($Key)+]| { $body($borrowed) } then $read
            ),
            through!(
                "dashmap_foldhash", DashFold<$($Owned)+, $($Value)+>, DashFold::default(),
                |$key: [$($Key)+]| { $body($borrowed) } then $read
            ),
            through!(
                "papaya", Papaya<$($Owned)+, $($Value)+>, Papaya::default(),
                |$key: [$($Key)+]| { $body($borrowed) } then $read
            ),
            peer!("tls_hashbrown", $key: [$($Key)+] => {
                thread_local! {
                    static CACHE: Local<$($Owned)+, $($Value)+> = Local::default();
                }
                CACHE.with(|cache| reads::$read(memoized(cache, $borrowed, bodies::$body)))
            }),
        ]
    };
}

/// memokit without a bound, an order or accounting.
macro_rules! bare {
    (
        |$key:ident: [$($Key:tt)+]| -> [$($Value:tt)+] { $body:ident($borrowed:expr) } then $read:ident
    ) => {
        attribute!(
            "memokit_bare", #[memokit::memoize(oom_protection = false)],
            |$key: [$($Key)+]| -> [$($Value)+] { $body($borrowed) } then $read
        )
    };
}
