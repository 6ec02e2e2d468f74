//! Memoized functions of every shape that people write, in use.

mod support;

mod bulk;
mod generics;
mod methods;
mod scope;
mod tasks;
