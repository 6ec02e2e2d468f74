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
    let begun = load::at(user, &n, &arg2).begin();
    match begun {
        ::core::result::Result::Ok(value) => value,
        ::core::result::Result::Err(lead) => {
            lead.finish(load::uncached(user, n, arg2, log, verbose))
        }
    }
}
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    dead_code,
    unreachable_pub,
    missing_debug_implementations,
    missing_copy_implementations
)]
struct load {}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::must_use_candidate,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::missing_safety_doc,
    clippy::too_many_arguments,
    clippy::type_complexity
)]
impl load {
    /// The function itself, without its cache.
    fn uncached(
        user: &User,
        mut n: u32,
        (a, _): (u8, u8),
        log: &mut Vec<u8>,
        verbose: bool,
    ) -> R<u32> {
        1
    }
    #[doc(hidden)]
    #[inline]
    #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
    fn at<'k>(
        user: &'k User,
        n: &'k u32,
        arg2: &'k (u8, u8),
    ) -> ::memokit::__private::At<
        impl ::memokit::__private::Lookup<
            R<u32>,
            ::memokit::__private::GlobalSite<::memokit::__private::Protected>,
        > + use<'k>,
    > {
        use ::memokit::__private::global::*;
        ::memokit::__private::At::new(
            Self::__core(),
            (
                (
                    {
                        let part = user.id;
                        let show = ::memokit::__private::global::ShowProbe(&part)
                            .__show();
                        ::memokit::__private::global::ExprProbe(part, show).__part()
                    },
                    {
                        let part = user.name.as_str();
                        let show = ::memokit::__private::global::ShowProbe(&part)
                            .__show();
                        ::memokit::__private::global::ExprProbe(part, show).__part()
                    },
                ),
                (&::memokit::__private::global::KeyProbe(n)).__part(),
                (&::memokit::__private::global::KeyProbe(arg2)).__part(),
            ),
            (&&::memokit::__private::global::OutcomeProbe::<R<u32>>::NEW).__outcome(),
            ::core::option::Option::None,
        )
    }
}
::memokit::__private::handle! {
    vis[] name[load] scope[global] mode[::memokit::__private::Protected]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "load"), ::core::file!(), ::core::line!())] returns[R < u32 >] outcome[(&&
    ::memokit::__private::global::OutcomeProbe:: < R < u32 > > ::NEW).__outcome()]
    probes[global] lookup[< 'k >] [user : & 'k User, n : & 'k u32, arg2 : & 'k(u8, u8)]
    [user, n, arg2] refresh[fn refresh(user : & User, n : u32, arg2 : (u8, u8), log : &
    mut Vec < u8 >, verbose : bool) -> R < u32 >] [user, & n, & arg2]
    [Self::uncached(user, n, arg2, log, verbose)] attrs[]
}
