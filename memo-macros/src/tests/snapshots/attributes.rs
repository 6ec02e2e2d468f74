#[cfg(unix)]
#[deprecated]
#[must_use]
#[inline]
#[allow(unused_mut)]
#[allow(unused_variables)]
#[deny(unsafe_code)]
#[cfg_attr(feature = "x", inline(never))]
#[cfg_attr(feature = "x", doc = "more")]
#[tracing::instrument]
///
/// # Cache control
///
/// Results are cached. `f::cache_info()` tells hits and misses, `f::invalidate(..)` forgets one result, `f::cache_clear()` forgets all, and `f::uncached(..)` computes without the cache.
#[allow(clippy::used_underscore_binding)]
fn f(_x: u32) -> u32 {
    let begun = f::at(&_x).begin();
    match begun {
        ::core::result::Result::Ok(value) => value,
        ::core::result::Result::Err(lead) => lead.finish(f::uncached(_x)),
    }
}
#[cfg(unix)]
#[allow(unused_mut)]
#[allow(unused_variables)]
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    dead_code,
    unreachable_pub,
    missing_debug_implementations,
    missing_copy_implementations
)]
struct f {}
#[cfg(unix)]
#[allow(unused_mut)]
#[allow(unused_variables)]
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
impl f {
    /// The function itself, without its cache.
    #[allow(deprecated)]
    #[inline]
    #[cold]
    #[allow(unused_mut)]
    #[expect(unused_variables)]
    #[deny(unsafe_code)]
    #[cfg_attr(feature = "x", inline(never))]
    fn uncached(#[allow(unused)] _x: u32) -> u32 {
        1
    }
    #[doc(hidden)]
    #[inline]
    #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
    fn at<'k>(
        _x: &'k u32,
    ) -> ::memokit::__private::At<
        impl ::memokit::__private::Lookup<
            u32,
            ::memokit::__private::GlobalSite<::memokit::__private::Protected>,
        > + use<'k>,
    > {
        use ::memokit::__private::global::*;
        ::memokit::__private::At::new(
            Self::__core(),
            ((&::memokit::__private::global::KeyProbe(_x)).__part(),),
            (&&::memokit::__private::global::OutcomeProbe::<u32>::NEW).__outcome(),
            ::core::option::Option::None,
        )
    }
}
::memokit::__private::handle! {
    vis[] name[f] scope[global] mode[::memokit::__private::Protected]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "f"), ::core::file!(), ::core::line!())] returns[u32] outcome[(&&
    ::memokit::__private::global::OutcomeProbe:: < u32 > ::NEW).__outcome()]
    probes[global] lookup[< 'k >] [_x : & 'k u32] [_x] refresh[fn refresh(_x : u32) ->
    u32] [& _x] [Self::uncached(_x)] attrs[#[cfg(unix)] #[allow(unused_mut)]
    #[allow(unused_variables)]]
}
