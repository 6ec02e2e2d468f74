//! A spreadsheet: formulas that are known only when the program runs, each computed once.
//!
//! Every cell asks for two others, which ask for two others: without a cache, the work doubles with
//! each row. The evaluator is a memoized closure that calls itself.
//!
//! ```sh
//! cargo run --release --example closures
//! ```

#![allow(
    clippy::disallowed_methods,
    reason = "an example measures real time with `Instant::now`"
)]

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use memokit::{Cache, Memoized};

/// Rows that the plain evaluator gets to see: one more, and it takes twice as long.
const FEW: usize = 22;
const ROWS: usize = 1_000;

type Formulas = HashMap<Arc<str>, String>;
/// From the name of a cell to its value.
type Evaluator = Memoized<(Arc<str>,), i64>;

/// `A1 = 3`, `B2 = A1 + B1`, ..: numbers, cells and `+ - *`, from the left to the right.
fn parse(sheet: &str) -> Formulas {
    let lines = sheet.lines().filter_map(|line| line.split_once('='));
    lines
        .map(|(cell, formula)| (cell.trim().into(), formula.trim().to_owned()))
        .collect()
}

/// The value of a formula; `cell` gives those of the cells in it.
fn value(formula: &str, cell: impl Fn(&str) -> i64) -> i64 {
    let mut result = 0_i64;
    let mut operator = "+";
    for token in formula.split_whitespace() {
        if matches!(token, "+" | "-" | "*") {
            operator = token;
            continue;
        }
        let operand = token.parse().unwrap_or_else(|_| cell(token));
        result = match operator {
            "-" => result.wrapping_sub(operand),
            "*" => result.wrapping_mul(operand),
            _ => result.wrapping_add(operand),
        };
    }
    result
}

fn plain(formulas: &Formulas, cell: &str) -> i64 {
    let formula = formulas.get(cell).map_or("0", String::as_str);
    value(formula, |other| plain(formulas, other))
}

/// The settings come from the sheet: as many results as there are formulas, and one more for each
/// cell that is empty.
fn memoized(formulas: Formulas) -> Evaluator {
    Cache::builder()
        .name("sheet")
        .maxsize(2 * formulas.len())
        .memoize_rec(move |own, cell: Arc<str>| {
            let formula = formulas.get(&cell).map_or("0", String::as_str);
            value(formula, |other| own(other.into()))
        })
}

/// Two columns, in which each cell is made of both cells above.
fn sheet(rows: usize) -> String {
    let rows = (2..=rows).map(|row| {
        let above = row - 1;
        format!("A{row} = A{above} + B{above}\nB{row} = A{above} * 2 + B{above}\n")
    });
    "A1 = 1\nB1 = 2\n".to_owned() + &rows.collect::<String>()
}

fn main() {
    let last = format!("A{FEW}");
    let formulas = parse(&sheet(FEW));
    let start = Instant::now();
    let expected = plain(&formulas, &last);
    println!("plain, {FEW} rows         {:>9.2?}", start.elapsed());

    let evaluator = memoized(formulas);
    let start = Instant::now();
    assert_eq!(evaluator(last.as_str().into()), expected);
    println!("memoized, {FEW} rows      {:>9.2?}", start.elapsed());

    let evaluator = memoized(parse(&sheet(ROWS)));
    let start = Instant::now();
    let total = evaluator(format!("A{ROWS}").into());
    println!("memoized, {ROWS} rows    {:>9.2?}", start.elapsed());
    let info = evaluator.cache_info();
    println!("{info}\n");
    // All cells but the other one of the last row, each once.
    assert_eq!(info.misses, 2 * ROWS as u64 - 1);

    // Another sheet is another evaluator: nothing of the first is mixed into it.
    let changed = sheet(ROWS).replacen("A1 = 1", "A1 = 10", 1);
    let other = memoized(parse(&changed));
    assert_ne!(other(format!("A{ROWS}").into()), total);

    // A formula that needs itself is an error with a name, not an endless loop.
    let circular = memoized(parse("A1 = B1 + 1\nB1 = A1 - 1"));
    let panic = catch_unwind(AssertUnwindSafe(|| circular("A1".into())));
    assert!(panic.is_err(), "a circle has no value");
    println!("the circular sheet was refused; the others go on: {total}");
}
