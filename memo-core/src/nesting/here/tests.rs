use std::cell::RefCell;
use std::thread;

use super::*;
use crate::sync::StaticMutex;

/// Flights that stay for ever, where leak checkers see them.
static STAYING: StaticMutex<Vec<Arc<Flight>>> = StaticMutex::new(Vec::new());

fn is_innermost(flight: &Arc<Flight>) -> bool {
    innermost().is_some_and(|innermost| Arc::ptr_eq(&innermost, flight))
}

#[test]
fn the_innermost_is_the_last_that_has_not_ended() {
    let [first, second, third] = [(); 3].map(|()| Flight::start());
    let outermost = InsideShared::of(&first);
    let middle = InsideShared::of(&second);
    let inner = InsideShared::of(&third);
    assert!(is_innermost(&third));
    assert_eq!(depth(), 3);
    drop(middle);
    assert!(is_innermost(&third));
    drop(inner);
    assert!(is_innermost(&first));
    assert_eq!(depth(), 1);
    let inner = InsideShared::of(&third);
    drop(outermost);
    assert!(is_innermost(&third));
    drop(inner);
    assert!(!is_inside());
    assert_eq!(depth(), 0);
    for flight in [first, second, third] {
        assert_eq!(Arc::strong_count(&flight), 1);
    }
}

#[test]
fn a_computation_may_be_inside_of_itself() {
    let flight = Flight::start();
    let first = InsideShared::of(&flight);
    let second = InsideShared::of(&flight);
    drop(first);
    assert!(is_innermost(&flight));
    drop(second);
    assert!(!is_inside());
    assert_eq!(Arc::strong_count(&flight), 1);
}

#[test]
fn a_flight_whose_entry_another_thread_has_stays() {
    let [own, other] = [(); 2].map(|()| Flight::start());
    let outermost = InsideShared::of(&own);
    let inner = InsideShared::of(&other);
    let elsewhere = thread::spawn(move || {
        // At the same places as there.
        let own = Flight::start();
        let here = InsideShared::of(&own);
        drop((outermost, inner));
        assert!(is_innermost(&own));
        drop(here);
        assert!(!is_inside());
    });
    elsewhere.join().unwrap();
    assert!(is_innermost(&other));
    assert_eq!(depth(), 2);
    // Each is held here, and for the entry.
    assert_eq!(Arc::strong_count(&own), 2);
    assert_eq!(Arc::strong_count(&other), 2);
    STAYING.lock().extend([own, other]);
}

#[test]
fn entries_may_outlive_the_list_of_outer_ones() {
    thread_local! {
        static LATE: RefCell<Vec<InsideShared>> = const { RefCell::new(Vec::new()) };
    }
    let flights = [(); 3].map(|()| Flight::start());
    let [first, second, third] = flights.clone();
    let ends = thread::spawn(move || {
        // Before the thread has a list of its own: so it is dropped after that.
        LATE.with_borrow_mut(Vec::clear);
        let entries = [&first, &second, &third].map(InsideShared::of);
        LATE.with_borrow_mut(|late| late.extend(entries));
    });
    ends.join().unwrap();
    // Their entries were dropped while the thread was torn down, or they are still noted.
    for flight in &flights {
        assert!((1..=2).contains(&Arc::strong_count(flight)));
    }
    STAYING.lock().extend(flights);
}
