///
/// # Cache control
///
/// Results are cached. `price_cache::cache_info()` tells hits and misses, `price_cache::invalidate(..)` forgets one result, `price_cache::cache_clear()` forgets all, and `price_cache::uncached(..)` computes without the cache.
unsafe extern "C" fn price(at: (f64, u8), name: &str) -> Result<f64, Bad> {
    let begun = price_cache::at(&at, name).begin();
    match begun {
        ::core::result::Result::Ok(value) => value,
        ::core::result::Result::Err(lead) => {
            lead.finish(unsafe { price_cache::uncached(at, name) })
        }
    }
}
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    dead_code,
    unreachable_pub,
    missing_debug_implementations,
    missing_copy_implementations
)]
struct price_cache {}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::must_use_candidate,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::missing_safety_doc,
    clippy::too_many_arguments,
    clippy::type_complexity
)]
impl price_cache {
    /// The function itself, without its cache.
    unsafe fn uncached(at: (f64, u8), name: &str) -> Result<f64, Bad> {
        ask(name)
    }
    #[doc(hidden)]
    #[inline]
    #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
    fn at<'k>(
        at: &'k (f64, u8),
        name: &'k str,
    ) -> memo::__private::At<
        impl memo::__private::Lookup<
            Result<f64, Bad>,
            memo::__private::ThreadSite<
                <memo::__private::Choose<
                    { cfg!(feature = "safe") },
                > as memo::__private::Choice>::Mode,
            >,
        > + use<'k>,
    > {
        use memo::__private::local::*;
        memo::__private::At::new(
            Self::__core(),
            (
                {
                    let part = at.0;
                    let show = memo::__private::local::ShowProbe(&part).__show();
                    memo::__private::local::ExprProbe(part, show).__part()
                },
                {
                    let part = name.trim();
                    let show = memo::__private::local::ShowProbe(&part).__show();
                    memo::__private::local::ExprProbe(part, show).__part()
                },
            ),
            (&memo::__private::local::ErrProbe::<Result<f64, Bad>>::NEW).__outcome(),
            ::core::option::Option::Some(is_good),
        )
    }
}
memo::__private::handle! {
    vis[] name[price_cache] scope[thread] mode[< memo::__private::Choose < { cfg!(feature
    = "safe") } > as memo::__private::Choice > ::Mode]
    config[memo::__private::Config::new("prices", ::core::file!(), ::core::line!())
    .maxsize(::core::option::Option::None).ttl_with(| | settings().ttl).tags(& ["run",
    "user"]).stats(false)] returns[Result < f64, Bad >] outcome[(&
    memo::__private::local::ErrProbe:: < Result < f64, Bad > > ::NEW).__outcome()]
    probes[local] lookup[< 'k >] [at : & 'k(f64, u8), name : & 'k str] [at, name]
    refresh[unsafe fn refresh(at : (f64, u8), name : & str) -> Result < f64, Bad >] [&
    at, name] [unsafe { Self::uncached(at, name) }] attrs[]
}
