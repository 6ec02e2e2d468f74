/// How large it is.
///
/// # Cache control
///
/// Results are cached. `area::cache_info()` tells hits and misses, `area::invalidate(..)` forgets one result, `area::cache_clear()` forgets all, and `area::uncached(..)` computes without the cache.
pub fn area(w: u64, name: &str) -> u64 {
    let begun = area::at(&w, name).begin();
    match begun {
        ::core::result::Result::Ok(value) => value,
        ::core::result::Result::Err(lead) => lead.finish(area::uncached(w, name)),
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
pub struct area {}
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
impl area {
    /// The function itself, without its cache.
    pub fn uncached(w: u64, name: &str) -> u64 {
        compute(w, name)
    }
    #[doc(hidden)]
    #[inline]
    #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
    pub fn at<'k>(
        w: &'k u64,
        name: &'k str,
    ) -> ::memokit::__private::At<
        impl ::memokit::__private::Lookup<
            u64,
            ::memokit::__private::GlobalSite<::memokit::__private::Protected>,
        > + use<'k>,
    > {
        use ::memokit::__private::global::*;
        ::memokit::__private::At::new(
            Self::__core(),
            (
                (&::memokit::__private::global::KeyProbe(w)).__part(),
                (&::memokit::__private::global::KeyProbe(name)).__part(),
            ),
            (&&::memokit::__private::global::OutcomeProbe::<u64>::NEW).__outcome(),
            ::core::option::Option::None,
        )
    }
}
::memokit::__private::handle! {
    vis[pub] name[area] scope[global] mode[::memokit::__private::Protected]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "area"), ::core::file!(), ::core::line!())
    .maxsize(::core::option::Option::Some(1024)).ttl(::core::time::Duration::new(300u64,
    0u32))] returns[u64] outcome[(&& ::memokit::__private::global::OutcomeProbe:: < u64 >
    ::NEW).__outcome()] probes[global] lookup[< 'k >] [w : & 'k u64, name : & 'k str] [w,
    name] refresh[fn refresh(w : u64, name : & str) -> u64] [& w, name]
    [Self::uncached(w, name)] attrs[]
}
