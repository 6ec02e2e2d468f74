//! `weigher = ..`: the sizes of results as a function of the user's says them.

use memokit::{SizeSource, memoize};

use crate::support::within_time;

/// A panic that prints nothing.
fn fail_silently() -> ! {
    std::panic::resume_unwind(Box::new("on purpose"))
}

/// The bytes of the only entry.
macro_rules! bytes {
    ($function:ident) => {{
        let info = $function::cache_info();
        assert_eq!(info.currsize, 1);
        info.bytes.unwrap()
    }};
}

#[memoize(weigher = |list: &Vec<Box<[u8]>>| {
    size_of_val(list) + list.iter().map(|item| size_of_val(item) + item.len()).sum::<usize>()
})]
fn pages(count: usize) -> Vec<Box<[u8]>> {
    (0..count).map(|_| vec![1; 1_000].into()).collect()
}

#[memoize(weigher = Vec::capacity)]
fn by_path(size: usize) -> Vec<u8> {
    vec![1; size]
}

#[test]
fn results_have_the_size_that_it_says() {
    pages(10);
    let bytes = bytes!(pages);
    assert!((10_160..10_400).contains(&bytes), "{bytes}");
    assert_eq!(pages::cache_parameters().sizes, Some(SizeSource::Weigher));
    pages::cache_clear();
    pages::prime(&1, pages::uncached(20));
    let bytes = bytes!(pages);
    assert!((20_320..20_600).contains(&bytes), "{bytes}");
    assert!(pages::refresh(1).len() == 1 && bytes!(pages) < 1_200);
    by_path(5_000);
    assert!((5_000..5_200).contains(&bytes!(by_path)));
}

#[memoize(weigher = |_| 0)]
fn nothing(size: usize) -> Vec<u8> {
    vec![1; size]
}

#[memoize(weigher = |_| usize::MAX)]
fn everything(n: u64) -> u64 {
    n
}

#[memoize(weigher = |n: &u64| if *n == 7 { fail_silently() } else { 8 })]
fn panics_at_seven(n: u64) -> u64 {
    n
}

#[test]
fn it_may_say_whatever_it_likes() {
    assert_eq!(nothing(100_000).len(), 100_000);
    assert!(bytes!(nothing) < 200, "the node all the same");
    assert_eq!((everything(3), everything(3)), (3, 3));
    everything::prime(&4, 4);
    let info = everything::cache_info();
    assert_eq!((info.currsize, info.misses, info.rejected), (0, 2, 3));
    for n in 0..10 {
        assert_eq!(panics_at_seven(n), n);
    }
    panics_at_seven::prime(&7, 7);
    let info = panics_at_seven::cache_info();
    assert_eq!(
        (info.currsize, info.rejected, info.load_failures),
        (9, 2, 0)
    );
    assert_eq!(info.callback_panics, 2);
}

#[memoize(scope = thread, weigher = |text: &std::rc::Rc<str>| text.len() * 10)]
fn of_each_thread(size: usize) -> std::rc::Rc<str> {
    "x".repeat(size).into()
}

#[test]
fn a_cache_of_each_thread_asks_it_too() {
    within_time(|| {
        of_each_thread(1_000);
        let bytes = bytes!(of_each_thread);
        assert!((10_000..10_200).contains(&bytes), "{bytes}");
        of_each_thread::prime(&1_000, "y".repeat(2_000).into());
        let bytes = bytes!(of_each_thread);
        assert!((20_000..20_200).contains(&bytes), "{bytes}");
    });
}

#[memoize(
    cache_if = |found: &Result<Vec<u8>, String>| found.as_ref().is_ok_and(|found| found.len() > 10),
    weigher = |found: &Result<Vec<u8>, String>| found.as_ref().unwrap().len() * 100
)]
fn stored_only(size: usize) -> Result<Vec<u8>, String> {
    if size == 0 {
        Err("nothing".to_owned())
    } else {
        Ok(vec![1; size])
    }
}

#[test]
fn only_what_is_stored_is_weighed() {
    assert!(stored_only(0).is_err());
    assert!(stored_only(5).is_ok());
    assert!(stored_only(20).is_ok());
    assert!((2_000..2_200).contains(&bytes!(stored_only)));
    stored_only::prime(&0, Err("nothing".to_owned()));
    assert_eq!(stored_only::cache_info().rejected, 0);
}

/// With a parameter: its handle is not that of a plain function.
#[memoize(weigher = |list: &Vec<T>| 1_000 * list.len())]
fn generic<T: std::hash::Hash + Eq + Clone + Send + Sync + 'static>(
    item: T,
    count: usize,
) -> Vec<T> {
    vec![item; count]
}

struct Shelf(usize);

impl Shelf {
    #[memoize(
        key(self = self.0),
        weigher = |list: &Vec<String>| 1_000 * list.len(),
        handle = titles_cache
    )]
    fn titles(&self, length: usize) -> Vec<String> {
        vec!["x".repeat(length); self.0]
    }
}

#[test]
fn methods_and_generic_functions_have_it() {
    generic(1_u8, 10);
    let bytes = generic::cache_info().bytes.unwrap();
    assert!((10_000..10_200).contains(&bytes), "{bytes}");
    assert_eq!(generic::cache_parameters().sizes, Some(SizeSource::Weigher));
    Shelf(10).titles(1);
    let bytes = Shelf::titles_cache().info().bytes.unwrap();
    assert!((10_000..10_200).contains(&bytes), "{bytes}");
}

#[memoize(oom_protection = cfg!(any()), weigher = |_| unreachable!("a bare store has no bounds"))]
fn bare(n: u64) -> u64 {
    n
}

#[test]
fn a_bare_store_asks_none() {
    assert_eq!((bare(1), bare(1)), (1, 1));
    bare::prime(&2, 2);
    assert_eq!(bare::cache_info().currsize, 2);
}
