//! Atomics of the standard library, each access to which can be a point to switch.
//!
//! The checker tries orders of accesses as they stand in the program; that weaker orderings allow
//! others is for Miri to find.

use std::sync::atomic::{self as plain, Ordering};
use std::thread::panicking;

use shuttle::thread as model;

use super::EACH_ACCESS;

fn point() {
    if EACH_ACCESS.get() && !panicking() {
        // Time does not pass in a model: this only lets others go on, without being taken for a
        // thread that has nothing to do.
        #[allow(clippy::disallowed_methods, reason = "nobody sleeps")]
        model::sleep(std::time::Duration::ZERO);
    }
}

macro_rules! checked {
    ($name:ident $(<$type:ident>)?, $value:ty, { $($more:item)* }) => {
        /// Zeroes in memory are a valid one, as for the plain one.
        #[derive(Debug)]
        #[repr(transparent)]
        pub(crate) struct $name $(<$type>)? (plain::$name $(<$type>)?);

        impl $(<$type>)? $name $(<$type>)? {
            pub(crate) const fn new(value: $value) -> Self {
                Self(plain::$name::new(value))
            }

            pub(crate) fn load(&self, order: Ordering) -> $value {
                point();
                self.0.load(order)
            }

            pub(crate) fn store(&self, value: $value, order: Ordering) {
                point();
                self.0.store(value, order);
            }

            $($more)*
        }
    };
}

checked!(AtomicPtr<T>, *mut T, {});

checked!(AtomicBool, bool, {
    pub(crate) fn compare_exchange(
        &self,
        current: bool,
        new: bool,
        success: Ordering,
        failure: Ordering,
    ) -> Result<bool, bool> {
        point();
        self.0.compare_exchange(current, new, success, failure)
    }
});

checked!(AtomicU64, u64, {
    pub(crate) fn fetch_add(&self, value: u64, order: Ordering) -> u64 {
        point();
        self.0.fetch_add(value, order)
    }

    pub(crate) fn fetch_max(&self, value: u64, order: Ordering) -> u64 {
        point();
        self.0.fetch_max(value, order)
    }
});
