///
/// # Cache control
///
/// Results are cached. `find::cache_info()` tells hits and misses, `find::invalidate(..)` forgets one result, `find::cache_clear()` forgets all, and `find::uncached(..)` computes without the cache.
fn find<'a, 'b>(place: (&'a str, Option<&Path>), names: &[&'b str], c: Cow<str>) -> u64
where
    'a: 'b,
{
    let look = find::at(&place, names, &c, ::memokit::__private::Hit::now());
    look.or_else(move |again| {
        let begun = find::at(&place, names, &c, again);
        begun.or_compute(|| find::uncached(place, names, c))
    })
}
::memokit::__private::handle! {
    type [struct find {}] name[find] scope[global] mode[::memokit::__private::Protected]
    site[::memokit::__private::GlobalSite < ::memokit::__private::Protected >]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "find"), ::core::file!(), ::core::line!()).code_version(5449733690088706716)]
    uncached[pub fn uncached < 'a, 'b > (place : (& 'a str, Option < & Path >), names : &
    [& 'b str], c : Cow < str >) -> u64 where 'a : 'b] { 1 } returns[u64] outcome[(&&
    ::memokit::__private::global::OutcomeProbe:: < u64 > ::NEW).__outcome()]
    rules[::memokit::__private::Rules::new()] lookup['k, 'a : 'b, 'b,] [place : & 'k(& 'a
    str, Option < & 'k Path >), names : & 'k[& 'b str], c : & 'k Cow < 'k, str >,]
    [place, names, c,] [] [] key[(((& ::memokit::__private::global::KeyProbe(place.0))
    .__part(), ::memokit::__private::Opt(match & place.1 {
    ::core::option::Option::Some(some) => ::core::option::Option::Some((&
    ::memokit::__private::global::KeyProbe(* some)).__part()),
    ::core::option::Option::None => ::core::option::Option::None, }),), (&
    ::memokit::__private::global::DeepProbe(names)).__part(), (&
    ::memokit::__private::global::DeepProbe(c)).__part(),)]
    instance[::memokit::__private::Instance::only()] [] refresh[pub fn refresh < 'a, 'b >
    (place : (& 'a str, Option < & Path >), names : & [& 'b str], c : Cow < str >) -> u64
    where 'a : 'b] [let lead = Self::at(& place, names, & c,
    ::memokit::__private::Supersede); lead.finish(Self::uncached(place, names, c))]
    with[pub] ['a, 'b,] [place : (& 'a str, Option < & Path >), names : & [& 'b str], c :
    Cow < str >,] [where 'a : 'b] [] [& place, names, & c,] [find(place, names, c)]
    more[] attrs[]
}
