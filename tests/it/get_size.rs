//! Results whose type tells its size.

use std::fmt;

use get_size2::{GetSize, GetSizeTracker};
use memokit::{SizeSource, memoize};

/// Tells a size, or fails to.
#[derive(Clone)]
struct Told(usize);

impl Drop for Told {
    fn drop(&mut self) {}
}

impl GetSize for Told {
    fn get_heap_size_with_tracker<T: GetSizeTracker>(&self, tracker: T) -> (usize, T) {
        if self.0 == 0 {
            std::panic::resume_unwind(Box::new("on purpose"));
        }
        (self.0, tracker)
    }
}

#[derive(Clone)]
struct Untold(#[allow(dead_code, reason = "what is on the heap")] String);

/// Says nothing about its size.
#[derive(Debug)]
struct Odd;

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("odd")
    }
}

#[memoize]
fn told(size: usize) -> Told {
    Told(size)
}

#[memoize]
fn told_in_a_result(size: usize) -> Result<Told, Odd> {
    if size % 2 == 1 {
        Err(Odd)
    } else {
        Ok(Told(size))
    }
}

#[memoize(scope = thread)]
fn told_to_a_thread(size: usize) -> Option<Told> {
    Some(Told(size))
}

#[memoize]
fn untold(size: usize) -> Untold {
    Untold("x".repeat(size))
}

#[memoize]
fn known(size: usize) -> String {
    "x".repeat(size)
}

#[memoize(skip(make))]
fn generic<T>(size: usize, make: fn(usize) -> T) -> Vec<T>
where
    T: GetSize + Clone + Send + Sync + 'static,
{
    vec![make(size)]
}

struct Shelf(usize);

impl Shelf {
    #[memoize(key(self = self.0), handle = told_cache)]
    fn told(&self, size: usize) -> Vec<Told> {
        vec![Told(self.0 * size)]
    }
}

macro_rules! assert_told {
    ($cache:expr, $parameters:expr) => {
        assert_eq!($parameters.sizes, Some(SizeSource::Trait));
        let bytes = $cache.bytes.unwrap();
        assert!((10_000..10_300).contains(&bytes), "with a quarter: {bytes}");
    };
}

#[test]
fn the_trait_is_found_where_the_type_has_it() {
    told(8_000);
    assert_told!(told::cache_info(), told::cache_parameters());
    assert!(told_in_a_result(1).is_err_and(|odd| odd.to_string() == "odd"));
    assert!(told_in_a_result(8_000).is_ok());
    assert_told!(
        told_in_a_result::cache_info(),
        told_in_a_result::cache_parameters()
    );
    told_to_a_thread(8_000);
    assert_told!(
        told_to_a_thread::cache_info(),
        told_to_a_thread::cache_parameters()
    );
    generic(8_000, Told);
    assert_told!(generic::cache_info(), generic::cache_parameters());
    Shelf(8).told(1_000);
    assert_told!(Shelf::told_cache().info(), Shelf::told_cache().parameters());
    told::cache_clear();
    told::prime(&1, Told(8_000));
    assert_told!(told::cache_info(), told::cache_parameters());
}

#[test]
fn other_types_are_as_they_were() {
    untold(8_000);
    assert_eq!(untold::cache_parameters().sizes, Some(SizeSource::Shallow));
    known(8_000);
    assert_eq!(known::cache_parameters().sizes, Some(SizeSource::Known));
    let bytes = known::cache_info().bytes.unwrap();
    assert!((8_000..8_200).contains(&bytes), "exact: {bytes}");
}

#[test]
fn a_type_that_fails_to_tell_is_not_stored() {
    told_to_a_thread(0).unwrap();
    let info = told_to_a_thread::cache_info();
    assert_eq!(
        (info.rejected, info.currsize, info.load_failures),
        (1, 0, 0)
    );
}
