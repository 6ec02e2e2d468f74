//! Safe, balanced, fast: the same function under each `oom_protection`, side by side.
//!
//! A round fills an empty cache, asks for all that is in it, and then stores as much again, for which a
//! bounded cache has to evict. The time of the body is part of the time of an insertion. What entries take is
//! measured in processes of their own, which a cache fills once.
//!
//! `--once CASE N` stores N results in one case, such as `u64_balanced`, without a bound, and says what an
//! entry takes.

mod functions;
mod report;
mod sizes;

use crate::allocations;
use crate::harness::Plan;
use crate::harness::cpu::{Place, Places, thread_time};
use crate::harness::samples::Samples;
use crate::options::Options;
use crate::peers::results;
use functions::{SHAPES, Shape, Subject};
use sizes::Size;

/// As they are written in the attribute, `true` first: the others are compared with it.
const MODES: [&str; 3] = ["true", "balanced", "false"];

/// What is measured of one mode with one kind of entries.
struct Figures {
    mode: &'static str,
    hit: Samples,
    /// Into a cache that has room.
    insert: Samples,
    /// Into a full one; empty where a cache has no bound.
    replace: Samples,
    /// By an insertion, with what the body allocates.
    allocations: f64,
    size: Size,
}

/// All figures of one kind of entries, in the order of [`MODES`].
struct Table {
    shape: &'static Shape,
    /// The body alone.
    body: Samples,
    figures: Vec<Figures>,
}

pub fn run(options: &Options) -> Result<(), String> {
    if let Some((case, entries)) = &options.once {
        return sizes::once(case, *entries);
    }
    let (plan, places) = (options.plan(), Places::find()?);
    let wanted = |shape: &&Shape| {
        options
            .only
            .as_deref()
            .is_none_or(|only| only == shape.name)
    };
    let shapes: Vec<&Shape> = SHAPES.iter().filter(wanted).collect();
    if shapes.is_empty() {
        let names: Vec<&str> = SHAPES.iter().map(|shape| shape.name).collect();
        return Err(format!("no such case; they are: {}", names.join(", ")));
    }
    let tables: Vec<Table> = shapes
        .into_iter()
        .map(|shape| measure(shape, &plan, &places))
        .collect::<Result<_, _>>()?;
    let text = report::markdown(&tables);
    println!("{text}");
    if let Some(file) = &options.json {
        results::write(file, &report::json(&tables))?;
    }
    // A part of the cases must not replace the figures of all.
    let full = !options.quick && options.only.is_none();
    let folder = options.results.clone().or(full.then(results::folder));
    if let Some(folder) = folder {
        let title = "# Safe, balanced, fast";
        results::write(&folder.join("modes.md"), &format!("{title}\n\n{text}"))?;
    }
    Ok(())
}

fn measure(shape: &'static Shape, plan: &Plan, places: &Places) -> Result<Table, String> {
    eprintln!("{}", shape.name);
    let _held = places.hold(Place::First);
    let mut figures = Vec::new();
    for subject in &shape.subjects {
        figures.push(Figures {
            mode: subject.mode,
            hit: Samples::default(),
            insert: Samples::default(),
            replace: Samples::default(),
            allocations: allocations_of(subject),
            size: sizes::of(shape, subject)?,
        });
    }
    let mut body = Samples::default();
    for round in 0..plan.rounds {
        body.push(Some(time(shape.room, || (shape.bodies)(0..shape.room))));
        // Another one starts in every round: nobody always runs after the same neighbour's misses.
        for turn in 0..MODES.len() {
            let which = (round + turn) % MODES.len();
            measure_round(shape, &shape.subjects[which], &mut figures[which]);
        }
    }
    Ok(Table {
        shape,
        body,
        figures,
    })
}

fn measure_round(shape: &Shape, subject: &Subject, figures: &mut Figures) {
    let (room, passes) = (shape.room, shape.passes);
    (subject.clear)();
    let first = time(room, || (subject.call)(0..room));
    figures.insert.push(Some(first));
    // One pass more, unmeasured, so that nobody pays for the insertions before.
    (subject.call)(0..room);
    let hits = time(room * passes, || {
        (0..passes).for_each(|_| (subject.call)(0..room));
    });
    figures.hit.push(Some(hits));
    let info = (subject.info)();
    let expected = (room as u64, (room * (passes + 1)) as u64, room);
    assert_eq!(
        (info.misses, info.hits, info.currsize),
        expected,
        "hits and misses"
    );
    if info.maxsize.is_some() {
        let second = time(room, || (subject.call)(room..2 * room));
        figures.replace.push(Some(second));
        let info = (subject.info)();
        assert_eq!(info.removals.size, room as u64, "each one evicts");
    }
}

/// Nanoseconds for each of so many calls.
fn time(calls: usize, run: impl FnOnce()) -> f64 {
    let start = thread_time();
    run();
    (thread_time() - start).as_secs_f64() * 1e9 / calls as f64
}

/// What an insertion allocates once the cache has its size.
fn allocations_of(subject: &Subject) -> f64 {
    const CALLS: usize = 256;
    (subject.clear)();
    (subject.call)(0..CALLS);
    let ((), allocated) = allocations::count(|| (subject.call)(CALLS..2 * CALLS));
    allocated.count as f64 / CALLS as f64
}
