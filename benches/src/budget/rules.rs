//! Who divides the budget: memokit, and plain models of other rules.

mod gradient;
mod lru;
mod marginal_hits;
mod memokit;

use super::load::Load;

pub use memokit::bytes_of_entries;

/// A load with what its entries take, for whoever keeps them.
pub struct Task<'a> {
    pub load: &'a Load,
    /// Of each item: what memokit accounts for.
    pub bytes: &'a [u64],
}

impl Task<'_> {
    /// What rules that move room move at a time: a part of the budget, of which each function has
    /// some at the start.
    fn slab(&self) -> u64 {
        let slabs = (4 * self.load.functions as u64).max(64);
        self.load.budget / slabs
    }
}

/// A way to divide one budget.
pub struct Rule {
    /// In tables and for programs.
    pub name: &'static str,
    pub about: &'static str,
    replay: fn(&Task<'_>, &mut dyn FnMut(u32)),
}

impl Rule {
    /// What was paid for the load.
    pub fn paid(&self, task: &Task<'_>) -> Paid {
        let mut paid = Paid::default();
        (self.replay)(task, &mut |item| {
            paid.nanos += task.load.item(item).cost;
            paid.misses += 1;
        });
        paid
    }
}

/// What was computed.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Paid {
    pub nanos: u64,
    pub misses: u64,
}

pub const OURS: &str = "memokit";
pub const EQUAL_SPLIT: &str = "equal split, LRU";
pub const GLOBAL_LRU: &str = "global LRU";
pub const MARGINAL_HITS: &str = "marginal hits";
const TIME_GRADIENT: &str = "time gradient";

pub const RULES: &[Rule] = &[
    Rule {
        name: OURS,
        about: "its real caches, with a clock that is moved by hand",
        replay: memokit::replay,
    },
    Rule {
        name: EQUAL_SPLIT,
        about: "each function has the same part of the budget; in it, the least recently used entry goes",
        replay: lru::equal_split,
    },
    Rule {
        name: GLOBAL_LRU,
        about: "of all entries of all functions the least recently used one goes",
        replay: lru::global,
    },
    Rule {
        name: MARGINAL_HITS,
        about: "CacheLib's: room moves, slab by slab, to the function with the most hits in its last slab",
        replay: marginal_hits::replay,
    },
    Rule {
        name: TIME_GRADIENT,
        about: "STMM's and Cliffhanger's: room moves to where a slab more would save most time, from where a \
                slab less would cost least, by hits in the last slab and behind it",
        replay: gradient::replay,
    },
];

#[cfg(test)]
mod tests;
