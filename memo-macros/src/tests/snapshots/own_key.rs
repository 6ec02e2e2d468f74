///
/// # Cache control
///
/// Results are cached. `load::cache_info()` tells hits and misses, `load::invalidate(..)` forgets one result, `load::cache_clear()` forgets all, and `load::uncached(..)` computes without the cache.
fn load(
    user: &User,
    n: u32,
    arg2: (u8, u8),
    log: &mut Vec<u8>,
    verbose: bool,
) -> R<u32> {
    let look = load::at(user, &n, &arg2, ::memokit::__private::Hit::now());
    look.or_else(move |again| {
        let begun = load::at(user, &n, &arg2, again);
        begun.or_compute(|| load::uncached(user, n, arg2, log, verbose))
    })
}
::memokit::__private::handle! {
    type [struct load {}] name[load] scope[global] mode[::memokit::__private::Protected]
    site[::memokit::__private::GlobalSite < ::memokit::__private::Protected >]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "load"), ::core::file!(), ::core::line!()).code_version(16833798266711732945)]
    uncached[pub fn uncached(user : & User, mut n : u32, (a, _) : (u8, u8), log : & mut
    Vec < u8 >, verbose : bool) -> R < u32 >] { 1 } returns[R < u32 >] outcome[(&&
    ::memokit::__private::global::OutcomeProbe:: < R < u32 > > ::NEW).__outcome()]
    rules[::memokit::__private::Rules::new()] lookup['k,] [user : & 'k User, n : & 'k
    u32, arg2 : & 'k(u8, u8),] [user, n, arg2,] [] [] key[(({ let part = user.id; let
    show = ::memokit::__private::global::ShowProbe(& part).__show();
    ::memokit::__private::global::ExprProbe(part, show).__part() }, { let part = user
    .name.as_str(); let show = ::memokit::__private::global::ShowProbe(& part).__show();
    ::memokit::__private::global::ExprProbe(part, show).__part() },), (&
    ::memokit::__private::global::KeyProbe(n)).__part(), (&
    ::memokit::__private::global::KeyProbe(arg2)).__part(),)]
    instance[::memokit::__private::Instance::only()] [] refresh[pub fn refresh(user : &
    User, n : u32, arg2 : (u8, u8), log : & mut Vec < u8 >, verbose : bool) -> R < u32 >]
    [let lead = Self::at(user, & n, & arg2, ::memokit::__private::Supersede); lead
    .finish(Self::uncached(user, n, arg2, log, verbose))] with[pub] [] [user : & User, n
    : u32, arg2 : (u8, u8), log : & mut Vec < u8 >, verbose : bool,] [] [] [user, & n, &
    arg2,] [load(user, n, arg2, log, verbose)] more[] attrs[]
}
