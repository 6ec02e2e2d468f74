///
/// # Cache control
///
/// Results are cached. `mean::cache_info()` tells hits and misses, `mean::invalidate(..)` forgets one result, `mean::cache_clear()` forgets all, and `mean::uncached(..)` computes without the cache.
fn mean(weight: f64, all: &[f32], pair: (Option<f64>, u8), id: &u64) -> f64 {
    use ::memokit::__private::Plain as _;
    let look = __memo_mean::at((&weight, all, &pair, id), ::memokit::__private::Hit);
    look.or_else(move |again| {
        let begun = __memo_mean::at((&weight, all, &pair, id), again);
        begun.or_compute(|| <__memo_mean>::_uncached(weight, all, pair, id))
    })
}
::memokit::__private::plain_handle! {
    alias[type mean] [;] type [struct __memo_mean {}] name[__memo_mean] scope[global]
    place[::memokit::__private::Shared < ::memokit::__private::Protected >]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "mean"), ::core::file!(), ::core::line!())] uncached[fn _uncached(weight : f64,
    all : & [f32], pair : (Option < f64 >, u8), id : & u64) -> f64] { 1.0 } visible[mean]
    returns[f64] outcome[(&& ::memokit::__private::global::OutcomeProbe:: < f64 > ::NEW)
    .__outcome()] cache_if[::core::option::Option::None]
    takes[(::memokit::__private::ByValue < f64 >, ::memokit::__private::ByRef < [f32] >,
    ::memokit::__private::ByValue < (Option < f64 >, u8) >, ::memokit::__private::ByRef <
    u64 >,)] args[weight, all, pair, id,] key[((&&
    ::memokit::__private::global::FloatProbe(weight)).__part(), (&&
    ::memokit::__private::global::FloatProbe(all)).__part(),
    (::memokit::__private::Opt(match & pair.0 { ::core::option::Option::Some(some) =>
    ::core::option::Option::Some((&& ::memokit::__private::global::FloatProbe(some))
    .__part()), ::core::option::Option::None => ::core::option::Option::None, }), (&&
    ::memokit::__private::global::FloatProbe(& pair.1)).__part(),), (&&
    ::memokit::__private::global::FloatProbe(id)).__part(),)] attrs[]
}
