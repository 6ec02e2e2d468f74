fn once() {
    use ::memokit::__private::Plain as _;
    let look = __memo_once::at((), ::memokit::__private::Hit);
    look.or_else(move |again| {
        let begun = __memo_once::at((), again);
        begun.or_compute(|| <__memo_once>::_uncached())
    })
}
::memokit::__private::plain_handle! {
    alias[] [;] type [struct __memo_once {}] name[__memo_once] scope[global]
    place[::memokit::__private::Shared < ::memokit::__private::Protected >]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "once"), ::core::file!(), ::core::line!())] uncached[fn _uncached()] {}
    visible[once] returns[()] outcome[(&& ::memokit::__private::global::OutcomeProbe:: <
    () > ::NEW).__outcome()] cache_if[::core::option::Option::None] takes[()] args[]
    key[()] attrs[]
}
