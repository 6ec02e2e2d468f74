//! What the allocators that count and limit add to the one that they wrap.
//!
//! They are called directly, side by side in one process. A call allocates one block and frees one:
//! at once, which is the shortest way through `malloc`, or in waves of 512 blocks, by which a thread
//! tells the program's counters what it has again and again.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;

use memokit::alloc::{Limited, Tracking};

use crate::harness::cpu::Places;
use crate::harness::turns::{self, Calls, Measured, Runner};
use crate::instructions;
use crate::options::Options;

static SYSTEM: System = System;
static TRACKING: Tracking = Tracking::system();
static LIMITED: Limited = Limited::system();
static BOTH: Limited<Tracking> = Limited::new(Tracking::system());

/// Bytes of a block.
const SIZES: [usize; 3] = [16, 64, 1024];

/// Blocks of a wave.
const WAVE: usize = 512;

/// What a wrapper may add to an allocation, and to giving it back.
const LIMIT: f64 = 2.0;

pub fn run(options: &Options) -> Result<(), String> {
    if let Some((case, calls)) = &options.once {
        return once(case, *calls);
    }
    let plan = options.plan();
    let places = Places::find()?;
    for threads in [1, 2] {
        if places.count() < threads {
            println!("Left out: {threads} threads need as many processors.\n");
            continue;
        }
        print_head(threads);
        for (way, blocks) in [("at once", 1), ("waves", WAVE)] {
            for size in SIZES {
                let runners = runners(size, blocks);
                let measured = if threads == 1 {
                    turns::alone(&plan, &places, &runners)
                } else {
                    turns::together(&plan, &places, &runners, |_| {})
                };
                print_rows(way, size, &measured);
            }
        }
        println!();
    }
    print_instructions()
}

/// The allocators, all with blocks of one size.
fn runners(size: usize, blocks: usize) -> Vec<Runner<'static>> {
    vec![
        runner("System", || &SYSTEM, size, blocks),
        runner("Tracking", || &TRACKING, size, blocks),
        runner("Limited", || &LIMITED, size, blocks),
        runner("Limited<Tracking>", || &BOTH, size, blocks),
    ]
}

/// The allocator is named by a function that is inlined, since an installed one is a constant, too.
fn runner<A: GlobalAlloc + 'static>(
    name: &'static str,
    allocator: impl Fn() -> &'static A + Sync + 'static,
    size: usize,
    blocks: usize,
) -> Runner<'static> {
    let run = move |_thread: usize, calls: Calls| {
        if blocks == 1 {
            at_once(&allocator, size, calls.count);
        } else {
            in_waves(&allocator, size, calls.count);
        }
    };
    Runner {
        name,
        entries: 0,
        run: Box::new(run),
    }
}

fn at_once<A: GlobalAlloc + 'static>(
    allocator: &impl Fn() -> &'static A,
    size: usize,
    calls: usize,
) {
    for _ in 0..calls {
        let layout = layout(size);
        // SAFETY: the size is not 0, and the block is freed once with its layout.
        unsafe { allocator().dealloc(black_box(allocator().alloc(layout)), layout) };
    }
}

fn in_waves<A: GlobalAlloc + 'static>(
    allocator: &impl Fn() -> &'static A,
    size: usize,
    calls: usize,
) {
    let mut blocks = [std::ptr::null_mut(); WAVE];
    let mut left = calls;
    while left > 0 {
        let wave = left.min(WAVE);
        for block in &mut blocks[..wave] {
            // SAFETY: the size is not 0.
            *block = unsafe { allocator().alloc(layout(size)) };
        }
        for block in &blocks[..wave] {
            // SAFETY: each was allocated in this wave with this layout, and none is freed twice.
            unsafe { allocator().dealloc(*block, layout(size)) };
        }
        left -= wave;
    }
}

/// The compiler does not know the size, as it seldom does for what grows.
fn layout(size: usize) -> Layout {
    Layout::from_size_align(black_box(size), 8).expect("a small size")
}

fn print_head(threads: usize) {
    println!("### Allocating and freeing, {threads} thread(s), ns per operation, medians\n");
    println!("| blocks | bytes | allocator | ns | − System | limit | |");
    println!("|---|--:|---|--:|--:|--:|---|");
}

fn print_rows(way: &str, size: usize, measured: &[Measured]) {
    let system = &measured[0].samples;
    for Measured { name, samples, .. } in measured {
        // A call is two operations.
        let half = |figure: Option<f64>| figure.map_or(f64::NAN, |figure| figure / 2.0);
        let middle = half(samples.median());
        let more = half(samples.compare(system, |ours, theirs| ours - theirs));
        let (limit, verdict) = match *name {
            "System" => ("", ""),
            // Twice as much is added there.
            "Limited<Tracking>" => ("", ""),
            _ if more <= LIMIT => ("2", "pass"),
            _ => ("2", "FAIL"),
        };
        println!("| {way} | {size} | {name} | {middle:.2} | {more:.2} | {limit} | {verdict} |");
    }
}

/// The cases of `--once`: names of [`runners`], blocks of 64 bytes at once.
fn once(case: &str, calls: usize) -> Result<(), String> {
    let runners = runners(64, 1);
    let Some(runner) = runners.iter().find(|runner| runner.name == case) else {
        let names: Vec<_> = runners.iter().map(|runner| runner.name).collect();
        return Err(format!(
            "`{case}` is no case; they are: {}",
            names.join(", ")
        ));
    };
    let start = 0;
    (runner.run)(
        0,
        Calls {
            start,
            count: calls,
        },
    );
    Ok(())
}

fn print_instructions() -> Result<(), String> {
    println!("### Instructions of allocating and freeing 64 bytes, callgrind\n");
    println!("| allocator | instructions |\n|---|--:|");
    for Runner { name, .. } in runners(64, 1) {
        let count = instructions::per_call("alloc", name)?;
        println!("| {name} | {count:.1} |");
    }
    println!();
    Ok(())
}
