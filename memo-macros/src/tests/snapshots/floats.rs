///
/// # Cache control
///
/// Results are cached. `mean::cache_info()` tells hits and misses, `mean::invalidate(..)` forgets one result, `mean::cache_clear()` forgets all, and `mean::uncached(..)` computes without the cache.
fn mean(weight: f64, all: &[f32], pair: (Option<f64>, u8), id: &u64) -> f64 {
    let begun = mean::at(&weight, all, &pair, id).begin();
    match begun {
        ::core::result::Result::Ok(value) => value,
        ::core::result::Result::Err(lead) => {
            lead.finish(mean::uncached(weight, all, pair, id))
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
struct mean {}
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
impl mean {
    /// The function itself, without its cache.
    fn uncached(weight: f64, all: &[f32], pair: (Option<f64>, u8), id: &u64) -> f64 {
        1.0
    }
    #[doc(hidden)]
    #[inline]
    #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
    fn at<'k>(
        weight: &'k f64,
        all: &'k [f32],
        pair: &'k (Option<f64>, u8),
        id: &'k u64,
    ) -> ::memokit::__private::At<
        impl ::memokit::__private::Lookup<
            f64,
            ::memokit::__private::GlobalSite<::memokit::__private::Protected>,
        > + use<'k>,
    > {
        use ::memokit::__private::global::*;
        ::memokit::__private::At::new(
            Self::__core(),
            (
                ::memokit::__private::Bits(weight),
                ::memokit::__private::Bits(all),
                (
                    ::memokit::__private::Opt(
                        match &pair.0 {
                            ::core::option::Option::Some(some) => {
                                ::core::option::Option::Some(
                                    ::memokit::__private::Bits(some),
                                )
                            }
                            ::core::option::Option::None => ::core::option::Option::None,
                        },
                    ),
                    (&::memokit::__private::global::KeyProbe(&pair.1)).__part(),
                ),
                (&::memokit::__private::global::KeyProbe(id)).__part(),
            ),
            (&&::memokit::__private::global::OutcomeProbe::<f64>::NEW).__outcome(),
            ::core::option::Option::None,
        )
    }
}
::memokit::__private::handle! {
    vis[] name[mean] scope[global] mode[::memokit::__private::Protected]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "mean"), ::core::file!(), ::core::line!())] returns[f64] outcome[(&&
    ::memokit::__private::global::OutcomeProbe:: < f64 > ::NEW).__outcome()]
    probes[global] lookup[< 'k >] [weight : & 'k f64, all : & 'k[f32], pair : & 'k(Option
    < f64 >, u8), id : & 'k u64] [weight, all, pair, id] refresh[fn refresh(weight : f64,
    all : & [f32], pair : (Option < f64 >, u8), id : & u64) -> f64] [& weight, all, &
    pair, id] [Self::uncached(weight, all, pair, id)] attrs[]
}
