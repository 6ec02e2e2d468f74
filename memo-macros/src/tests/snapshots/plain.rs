/// How large it is.
///
/// # Cache control
///
/// Results are cached. `area::cache_info()` tells hits and misses, `area::invalidate(..)` forgets one result, `area::cache_clear()` forgets all, and `area::uncached(..)` computes without the cache.
pub fn area(w: u64, name: &str) -> u64 {
    use ::memokit::__private::Plain as _;
    <__memo_area>::function().call(<__memo_area>::types(), w, name)
}
::memokit::__private::plain_handle! {
    alias[pub type area] [;] type [pub struct __memo_area {}] name[__memo_area]
    scope[global] place[::memokit::__private::Shared < ::memokit::__private::Protected >]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "area"), ::core::file!(), ::core::line!()).maxsize(1024)
    .ttl(::core::time::Duration::new(300u64, 0u32)).code_version(8982364154130500444)]
    uncached[fn _uncached(w : u64, name : & str) -> u64] { compute(w, name) }
    visible[area] returns[u64] outcome[(&& ::memokit::__private::global::OutcomeProbe:: <
    u64 > ::NEW).__outcome()] rules[::memokit::__private::Rules::new()] args[]
    takes[(::memokit::__private::ByValue < u64 >, ::memokit::__private::ByRef < str >,)]
    parts[((& ::memokit::__private::global::PartProbe:: < u64 > ::NEW).__part(), (&
    ::memokit::__private::global::PartProbe:: < str > ::NEW).__part(),)] attrs[]
}
