fn once() {
    use ::memokit::__private::Plain as _;
    <__memo_once>::function().call(<__memo_once>::types())
}
::memokit::__private::plain_handle! {
    alias[] [;] type [struct __memo_once {}] name[__memo_once] scope[global]
    place[::memokit::__private::Shared < ::memokit::__private::Protected >]
    config[::memokit::__private::Config::new(::core::concat!(::core::module_path!(),
    "::", "once"), ::core::file!(), ::core::line!()).code_version(11421520945894914179)]
    uncached[fn _uncached()] {} visible[once] returns[()] outcome[(&&
    ::memokit::__private::global::OutcomeProbe:: < () > ::NEW).__outcome()]
    rules[::memokit::__private::Rules::new()] args[] takes[()] parts[()] attrs[]
}
