//! A budget is a `static`, and what is said in it has a meaning.
use memokit::memoize;
use memokit::memory::MemoryBudget;

static IMAGES: MemoryBudget = MemoryBudget::new(1 << 20);
static SIZE: usize = 1 << 20;
const COPY: MemoryBudget = MemoryBudget::new(1 << 20);
const NEGATIVE: f64 = -1.0;

#[memoize(budget = &IMAGES, weight = 0)]
fn values(n: u32) -> u32 {
    n
}

#[memoize(budget = SIZE)]
fn no_budget(n: u32) -> u32 {
    n
}

#[memoize(budget = IMAGE)]
fn unknown(n: u32) -> u32 {
    n
}

#[memoize(budget = COPY)]
fn constant(n: u32) -> u32 {
    n
}

#[memoize(weight = NEGATIVE)]
fn negative(n: u32) -> u32 {
    n
}

#[memoize(min_bytes = "2MiB", max_bytes = "1MiB")]
fn least(n: u32) -> u32 {
    n
}

#[memoize(oom_protection = false, budget = IMAGES, weight = 2)]
fn bare(n: u32) -> u32 {
    n
}

fn main() {}
