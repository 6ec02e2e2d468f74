//! `oom_protection`: whether a cache is bounded, chosen by type so that no call pays for the choice.

use crate::policy::{Lru, Order, Unordered};

/// What a cache does to stay within limits: a type, [`Protected`] or [`Bare`], named where a cache
/// is passed on.
///
/// ```
/// use memokit::{Bare, Cache, Protected};
///
/// fn bounded(_: &Cache<u32, u32, Protected>) {}
/// fn unbounded(_: &Cache<u32, u32, Bare>) {}
///
/// bounded(&Cache::builder().build());
/// unbounded(&Cache::builder().bare().build());
/// ```
pub trait Protection: 'static {
    /// The order in which entries give way.
    type Order: Order;
    /// Whether `maxsize` holds.
    const BOUNDED: bool;
    /// As shown by `cache_parameters()`.
    const NAME: &'static str;
}

/// `oom_protection = true`: limits hold, the least recently used entry gives way.
#[derive(Debug)]
pub struct Protected;

impl Protection for Protected {
    type Order = Lru;
    const BOUNDED: bool = true;
    const NAME: &'static str = "protected";
}

/// `oom_protection = false`: no limit, no eviction and nothing to pay for them.
#[derive(Debug)]
pub struct Bare;

impl Protection for Bare {
    type Order = Unordered;
    const BOUNDED: bool = false;
    const NAME: &'static str = "bare";
}

/// A constant `bool` as a choice between the two.
#[derive(Debug)]
pub struct Choose<const PROTECTED: bool>;

/// The protection that a [`Choose`] stands for.
pub trait Choice {
    /// [`Protected`] or [`Bare`].
    type Mode: Protection;
}

impl Choice for Choose<true> {
    type Mode = Protected;
}

impl Choice for Choose<false> {
    type Mode = Bare;
}
