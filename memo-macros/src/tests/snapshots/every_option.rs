///
/// # Cache control
///
/// Results are cached. `price_cache::cache_info()` tells hits and misses, `price_cache::invalidate(..)` forgets one result, `price_cache::cache_clear()` forgets all, and `price_cache::uncached(..)` computes without the cache.
unsafe extern "C" fn price(at: (f64, u8), name: &str) -> Result<f64, Bad> {
    let look = price_cache::at(&at, name, memo::__private::Hit::now());
    look.or_else(move |again| {
        let begun = price_cache::at(&at, name, again);
        begun.or_compute(|| unsafe { price_cache::uncached(at, name) })
    })
}
memo::__private::handle! {
    type [struct price_cache {}] name[price_cache] scope[local] mode[<
    memo::__private::Choose < { cfg!(feature = "safe") } > as memo::__private::Choice >
    ::Mode] site[memo::__private::ThreadSite < < memo::__private::Choose < { cfg!(feature
    = "safe") } > as memo::__private::Choice > ::Mode >]
    config[memo::__private::Config::new("prices", ::core::file!(), ::core::line!())
    .unbounded().ttl_with(| | settings().ttl).tags(& ["run", "user"]).stats(false)
    .code_version(15756135323697963948)] uncached[pub unsafe fn uncached(at : (f64, u8),
    name : & str) -> Result < f64, Bad >] { ask(name) } returns[Result < f64, Bad >]
    outcome[(& memo::__private::local::ErrProbe:: < Result < f64, Bad > > ::NEW)
    .__outcome()] rules[memo::__private::Rules::new().cache_if(const { let rule : fn (&
    Result < f64, Bad >) -> ::core::primitive::bool = is_good; rule })] lookup['k,] [at :
    & 'k(f64, u8), name : & 'k str,] [at, name,] [] [] key[({ let at = (&
    memo::__private::local::BindProbe(at)).__bind(); let part = at.0; let show =
    memo::__private::local::ShowProbe(& part).__show();
    memo::__private::local::ExprProbe(part, show).__part() }, { let part = name.trim();
    let show = memo::__private::local::ShowProbe(& part).__show();
    memo::__private::local::ExprProbe(part, show).__part() },)]
    instance[memo::__private::Instance::only()] [] refresh[pub unsafe fn refresh(at :
    (f64, u8), name : & str) -> Result < f64, Bad >] [let lead = Self::at(& at, name,
    memo::__private::Supersede); lead.finish(unsafe { Self::uncached(at, name) })]
    with[pub unsafe] [] [at : (f64, u8), name : & str,] [] [] [& at, name,] [unsafe {
    price(at, name) }] more[] attrs[]
}
