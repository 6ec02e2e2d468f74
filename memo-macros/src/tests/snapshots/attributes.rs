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
    let look = f::at(&_x, ::memokit::__private::Hit);
    look.or_else(move |again| {
        let begun = f::at(&_x, again);
        begun.or_compute(|| f::uncached(_x))
    })
}
::memokit::__private::handle! {
    type [struct f {}] name[f] scope[global] probes[global]
    mode[::memokit::__private::Protected] site[::memokit::__private::GlobalSite <
    ::memokit::__private::Protected >]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "f"), ::core::file!(), ::core::line!())] uncached[#[allow(deprecated)]
    #[inline] #[cold] #[allow(unused_mut)] #[expect(unused_variables,)]
    #[deny(unsafe_code)] #[cfg_attr(feature = "x", inline(never))] pub fn
    uncached(#[allow(unused)] _x : u32) -> u32] { 1 } returns[u32] outcome[(&&
    ::memokit::__private::global::OutcomeProbe:: < u32 > ::NEW).__outcome()]
    cache_if[::core::option::Option::None] lookup['k,] [_x : & 'k u32,] [_x,] [] []
    key[((& ::memokit::__private::global::KeyProbe(_x)).__part(),)]
    instance[::memokit::__private::Instance::only()] [] refresh[pub fn refresh(_x : u32)
    -> u32] [let lead = Self::at(& _x, ::memokit::__private::Supersede); lead
    .finish(Self::uncached(_x))] attrs[#[cfg(unix)] #[allow(unused_mut)]
    #[allow(unused_variables,)]]
}
