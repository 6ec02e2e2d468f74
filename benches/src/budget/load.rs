//! A load: who calls which function with what, and what the results cost and take.

use super::random::{Random, Weighted};

/// A result that can be asked for.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    pub function: u32,
    /// Nanoseconds that it takes to compute.
    pub cost: u64,
    /// Bytes of its value on the heap.
    pub heap: usize,
}

/// Calls in their order, of items by their number.
pub struct Load {
    pub functions: usize,
    pub items: Vec<Item>,
    pub calls: Vec<u32>,
    /// What all caches together may hold.
    pub budget: u64,
}

impl Load {
    /// What it takes without a cache, in nanoseconds.
    pub fn cost(&self) -> u64 {
        let costs = self.calls.iter().map(|item| self.item(*item).cost);
        costs.sum()
    }

    pub fn item(&self, number: u32) -> &Item {
        &self.items[number as usize]
    }
}

/// What a memoized function is like.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Of all calls, relative to other functions.
    pub share: f64,
    pub keys: usize,
    /// The exponent in Zipf's law of its keys.
    pub skew: f64,
    /// Medians over keys: microseconds, and bytes of a value.
    pub micros: f64,
    pub bytes: f64,
}

/// How much results of one function differ: the deviation of the logarithms of cost and size.
const SPREAD: f64 = 0.5;

/// Builds a load, part by part.
pub struct Builder {
    functions: Vec<Function>,
    items: Vec<Item>,
    /// The items of each function, by their rank.
    ranked: Vec<Vec<u32>>,
    calls: Vec<u32>,
    random: Random,
}

impl Builder {
    pub fn new(functions: Vec<Function>, seed: u64) -> Self {
        let mut builder = Self {
            ranked: Vec::new(),
            functions,
            items: Vec::new(),
            calls: Vec::new(),
            random: Random::new(seed),
        };
        for function in 0..builder.functions.len() {
            let keys = builder.functions[function].keys;
            let items = (0..keys).map(|_| builder.add_item(function)).collect();
            builder.ranked.push(items);
        }
        builder
    }

    fn add_item(&mut self, function: usize) -> u32 {
        let Function { micros, bytes, .. } = self.functions[function];
        self.items.push(Item {
            function: function as u32,
            cost: (micros * 1_000.0 * self.random.log_normal(SPREAD)) as u64,
            heap: (bytes * self.random.log_normal(SPREAD)) as usize,
        });
        (self.items.len() - 1) as u32
    }

    /// So many calls of functions by their shares.
    pub fn call(self, count: usize) -> Self {
        self.call_with_scan(count, 0.0, 0)
    }

    /// The same, of which a part are of one function with a key that never comes again.
    pub fn call_with_scan(mut self, count: usize, part: f64, scanned: usize) -> Self {
        let shares = Weighted::new(self.functions.iter().map(|function| function.share));
        let keys = self.functions.iter();
        let keys: Vec<_> = keys
            .map(|function| Weighted::zipf(function.keys, function.skew))
            .collect();
        for _ in 0..count {
            let item = if self.random.fraction() < part {
                self.add_item(scanned)
            } else {
                let function = shares.draw(&mut self.random);
                self.ranked[function][keys[function].draw(&mut self.random)]
            };
            self.calls.push(item);
        }
        self
    }

    /// From now on the functions have each other's shares, the last the first's, and of each function
    /// other keys are asked for most: those that were in the middle.
    pub fn change(mut self) -> Self {
        let shares: Vec<_> = self.functions.iter().map(|f| f.share).rev().collect();
        for (function, share) in self.functions.iter_mut().zip(shares) {
            function.share = share;
        }
        for items in &mut self.ranked {
            let middle = items.len() / 2;
            items.rotate_left(middle);
        }
        self
    }

    pub fn under(self, budget: u64) -> Load {
        Load {
            functions: self.functions.len(),
            items: self.items,
            calls: self.calls,
            budget,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn functions() -> Vec<Function> {
        let one = Function {
            share: 3.0,
            keys: 100,
            skew: 1.0,
            micros: 50.0,
            bytes: 1_000.0,
        };
        let other = Function {
            share: 1.0,
            keys: 10,
            micros: 5_000.0,
            ..one
        };
        vec![one, other]
    }

    fn count(load: &Load, calls: &[u32], function: u32) -> usize {
        let of = |item: &&u32| load.item(**item).function == function;
        calls.iter().filter(of).count()
    }

    #[test]
    fn a_load_is_the_same_each_time() {
        let load = || Builder::new(functions(), 7).call(1_000).under(1);
        assert_eq!(load().calls, load().calls);
        let other = Builder::new(functions(), 8).call(1_000).under(1);
        assert_ne!(load().calls, other.calls);
    }

    #[test]
    fn calls_are_as_the_functions_say() {
        let load = Builder::new(functions(), 1).call(40_000).under(1);
        let first = count(&load, &load.calls, 0);
        assert!((29_500..30_500).contains(&first), "{first}");
        let costs: Vec<_> = load.items.iter().map(|item| item.cost).collect();
        assert!(costs[..100].iter().all(|cost| *cost < 500_000));
        assert!(costs[100..].iter().all(|cost| *cost > 500_000));
        let sum: u64 = load.calls.iter().map(|item| costs[*item as usize]).sum();
        assert_eq!(load.cost(), sum);
    }

    #[test]
    fn after_a_change_others_are_hot() {
        let builder = Builder::new(functions(), 1).call(4_000).change();
        let load = builder.call(4_000).under(1);
        let (before, after) = load.calls.split_at(4_000);
        assert!(count(&load, before, 0) > 2_800);
        assert!(count(&load, after, 0) < 1_200);
        let asked = |calls: &[u32], item: u32| calls.iter().filter(|call| **call == item).count();
        assert!(asked(before, 100) > 3 * asked(before, 105));
        assert!(asked(after, 105) > 3 * asked(after, 100));
    }

    #[test]
    fn a_scan_asks_for_each_key_once() {
        let builder = Builder::new(functions(), 1);
        let load = builder.call_with_scan(4_000, 0.5, 1).under(1);
        let scanned: Vec<_> = load.calls.iter().filter(|item| **item >= 110).collect();
        assert!((1_900..2_100).contains(&scanned.len()));
        assert_eq!(scanned.iter().collect::<HashSet<_>>().len(), scanned.len());
        assert!(scanned.iter().all(|item| load.item(**item).function == 1));
    }
}
