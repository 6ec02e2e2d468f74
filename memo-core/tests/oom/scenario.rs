//! What runs under a limit, in a process of its own.

use std::collections::HashMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use memo_core::{Cache, memory};

use crate::group;

/// How values are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// In a map without bounds.
    Map,
    /// Not at all: made, copied and dropped.
    Bare,
    /// In a cache whose weigher tells the truth.
    Known,
    /// In a cache whose weigher says 3.4 times less.
    Low,
    /// In a cache whose weigher says that they are nothing.
    Zero,
    /// In a cache that does not know what they have on the heap.
    Unknown,
}

/// What else happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Trouble {
    None,
    /// A file is written and read, which fills the page cache.
    Noise,
    /// The limit is lowered, at a quarter of the values.
    Lowered,
    /// The program takes memory itself for a while.
    Ballast,
}

/// One run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Scenario {
    pub(crate) kind: Kind,
    pub(crate) threads: u64,
    /// Bytes of a value.
    pub(crate) size: usize,
    /// Bytes that are made, all together.
    pub(crate) total: u64,
    /// Bytes that the process may use, as long as it does not lower that itself.
    pub(crate) limit: u64,
    pub(crate) trouble: Trouble,
}

const KINDS: [Kind; 6] = [
    Kind::Map,
    Kind::Bare,
    Kind::Known,
    Kind::Low,
    Kind::Zero,
    Kind::Unknown,
];
const TROUBLES: [Trouble; 4] = [
    Trouble::None,
    Trouble::Noise,
    Trouble::Lowered,
    Trouble::Ballast,
];

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            threads,
            size,
            total,
            limit,
            trouble,
        } = self;
        write!(f, "{kind:?} {threads} {size} {total} {limit} {trouble:?}")
    }
}

impl Scenario {
    /// What [`fmt::Display`] writes.
    pub(crate) fn parse(text: &str) -> Self {
        let words: Vec<&str> = text.split(' ').collect();
        let [kind, threads, size, total, limit, trouble] = words[..] else {
            panic!("six words, not `{text}`");
        };
        let kind = KINDS.into_iter().find(|one| format!("{one:?}") == kind);
        let trouble = TROUBLES
            .into_iter()
            .find(|one| format!("{one:?}") == trouble);
        Self {
            kind: kind.expect("a kind"),
            threads: threads.parse().expect("a number of threads"),
            size: size.parse().expect("a size"),
            total: total.parse().expect("a number of bytes"),
            limit: limit.parse().expect("a limit"),
            trouble: trouble.expect("a trouble"),
        }
    }

    /// Into a cache whose weigher says this of values.
    fn fill(self, weigh: fn(&Vec<u8>) -> usize) {
        let size = self.size;
        let builder = Cache::builder().maxsize(None);
        let cache: Cache<u64, Vec<u8>> = builder.weigher(move |_, value| weigh(value)).build();
        let one = |n| assert_eq!(cache.get_or_insert_with(&n, || vec![1; size]).len(), size);
        self.load(one, || cache.len());
    }

    pub(crate) fn run(self) {
        let size = self.size;
        match self.kind {
            Kind::Map => {
                let map: HashMap<u64, Vec<u8>> =
                    (0..self.values()).map(|n| (n, vec![1; size])).collect();
                assert_eq!(map.len() as u64, self.values());
            }
            Kind::Bare => self.load(
                |_| {
                    let value = vec![1_u8; size];
                    drop(std::hint::black_box((value.clone(), value)));
                },
                || 0,
            ),
            Kind::Known => self.fill(Vec::len),
            Kind::Low => self.fill(|value| value.len() * 10 / 34),
            Kind::Zero => self.fill(|_| 0),
            Kind::Unknown => {
                let cache: Cache<u64, Unknown> = Cache::builder().maxsize(None).build();
                let one = |n| {
                    let value = cache.get_or_insert_with(&n, || Unknown::new(size));
                    assert_eq!(value.0.len(), size);
                };
                self.load(one, || cache.len());
            }
        }
    }

    fn values(self) -> u64 {
        self.total / self.size as u64
    }

