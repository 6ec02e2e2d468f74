/// How large it is.
///
/// # Cache control
///
/// Results are cached. `area::cache_info()` tells hits and misses, `area::invalidate(..)` forgets one result, `area::cache_clear()` forgets all, and `area::uncached(..)` computes without the cache.
pub fn area(w: u64, name: &str) -> u64 {
    use ::memokit::__private::Plain as _;
    let look = __memo_area::at((&w, name), ::memokit::__private::Hit);
    look.or_else(move |again| {
        let begun = __memo_area::at((&w, name), again);
        begun.or_compute(|| <__memo_area>::_uncached(w, name))
    })
}
::memokit::__private::plain_handle! {
    alias[pub type area] [;] type [pub struct __memo_area {}] name[__memo_area]
    scope[global] place[::memokit::__private::Shared < ::memokit::__private::Protected >]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "area"), ::core::file!(), ::core::line!()).maxsize(1024)
    .ttl(::core::time::Duration::new(300u64, 0u32))] uncached[fn _uncached(w : u64, name
    : & str) -> u64] { compute(w, name) } visible[area] returns[u64] outcome[(&&
    ::memokit::__private::global::OutcomeProbe:: < u64 > ::NEW).__outcome()]
    cache_if[::core::option::Option::None] takes[(::memokit::__private::ByValue < u64 >,
    ::memokit::__private::ByRef < str >,)] args[w, name,] key[((&
    ::memokit::__private::global::KeyProbe(w)).__part(), (&
    ::memokit::__private::global::KeyProbe(name)).__part(),)] attrs[]
}
