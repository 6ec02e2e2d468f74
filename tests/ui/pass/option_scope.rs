//! A cache for each thread holds what threads cannot share.
use memokit::memoize;
use std::cell::RefCell;
use std::rc::Rc;

#[memoize(scope = thread)]
fn local(text: Rc<str>) -> Rc<RefCell<String>> {
    Rc::new(RefCell::new(text.to_uppercase()))
}

#[memoize(scope = thread, maxsize = 3, ttl = "1h", cache_if = |found: &Option<Rc<u64>>| found.is_some())]
fn with_options(n: u64) -> Option<Rc<u64>> {
    Some(Rc::new(n))
}

#[memoize(scope = global)]
fn shared(n: u64) -> u64 {
    n
}

fn main() {
    let first = local("a".into());
    assert!(Rc::ptr_eq(&first, &local("a".into())));
    assert!(Rc::ptr_eq(
        &with_options(1).unwrap(),
        &with_options(1).unwrap()
    ));
    assert_eq!(std::thread::spawn(|| shared(1)).join().unwrap(), shared(1));
    assert_eq!(shared::cache_info().hits, 1);
}
