/// How large it is.
///
/// # Cache control
///
/// Results are cached. `area::cache_info()` tells hits and misses, `area::invalidate(..)` forgets one result, `area::cache_clear()` forgets all, and `area::uncached(..)` computes without the cache.
pub fn area(w: u64, name: &str) -> u64 {
    let look = area::at(&w, name, ::memokit::__private::Hit);
    look.or_else(move |again| {
        let begun = area::at(&w, name, again);
        begun.or_compute(|| area::uncached(w, name))
    })
}
::memokit::__private::handle! {
    type [pub struct area {}] name[area] scope[global] probes[global]
    mode[::memokit::__private::Protected] site[::memokit::__private::GlobalSite <
    ::memokit::__private::Protected >]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "area"), ::core::file!(), ::core::line!()).maxsize(1024)
    .ttl(::core::time::Duration::new(300u64, 0u32))] uncached[pub fn uncached(w : u64,
    name : & str) -> u64] { compute(w, name) } returns[u64] outcome[(&&
    ::memokit::__private::global::OutcomeProbe:: < u64 > ::NEW).__outcome()]
    cache_if[::core::option::Option::None] lookup['k,] [w : & 'k u64, name : & 'k str,]
    [w, name,] [] [] key[((& ::memokit::__private::global::KeyProbe(w)).__part(), (&
    ::memokit::__private::global::KeyProbe(name)).__part(),)]
    instance[::memokit::__private::Instance::only()] [] refresh[pub fn refresh(w : u64,
    name : & str) -> u64] [let lead = Self::at(& w, name,
    ::memokit::__private::Supersede); lead.finish(Self::uncached(w, name))] attrs[]
}
