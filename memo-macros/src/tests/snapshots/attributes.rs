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
    use ::memokit::__private::Plain as _;
    <__memo_f>::function().call(<__memo_f>::types(), _x)
}
::memokit::__private::plain_handle! {
    alias[type f] [;] type [struct __memo_f {}] name[__memo_f] scope[global]
    place[::memokit::__private::Shared < ::memokit::__private::Protected >]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "f"), ::core::file!(), ::core::line!()).code_version(14501245482961707066)]
    uncached[#[allow(deprecated)] #[inline] #[cold] #[allow(unused_mut)]
    #[expect(unused_variables,)] #[deny(unsafe_code)] #[cfg_attr(feature = "x",
    inline(never))] fn _uncached(#[allow(unused)] _x : u32) -> u32] { 1 } visible[f]
    returns[u32] outcome[(&& ::memokit::__private::global::OutcomeProbe:: < u32 > ::NEW)
    .__outcome()] rules[::memokit::__private::Rules::new()] args[]
    takes[(::memokit::__private::ByValue < u32 >,)]
    parts[(::memokit::__private::DisplayTypeProbe:: < u32, _ > ::of((&
    ::memokit::__private::global::PartProbe:: < u32 > ::NEW).__part()).__displayed(),)]
    attrs[#[cfg(unix)] #[allow(unused_mut)] #[allow(unused_variables,)]]
}
