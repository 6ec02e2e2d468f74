//! Settings of functions by name.

use memokit::{configure, memoize};

#[memoize(name = "configured::generic")]
fn generic<T: Clone + std::hash::Hash + Eq + Send + Sync + 'static>(value: T) -> T {
    value
}

#[test]
fn what_a_program_says_later_holds_for_later_instantiations_too() {
    configure("configured::generic=maxsize=5").expect("a rule");
    generic(1_u8);
    assert_eq!(generic::cache_info().maxsize, Some(5));
    assert!(generic::set_maxsize(6));
    generic(1_u16);
    assert_eq!(generic::cache_info().maxsize, Some(6));
    let both = configure("configured::generic=maxsize=7");
    assert_eq!(both, Ok(2), "each is a cache");
}

#[memoize(name = "configured::threads", scope = thread)]
fn threads(n: u64) -> u64 {
    n
}

#[test]
fn a_cache_for_each_thread() {
    (0..5).for_each(|n| assert_eq!(threads(n), n));
    assert_eq!(configure("configured::threads=maxsize=2"), Ok(1));
    assert_eq!(threads::cache_info().currsize, 2);
}

#[test]
fn names_match_without_the_crate() {
    #[memoize]
    fn square(n: u64) -> u64 {
        n * n
    }
    square(1);
    let name = square::cache().name();
    let (_, path) = name.split_once("::").expect("a crate goes before it");
    assert_eq!(configure(&format!("{path}=maxsize=3")), Ok(1));
    assert_eq!(square::cache_parameters().maxsize, Some(3));
}
