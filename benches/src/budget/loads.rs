//! The loads, each with its budget.

use super::load::{Builder, Function, Load};
use super::random::Random;

/// One that is replayed. `scale` is 1 for a full run; of keys, calls and budget there is that part.
pub struct Case {
    pub name: &'static str,
    pub about: &'static str,
    pub build: fn(scale: f64) -> Load,
}

pub const MIXED: &str = "mixed";
pub const PHASES: &str = "phase change";
pub const SCAN: &str = "scan flood";

pub const CASES: &[Case] = &[
    Case {
        name: MIXED,
        about: "8 functions: from 10 µs to 40 ms, from 64 B to 64 KiB, from 2,000 to 50,000 keys",
        build: mixed,
    },
    Case {
        name: PHASES,
        about: "the same; in the middle the functions exchange their shares of calls, and other keys are hot",
        build: phases,
    },
    Case {
        name: SCAN,
        about: "the same; of all calls 15 % are of one function, `queries`, with keys that come once",
        build: scan,
    },
    Case {
        name: "homogeneous",
        about: "8 functions alike: 1 ms, 1 KiB, 10,000 keys",
        build: homogeneous,
    },
    Case {
        name: "one hot of 8",
        about: "the same; one of them has 90 % of the calls",
        build: one_hot,
    },
    Case {
        name: "64 caches",
        about: "64 functions, drawn from 10 µs to 40 ms, 64 B to 64 KiB, 200 to 5,000 keys",
        build: many,
    },
];

const CALLS: f64 = 1_500_000.0;
const SEED: u64 = 42;
/// So small that the best of the three simple rules pays some 60 % of the time, in `mixed`.
const BUDGET: f64 = 16.0 * MIB;
const MIB: f64 = 1_048_576.0;

const fn function(share: f64, keys: usize, skew: f64, micros: f64, bytes: f64) -> Function {
    Function {
        share,
        keys,
        skew,
        micros,
        bytes,
    }
}

/// By their share of calls.
const FUNCTIONS: [Function; 8] = [
    // Short texts that are taken apart.
    function(30.0, 50_000, 0.9, 10.0, 64.0),
    // Lists that are cheap to put together.
    function(15.0, 5_000, 0.8, 50.0, 16_384.0),
    // Records.
    function(15.0, 20_000, 1.0, 500.0, 512.0),
    // Pages.
    function(10.0, 4_000, 0.7, 5_000.0, 32_768.0),
    QUERIES,
    // Scores: long to compute, small.
    function(8.0, 10_000, 0.6, 10_000.0, 128.0),
    // Nearly every key as often as others.
    function(7.0, 40_000, 0.5, 200.0, 1_024.0),
    // Models.
    function(2.0, 2_000, 0.8, 40_000.0, 65_536.0),
];
const QUERIES: Function = function(10.0, 20_000, 0.9, 2_000.0, 2_048.0);
const SCANNED: usize = 4;

fn scaled(functions: impl IntoIterator<Item = Function>, scale: f64) -> Vec<Function> {
    let scaled = functions.into_iter().map(|function| Function {
        keys: ((function.keys as f64 * scale) as usize).max(1),
        ..function
    });
    scaled.collect()
}

fn calls(scale: f64) -> usize {
    (CALLS * scale) as usize
}

fn budget(bytes: f64, scale: f64) -> u64 {
    (bytes * scale) as u64
}

fn mixed(scale: f64) -> Load {
    let builder = Builder::new(scaled(FUNCTIONS, scale), SEED);
    builder.call(calls(scale)).under(budget(BUDGET, scale))
}

fn phases(scale: f64) -> Load {
    let builder = Builder::new(scaled(FUNCTIONS, scale), SEED);
    let half = calls(scale) / 2;
    let builder = builder.call(half).change().call(half);
    builder.under(budget(BUDGET, scale))
}

fn scan(scale: f64) -> Load {
    let builder = Builder::new(scaled(FUNCTIONS, scale), SEED);
    let builder = builder.call_with_scan(calls(scale), 0.15, SCANNED);
    builder.under(budget(BUDGET, scale))
}

fn homogeneous(scale: f64) -> Load {
    alike(1.0, scale)
}

fn one_hot(scale: f64) -> Load {
    // 63 to 7 others with 1.
    alike(63.0, scale)
}

/// 8 functions that differ by the share of calls of one at most.
fn alike(first: f64, scale: f64) -> Load {
    let function = function(1.0, 10_000, 0.9, 1_000.0, 1_024.0);
    let mut functions = [function; 8];
    functions[3].share = first;
    let builder = Builder::new(scaled(functions, scale), SEED);
    builder.call(calls(scale)).under(budget(16.0 * MIB, scale))
}

fn many(scale: f64) -> Load {
    let mut random = Random::new(SEED);
    let functions = (0..64).map(|_| {
        function(
            random.log_uniform(1.0, 30.0),
            random.log_uniform(200.0, 5_000.0) as usize,
            0.5 + 0.6 * random.fraction(),
            random.log_uniform(10.0, 40_000.0),
            random.log_uniform(64.0, 65_536.0),
        )
    });
    let builder = Builder::new(scaled(functions, scale), SEED);
    builder.call(calls(scale)).under(budget(32.0 * MIB, scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loads_are_what_is_said_of_them() {
        let scale = 1.0 / 50.0;
        for case in CASES {
            let load = (case.build)(scale);
            let functions = if case.name == "64 caches" { 64 } else { 8 };
            assert_eq!(load.functions, functions, "{}", case.name);
            assert_eq!(load.calls.len(), calls(scale), "{}", case.name);
            let all: u64 = load.items.iter().map(|item| item.heap as u64).sum();
            assert!(all > 2 * load.budget, "{}: nothing gives way", case.name);
        }
    }

    #[test]
    fn one_function_has_nearly_all_calls() {
        let load = one_hot(1.0 / 16.0);
        let hot = load
            .calls
            .iter()
            .filter(|item| load.item(**item).function == 3);
        let share = hot.count() as f64 / load.calls.len() as f64;
        assert!((0.89..0.91).contains(&share), "{share}");
    }

    #[test]
    fn functions_of_the_mix_are_those_that_it_tells_of() {
        assert!(FUNCTIONS.is_sorted_by(|one, next| one.share >= next.share));
        assert_eq!(FUNCTIONS[SCANNED].micros, QUERIES.micros);
        let keys = FUNCTIONS.map(|function| function.keys);
        assert_eq!(keys.iter().min(), Some(&2_000));
        assert_eq!(keys.iter().max(), Some(&50_000));
    }
}