    /// Calls `one` for each value, on all threads, in some trouble, of which nobody dies. `kept` says how many
    /// values are there.
    fn load(self, one: impl Fn(u64) + Sync, kept: impl Fn() -> usize + Sync) {
        let next = AtomicU64::new(0);
        let (is_over, is_calm) = (AtomicBool::new(false), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| {
                // Also when it ends with a panic, of which the scope tells.
                let _is_over = OnDrop(&is_calm);
                self.make_trouble(&next, &is_over, &kept);
            });
            let workers: Vec<_> = (0..self.threads)
                .map(|_| {
                    scope.spawn(|| {
                        loop {
                            let n = next.fetch_add(1, Ordering::Relaxed);
                            let goes_on = self.trouble == Trouble::Noise;
                            let is_calm = goes_on || is_calm.load(Ordering::Relaxed);
                            if n >= self.values() && is_calm {
                                break;
                            }
                            one(n);
                        }
                    })
                })
                .collect();
            for worker in workers {
                worker.join().expect("no worker panics");
            }
            is_over.store(true, Ordering::Relaxed);
        });
        println!(
            "{self}: {} of {} values are kept; {}",
            kept(),
            self.values(),
            memory::report()
        );
    }

    /// `next` is how many values were asked for.
    fn make_trouble(self, next: &AtomicU64, is_over: &AtomicBool, kept: &dyn Fn() -> usize) {
        let wait_for = |n| {
            while next.load(Ordering::Relaxed) < n {
                thread::yield_now();
            }
        };
        match self.trouble {
            Trouble::None => {}
            Trouble::Noise => make_noise(is_over),
            Trouble::Lowered => {
                wait_for(self.values() / 4);
                lower_limit(self.limit);
            }
            Trouble::Ballast => {
                wait_for(self.values() / 4);
                let before = kept();
                let ballast = take_ballast(self.limit);
                wait_for(self.values() / 2);
                let under_pressure = kept();
                drop(ballast);
                recover(before / 2, kept);
                println!("kept: {before}, then {under_pressure}, then {}", kept());
            }
        }
    }
}

/// Set when this goes.
struct OnDrop<'a>(&'a AtomicBool);

impl Drop for OnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What it has on the heap, no cache knows.
#[derive(Clone)]
struct Unknown(Vec<u8>);

impl Unknown {
    fn new(size: usize) -> Self {
        Self(vec![1; size])
    }
}

/// Writes a file that is larger than the limit, and reads it, again and again.
fn make_noise(is_over: &AtomicBool) {
    const SIZE: u64 = 300 << 20;

    let path = file_for_noise();
    let mut file = File::create_new(&path).expect("a file can be made");
    // Nobody else needs it.
    fs::remove_file(&path).expect("the file can be removed");
    let mut piece = vec![1; 64 << 10];
    while !is_over.load(Ordering::Relaxed) {
        let position = file.stream_position().expect("a position");
        if position < SIZE {
            file.write_all(&piece).expect("there is room on the disk");
        } else {
            file.rewind().expect("to the beginning");
            while !is_over.load(Ordering::Relaxed) && file.read(&mut piece).expect("a piece") > 0 {}
            file.rewind().expect("to the beginning");
        }
    }
}

/// Not in a directory that is kept in memory, where one is known that is not.
fn file_for_noise() -> PathBuf {
    let directory = std::env::current_exe().expect("this program is a file");
    let name = format!("noise-{}", std::process::id());
    directory.with_file_name(name)
}

/// Lowers the limit of the group of this process to five eighths, step by step: each as soon as less than 85 % of
/// what is left would be used.
fn lower_limit(before: u64) {
    let own = group::own().expect("a group");
    let usage = own.join("memory.usage_in_bytes");
    let lower = before / 8 * 5;
    let mut next = before;
    while next > lower {
        next -= before / 16;
        while group::bytes_in(&usage) > next / 100 * 85
            || fs::write(group::limit_of(&own), next.to_string()).is_err()
        {
            thread::yield_now();
        }
    }
    println!("the limit is {lower} bytes now");
}

/// Takes near half of what there is.
fn take_ballast(limit: u64) -> Vec<Vec<u8>> {
    const STEP: usize = 1 << 20;

    let steps = limit / STEP as u64 * 15 / 32;
    let step = |_| {
        // Others come in between.
        thread::yield_now();
        vec![1; STEP]
    };
    (0..steps).map(step).collect()
}

/// Waits until so many values are there again, and checks how it came to that.
#[allow(
    clippy::disallowed_methods,
    reason = "it is the real time that is bounded"
)]
fn recover(enough: usize, kept: &dyn Fn() -> usize) {
    const SOON: Duration = Duration::from_secs(5);

    let start = Instant::now();
    let changes = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&changes);
    memory::on_pressure(move |level| {
        println!("{level} at {:.1} %", memory::usage_percent());
        seen.fetch_add(1, Ordering::Relaxed);
    });
    while kept() < enough {
        let elapsed = start.elapsed();
        assert!(elapsed < SOON, "{} of {enough} after {elapsed:?}", kept());
        thread::yield_now();
    }
    println!("recovered in {:?}", start.elapsed());
    while start.elapsed() < SOON {
        thread::yield_now();
    }
    let changes = changes.load(Ordering::Relaxed);
    assert!(changes <= 3, "the level has changed {changes} times");
}
