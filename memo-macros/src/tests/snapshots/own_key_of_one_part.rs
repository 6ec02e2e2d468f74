///
/// # Cache control
///
/// Results are cached. `load::cache_info()` tells hits and misses, `load::invalidate(..)` forgets one result, `load::cache_clear()` forgets all, and `load::uncached(..)` computes without the cache.
fn load(user: &User) -> u32 {
    let look = load::at(user, ::memokit::__private::Hit::now());
    look.or_else(move |again| {
        let begun = load::at(user, again);
        begun.or_compute(|| load::uncached(user))
    })
}
::memokit::__private::handle! {
    type [struct load {}] name[load] scope[global] mode[::memokit::__private::Protected]
    site[::memokit::__private::GlobalSite < ::memokit::__private::Protected >]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "load"), ::core::file!(), ::core::line!()).code_version(3468875474603269792)]
    uncached[pub fn uncached(user : & User) -> u32] { 1 } returns[u32] outcome[(&&
    ::memokit::__private::global::OutcomeProbe:: < u32 > ::NEW).__outcome()]
    rules[::memokit::__private::Rules::new()] lookup['k,] [user : & 'k User,] [user,] []
    [] key[(::memokit::__private::DisplayProbe({ let part = user.id; let show =
    ::memokit::__private::global::ShowProbe(& part).__show();
    ::memokit::__private::global::ExprProbe(part, show).__part() }).__displayed(),)]
    instance[::memokit::__private::Instance::only()] [] refresh[pub fn refresh(user : &
    User) -> u32] [let lead = Self::at(user, ::memokit::__private::Supersede); lead
    .finish(Self::uncached(user))] with[pub] [] [user : & User,] [] [] [user,]
    [load(user)] more[] attrs[]
}
