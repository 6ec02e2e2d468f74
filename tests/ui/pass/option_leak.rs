//! References for ever; to be referred to is to be used.
#![deny(warnings)]
use memokit::memoize;

#[memoize(oom_protection = false, leak)]
pub fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

#[memoize(leak, oom_protection = false, maxsize = None, cache_err = true, handle = numbers)]
fn number(text: String) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

#[memoize(leak, oom_protection = false)]
fn option(option: u32) -> Option<u32> {
    option.checked_sub(1)
}

#[memoize(leak, oom_protection = false)]
fn of_any<T>(value: &T) -> [T; 2]
where
    T: Clone + std::hash::Hash + Eq + Send + Sync + 'static,
{
    [value.clone(), value.clone()]
}

fn main() {
    let all: &'static [String] = words::get_ref("a b");
    assert_eq!(all.len(), 2);
    assert_eq!(numbers::get_ref("7".to_owned()), &Ok(7));
    assert_eq!(option::get_ref(0), &None);
    assert_eq!(of_any::get_ref(&'a'), &['a', 'a']);
    assert_eq!(of_any::cache_info().leaked, 0);
}
