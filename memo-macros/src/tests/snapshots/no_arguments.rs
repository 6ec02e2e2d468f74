fn once() {
    let look = __memo_once::at(::memokit::__private::Hit);
    look.or_else(move |again| {
        let begun = __memo_once::at(again);
        begun.or_compute(|| __memo_once::uncached())
    })
}
::memokit::__private::handle! {
    type [struct __memo_once {}] name[__memo_once] scope[global] probes[global]
    mode[::memokit::__private::Protected] site[::memokit::__private::GlobalSite <
    ::memokit::__private::Protected >]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "once"), ::core::file!(), ::core::line!())] uncached[pub fn uncached()] {}
    returns[()] outcome[(&& ::memokit::__private::global::OutcomeProbe:: < () > ::NEW)
    .__outcome()] cache_if[::core::option::Option::None] lookup[] [] [] [] [] key[()]
    instance[::memokit::__private::Instance::only()] [] refresh[pub fn refresh()] [let
    lead = Self::at(::memokit::__private::Supersede); lead.finish(Self::uncached())]
    attrs[]
}
