//! What accounting for memory adds to a hit: nothing, as it is a matter of those who store.
//!
//! The same function with nothing but the budget of all caches, with a limit of its own in bytes, and with entries
//! that the counting allocator has measured. That one is installed for the whole process, once the others have
//! stored what they are asked for.
//!
//! `--once CASE N` runs N hits of one case and nothing else.

use crate::allocations;
use crate::harness::{Contender, Table, compare};
use crate::hits::{KEYS, numbers};
use crate::instructions;
use crate::options::Options;

const DEFAULT: &str = "default";
const LIMITED: &str = "max_bytes";
const TRACKED: &str = "Tracking";

/// What a hit may take, relative to [`DEFAULT`].
const LIMIT: f64 = 1.03;

mod functions {
    use crate::hits::{ROOM, mix};

    #[memokit::memoize(maxsize = ROOM)]
    pub fn default(key: u64) -> u64 {
        mix(key)
    }

    #[memokit::memoize(maxsize = ROOM, max_bytes = 1 << 20)]
    pub fn limited(key: u64) -> u64 {
        mix(key)
    }

    #[memokit::memoize(maxsize = ROOM)]
    pub fn tracked(key: u64) -> u64 {
        mix(key)
    }
}

pub fn run(options: &Options) -> Result<(), String> {
    let keys = numbers();
    let mut contenders = contenders(&keys);
    if let Some((case, calls)) = &options.once {
        return once(&mut contenders, case, *calls);
    }
    for contender in &mut contenders {
        warm(contender);
    }
    let title = format!("Hit by accounting, `u64` → `u64`, {KEYS} keys, one thread");
    let table = compare(title, &options.plan(), contenders);
    // A table of hits must not hide a miss.
    let misses = [
        functions::default::cache_info().misses,
        functions::limited::cache_info().misses,
        functions::tracked::cache_info().misses,
    ];
    assert_eq!(misses, [KEYS as u64; 3], "a body ran");
    table.print(&[DEFAULT]);
    let counted = instructions()?;
    print_limits(&table, &counted)
}

fn contenders(keys: &[u64]) -> Vec<Contender<'_>> {
    let key = |turn: usize| keys[turn & (KEYS - 1)];
    vec![
        Contender::new(DEFAULT, move |turn| functions::default(key(turn))),
        Contender::new(LIMITED, move |turn| functions::limited(key(turn))),
        Contender::new(TRACKED, move |turn| functions::tracked(key(turn))),
    ]
}

/// Stores all keys.
fn warm(contender: &mut Contender<'_>) {
    if contender.name() == TRACKED {
        allocations::track();
        assert!(memokit::alloc::is_tracking(), "it is installed");
    }
    contender.call(KEYS);
}

fn once(contenders: &mut [Contender<'_>], case: &str, calls: usize) -> Result<(), String> {
    let found = contenders.iter_mut().find(|known| known.name() == case);
    let contender = found
        .ok_or_else(|| format!("`{case}` is no case; they are: {DEFAULT}, {LIMITED}, {TRACKED}"))?;
    warm(contender);
    contender.call(calls);
    Ok(())
}

/// Of a hit, by case.
fn instructions() -> Result<Vec<(&'static str, f64)>, String> {
    let count = |case| Ok((case, instructions::per_call("accounting", case)?));
    [DEFAULT, LIMITED, TRACKED].into_iter().map(count).collect()
}

/// The limit is on instructions. Where keys land in a table is random in every process, and moves a ratio of times by
/// 5 % and more either way: times are shown beside them, without a verdict.
fn print_limits(table: &Table, counted: &[(&'static str, f64)]) -> Result<(), String> {
    println!("### Limits: ÷ {DEFAULT}, at most {LIMIT}\n");
    println!("| hit | instructions | ÷ | | time ÷ |\n|---|--:|--:|---|--:|");
    let (_, least) = counted[0];
    let mut failed = Vec::new();
    for (case, count) in counted {
        let (ratio, time) = (count / least, table.ratio_of(case, DEFAULT));
        let verdict = if ratio <= LIMIT { "pass" } else { "FAIL" };
        println!("| {case} | {count:.1} | {ratio:.3} | {verdict} | {time:.3} |");
        if ratio > LIMIT {
            failed.push(*case);
        }
    }
    println!();
    if failed.is_empty() {
        return Ok(());
    }
    Err(format!(
        "hits take more instructions with {}",
        failed.join(", ")
    ))
}
