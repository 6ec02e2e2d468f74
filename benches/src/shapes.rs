//! Hits of every shape of function: generic ones, methods, async ones, beside the plain function.
//!
//! `--once CASE N` runs N hits of one case and nothing else, for tools that count instructions:
//! the difference between two values of N, divided by the difference of the Ns, is the cost of a
//! hit. With the benchmark's binary (`cargo bench --no-run` names it):
//!
//! ```text
//! valgrind --tool=callgrind --callgrind-out-file=/dev/null BINARY shapes --once plain 100000
//! valgrind --tool=callgrind --callgrind-out-file=/dev/null BINARY shapes --once plain 200000
//! ```

mod functions;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::allocations;
use crate::harness::{Contender, Table, compare};
use crate::hits::{KEYS, numbers};
use crate::options::Options;
use functions::{INSTANCES, Keyed, Owner, Skipped, Typed};

const PLAIN: &str = "plain";
const GENERIC: &str = "generic-only";
const GENERIC_20: &str = "generic-20-of-20";
const ASYNC: &str = "async";

pub fn run(options: &Options) -> Result<(), String> {
    let keys = numbers();
    let mut contenders = contenders(&keys);
    if let Some((case, calls)) = &options.once {
        return once(contenders, case, *calls);
    }
    print_allocations(&mut contenders);

    let bodies = functions::bodies_run();
    let table = compare(
        format!("Hit by shape of function, `u64` → `u64`, {KEYS} keys, one thread"),
        &options.plan(),
        contenders,
    );
    // A table of hits must not hide a miss.
    assert_eq!(functions::bodies_run(), bodies, "a body ran");
    table.print(&[PLAIN]);
    print_limits(&table);
    print_future_sizes();
    Ok(())
}

/// Warms every case up, so that instances take their places in order, then runs the one named.
fn once(mut contenders: Vec<Contender<'_>>, case: &str, calls: usize) -> Result<(), String> {
    for contender in &mut contenders {
        contender.call(KEYS);
    }
    if let Some(contender) = contenders.iter_mut().find(|known| known.name() == case) {
        contender.call(calls);
        return Ok(());
    }
    let names: Vec<_> = contenders.iter().map(Contender::name).collect();
    Err(format!(
        "`{case}` is no case; they are: {}",
        names.join(", ")
    ))
}

fn contenders(keys: &[u64]) -> Vec<Contender<'_>> {
    let key = |turn: usize| keys[turn & (KEYS - 1)];
    // The order of first use is the order in which a function finds its instances.
    for instance in INSTANCES {
        instance(keys[0]);
    }
    let skipped = Skipped { unit: 1 };
    let keyed = Keyed { id: 1 };
    let owner = Owner::default();
    let typed = Typed(1_u32);
    vec![
        Contender::new(PLAIN, move |turn| functions::plain(key(turn))),
        Contender::new(GENERIC, move |turn| functions::generic::<u64>(key(turn))),
        Contender::new("generic-2-of-20", move |turn| {
            functions::instance::<2>(key(turn))
        }),
        Contender::new("generic-8-of-20", move |turn| {
            functions::instance::<8>(key(turn))
        }),
        Contender::new(GENERIC_20, move |turn| functions::instance::<20>(key(turn))),
        Contender::new("method-skip-self", move |turn| skipped.reading(key(turn))),
        Contender::new("method-self-in-key", move |turn| keyed.reading(key(turn))),
        Contender::new("method-field", move |turn| owner.reading(key(turn))),
        Contender::new("method-generic", move |turn| typed.reading(key(turn))),
        Contender::new(ASYNC, move |turn| ready(functions::task(key(turn)))),
    ]
}

/// The result of a future that is ready at its first poll, as a hit is.
fn ready<R>(future: impl Future<Output = R>) -> R {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a hit waits for nothing"),
    }
}

fn print_allocations(contenders: &mut [Contender<'_>]) {
    println!("### Allocations of {KEYS} hits\n\n| call | allocations |\n|---|--:|");
    for contender in contenders {
        contender.call(KEYS);
        let ((), allocated) = allocations::count(|| contender.call(KEYS));
        println!("| {} | {} |", contender.name(), allocated.count);
    }
    println!();
}

fn print_limits(table: &Table) {
    println!("### Limits\n\n| what | measured | limit | |\n|---|--:|--:|---|");
    for name in [GENERIC, GENERIC_20] {
        let more = table.difference_of(name, PLAIN);
        let verdict = verdict(more <= 2.0);
        println!("| {name} − {PLAIN}, ns | {more:.2} | 2 | {verdict} |");
    }
    let ratio = table.ratio_of(ASYNC, PLAIN);
    let verdict = verdict(ratio <= 2.0);
    println!("| {ASYNC} ÷ {PLAIN} | {ratio:.2} | 2 | {verdict} |\n");
}

fn verdict(holds: bool) -> &'static str {
    if holds { "pass" } else { "FAIL" }
}

fn print_future_sizes() {
    let sizes = [
        (
            "nothing held across an await",
            size_of_val(&functions::plain_task(1)),
            size_of_val(&functions::task(1)),
        ),
        (
            "256 bytes held across an await",
            size_of_val(&functions::plain_wide_task(1)),
            size_of_val(&functions::wide_task(1)),
        ),
    ];
    println!("### Size of futures, bytes\n\n| body | plain | memoized | more |\n|---|--:|--:|--:|");
    for (body, plain, memoized) in sizes {
        let more = memoized - plain;
        println!("| {body} | {plain} | {memoized} | {more} |");
    }
    println!();
}
