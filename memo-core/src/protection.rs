//! `oom_protection`: whether a cache is bounded and by what, chosen by type so that no call pays for
//! the choice.

use std::fmt;

use crate::engine::Operations;
use crate::policy::{Bounded, Order, Unordered};
use crate::sharing::{Global, PerThread};
use crate::site::{EachObject, EachThread, Shared, SiteOperations};

/// What a cache does to stay within limits: a type, [`Protected`], [`Balanced`] or [`Bare`], named
/// where a cache is passed on.
///
/// ```
/// use memokit::{Balanced, Bare, Cache, Protected};
///
/// fn measured(_: &Cache<u32, u32, Protected>) {}
/// fn estimated(_: &Cache<u32, u32, Balanced>) {}
/// fn unbounded(_: &Cache<u32, u32, Bare>) {}
///
/// measured(&Cache::builder().build());
/// estimated(&Cache::builder().balanced().build());
/// unbounded(&Cache::builder().bare().build());
/// ```
pub trait Protection: 'static {
    /// The order in which entries give way.
    type Order: Order;
    /// Whether `maxsize` holds.
    const BOUNDED: bool;
    /// Whether what keys and values have on the heap is measured. Else an entry counts as its node and
    /// its share of the index, as all others of its cache do.
    const MEASURES: bool;
    /// As shown by `cache_parameters()`.
    const NAME: &'static str;
    /// What of the runtime was compiled for it.
    #[doc(hidden)]
    fn compiled() -> &'static Compiled<Self>
    where
        Self: Sized;
}

/// What is generic over the protection and over nothing of the user's.
#[doc(hidden)]
pub struct Compiled<P: Protection> {
    pub(crate) global: Operations<Global, P>,
    pub(crate) per_thread: Operations<PerThread, P>,
    pub(crate) shared: SiteOperations<Shared<P>>,
    pub(crate) each_thread: SiteOperations<EachThread<P>>,
    pub(crate) each_object: SiteOperations<EachObject<P>>,
}

impl<P: Protection> Compiled<P> {
    const fn new() -> Self {
        Self {
            global: Operations::new(),
            per_thread: Operations::new(),
            shared: SiteOperations::new(),
            each_thread: SiteOperations::new(),
            each_object: SiteOperations::new(),
        }
    }
}

static PROTECTED: Compiled<Protected> = Compiled::new();
static BALANCED: Compiled<Balanced> = Compiled::new();
static BARE: Compiled<Bare> = Compiled::new();
static LEAK: Compiled<Leak> = Compiled::new();

/// `oom_protection = true`: limits hold for what entries really take, by default the least recently
/// used entry gives way.
#[derive(Debug)]
pub struct Protected;

impl Protection for Protected {
    type Order = Bounded;
    const BOUNDED: bool = true;
    const MEASURES: bool = true;
    const NAME: &'static str = "protected";

    #[inline]
    fn compiled() -> &'static Compiled<Self> {
        &PROTECTED
    }
}

/// `oom_protection = balanced`: the same limits, and nothing is measured. Each entry counts as its node
/// and its share of the index; what it has on the heap does not count.
#[derive(Debug)]
pub struct Balanced;

impl Protection for Balanced {
    type Order = Bounded;
    const BOUNDED: bool = true;
    const MEASURES: bool = false;
    const NAME: &'static str = "balanced";

    #[inline]
    fn compiled() -> &'static Compiled<Self> {
        &BALANCED
    }
}

/// `oom_protection = false`: no limit, no eviction and nothing to pay for them.
#[derive(Debug)]
pub struct Bare;

impl Protection for Bare {
    type Order = Unordered<false>;
    const BOUNDED: bool = false;
    const MEASURES: bool = false;
    const NAME: &'static str = "bare";

    #[inline]
    fn compiled() -> &'static Compiled<Self> {
        &BARE
    }
}

/// `oom_protection = false, leak`: the same, and no value is ever freed, so that references to it
/// are `'static`.
#[derive(Debug)]
pub struct Leak;

impl Protection for Leak {
    type Order = Unordered<true>;
    const BOUNDED: bool = false;
    const MEASURES: bool = false;
    const NAME: &'static str = "leak";

    #[inline]
    fn compiled() -> &'static Compiled<Self> {
        &LEAK
    }
}

/// A constant `bool` as a choice between everything and nothing.
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

impl<P: Protection> fmt::Debug for Compiled<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(P::NAME)
    }
}
