fn once() {
    let begun = <__memo_once as ::memokit::__private::Plain<
        _,
        _,
        _,
    >>::at((), ::memokit::__private::Begin);
    match begun {
        ::core::result::Result::Ok(value) => value,
        ::core::result::Result::Err(lead) => lead.finish(<__memo_once>::uncached()),
    }
}
::memokit::__private::plain_handle! {
    alias[] [;] type [struct __memo_once {}] name[__memo_once] scope[global]
    place[::memokit::__private::Shared < ::memokit::__private::Protected >]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "once"), ::core::file!(), ::core::line!())] uncached[fn uncached()] {}
    returns[()] outcome[(&& ::memokit::__private::global::OutcomeProbe:: < () > ::NEW)
    .__outcome()] cache_if[::core::option::Option::None] takes[()] args[] key[()] attrs[]
}
