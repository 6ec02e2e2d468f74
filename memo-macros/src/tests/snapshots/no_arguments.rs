fn once() {
    let begun = __memo_once::at().begin();
    match begun {
        ::core::result::Result::Ok(value) => value,
        ::core::result::Result::Err(lead) => lead.finish(__memo_once::uncached()),
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
struct __memo_once {}
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
impl __memo_once {
    /// The function itself, without its cache.
    fn uncached() {}
    #[doc(hidden)]
    #[inline]
    #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
    fn at() -> ::memokit::__private::At<
        impl ::memokit::__private::Lookup<
            (),
            ::memokit::__private::GlobalSite<::memokit::__private::Protected>,
        > + use<>,
    > {
        use ::memokit::__private::global::*;
        ::memokit::__private::At::new(
            Self::__core(),
            (),
            (&&::memokit::__private::global::OutcomeProbe::<()>::NEW).__outcome(),
            ::core::option::Option::None,
        )
    }
}
::memokit::__private::handle! {
    vis[] name[__memo_once] scope[global] mode[::memokit::__private::Protected]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "once"), ::core::file!(), ::core::line!())] returns[()] outcome[(&&
    ::memokit::__private::global::OutcomeProbe:: < () > ::NEW).__outcome()]
    probes[global] lookup[] [] [] refresh[fn refresh()] [] [Self::uncached()] attrs[]
}
