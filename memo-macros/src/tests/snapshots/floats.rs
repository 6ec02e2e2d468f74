///
/// # Cache control
///
/// Results are cached. `mean::cache_info()` tells hits and misses, `mean::invalidate(..)` forgets one result, `mean::cache_clear()` forgets all, and `mean::uncached(..)` computes without the cache.
fn mean(weight: f64, all: &[f32], pair: (Option<f64>, u8), id: &u64) -> f64 {
    let look = mean::at(&weight, all, &pair, id, ::memokit::__private::Hit::now());
    look.or_else(move |again| {
        let begun = mean::at(&weight, all, &pair, id, again);
        begun.or_compute(|| mean::uncached(weight, all, pair, id))
    })
}
::memokit::__private::handle! {
    type [struct mean {}] name[mean] scope[global] mode[::memokit::__private::Protected]
    site[::memokit::__private::GlobalSite < ::memokit::__private::Protected >]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "mean"), ::core::file!(), ::core::line!()).code_version(11103169625742081583)]
    uncached[pub fn uncached(weight : f64, all : & [f32], pair : (Option < f64 >, u8), id
    : & u64) -> f64] { 1.0 } returns[f64] outcome[(&&
    ::memokit::__private::global::OutcomeProbe:: < f64 > ::NEW).__outcome()]
    rules[::memokit::__private::Rules::new()] lookup['k,] [weight : & 'k f64, all : &
    'k[f32], pair : & 'k(Option < f64 >, u8), id : & 'k u64,] [weight, all, pair, id,] []
    [] key[((&& ::memokit::__private::global::FloatProbe(weight)).__part(), (&&
    ::memokit::__private::global::FloatProbe(all)).__part(),
    (::memokit::__private::Opt(match & pair.0 { ::core::option::Option::Some(some) =>
    ::core::option::Option::Some((&& ::memokit::__private::global::FloatProbe(some))
    .__part()), ::core::option::Option::None => ::core::option::Option::None, }), (&&
    ::memokit::__private::global::FloatProbe(& pair.1)).__part(),), (&&
    ::memokit::__private::global::FloatProbe(id)).__part(),)]
    instance[::memokit::__private::Instance::only()] [] refresh[pub fn refresh(weight :
    f64, all : & [f32], pair : (Option < f64 >, u8), id : & u64) -> f64] [let lead =
    Self::at(& weight, all, & pair, id, ::memokit::__private::Supersede); lead
    .finish(Self::uncached(weight, all, pair, id))] with[pub] [] [weight : f64, all : &
    [f32], pair : (Option < f64 >, u8), id : & u64,] [] [] [& weight, all, & pair, id,]
    [mean(weight, all, pair, id)] more[] attrs[]
}
