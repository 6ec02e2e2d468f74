//! Functions of every shape, memoized: the tests are in `tests/it`.
