//! Hits under every policy: what leaving a mark for it costs.
//!
//! `--once CASE N` runs N hits of one case and nothing else.

use crate::harness::{Contender, Table, compare};
use crate::hits::{KEYS, mix, numbers};
use crate::instructions;
use crate::options::Options;

/// What the others are compared with.
const LRU: &str = "lru";
/// How much more a hit may take than with `lru`, in nanoseconds.
const LIMIT: f64 = 1.0;

macro_rules! policies {
    ($($policy:ident)*) => {
        /// The same function under each of them, with room for all keys.
        mod functions {
            use crate::hits::{ROOM, mix};
            $(
                #[memokit::memoize(maxsize = ROOM, policy = $policy)]
                pub fn $policy(key: u64) -> u64 {
                    mix(key)
                }
            )*
        }

        const NAMES: &[&str] = &[$(stringify!($policy)),*];

        fn contenders(keys: &[u64]) -> Vec<Contender<'_>> {
            let key = |turn: usize| keys[turn & (KEYS - 1)];
            vec![$(Contender::new(stringify!($policy), move |turn| {
                functions::$policy(key(turn))
            })),*]
        }

        /// Calls that ran a body.
        fn misses() -> u64 {
            0 $(+ functions::$policy::cache_info().misses)*
        }
    };
}

policies! { lru fifo sieve s3_fifo tiny_lfu lfu adaptive }

pub fn run(options: &Options) -> Result<(), String> {
    let keys = numbers();
    let mut contenders = contenders(&keys);
    if let Some((case, calls)) = &options.once {
        let Some(contender) = contenders.iter_mut().find(|known| known.name() == case) else {
            return Err(format!(
                "`{case}` is no case; they are: {}",
                NAMES.join(", ")
            ));
        };
        contender.call(KEYS);
        contender.call(*calls);
        return Ok(());
    }
    let title = format!("Hit by policy, `u64` → `u64`, {KEYS} keys, one thread");
    let table = compare(title, &options.plan(), contenders);
    // A table of hits must not hide a miss.
    assert_eq!(misses(), (NAMES.len() * KEYS) as u64, "a body ran");
    assert_eq!(functions::lru(keys[0]), mix(keys[0]));
    table.print(&[LRU]);
    print_limits(&table);
    print_instructions()
}

fn print_limits(table: &Table) {
    println!("### Limits\n\n| what | measured | limit | |\n|---|--:|--:|---|");
    for name in NAMES.iter().filter(|name| **name != LRU) {
        let more = table.difference_of(name, LRU);
        let verdict = if more <= LIMIT { "pass" } else { "FAIL" };
        println!("| {name} − {LRU}, ns | {more:.2} | {LIMIT} | {verdict} |");
    }
    println!();
}

fn print_instructions() -> Result<(), String> {
    println!("### Instructions per hit, callgrind\n\n| policy | instructions |\n|---|--:|");
    for name in NAMES {
        let count = instructions::per_call("policies", name)?;
        println!("| {name} | {count:.1} |");
    }
    println!();
    Ok(())
}
