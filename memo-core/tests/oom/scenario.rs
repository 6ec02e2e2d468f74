//! What runs under a limit, in a process of its own.

use std::collections::HashMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use memo_core::Cache;

use crate::group;

/// How values are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// In a map without bounds.
    Map,
    /// Not at all: made, copied and dropped.
    Bare,
    /// In a cache that knows what they have on the heap.
    Known,
    /// In a cache that takes them for 3.4 times less than they are: it knows of the keys alone.
    Low,
    /// In a cache that takes them for nothing.
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
    pub(crate) trouble: Trouble,
}

const KINDS: [Kind; 5] = [Kind::Map, Kind::Bare, Kind::Known, Kind::Low, Kind::Unknown];
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
            trouble,
        } = self;
        write!(f, "{kind:?} {threads} {size} {total} {trouble:?}")
    }
}

impl Scenario {
    /// What [`fmt::Display`] writes.
    pub(crate) fn parse(text: &str) -> Self {
        let words: Vec<&str> = text.split(' ').collect();
        let [kind, threads, size, total, trouble] = words[..] else {
            panic!("five words, not `{text}`");
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
            trouble: trouble.expect("a trouble"),
        }
    }

    pub(crate) fn run(self) {
        let size = self.size;
        match self.kind {
            Kind::Map => {
                let map: HashMap<u64, Vec<u8>> =
                    (0..self.values()).map(|n| (n, vec![1; size])).collect();
                assert_eq!(map.len() as u64, self.values());
            }
            Kind::Bare => self.load(|_| {
                let value = vec![1_u8; size];
                drop(std::hint::black_box((value.clone(), value)));
            }),
            Kind::Known => {
                let cache: Cache<u64, Vec<u8>> = Cache::builder().maxsize(None).build();
                self.load(|n| {
                    let value = cache.get_or_insert_with(&n, || vec![1; size]);
                    assert_eq!(value.len(), size);
                });
                self.tell(cache.len());
            }
            Kind::Unknown => {
                let cache: Cache<u64, Unknown> = Cache::builder().maxsize(None).build();
                self.load(|n| {
                    let value = cache.get_or_insert_with(&n, || Unknown::new(size));
                    assert_eq!(value.0.len(), size);
                });
                self.tell(cache.len());
            }
            Kind::Low => {
                let cache: Cache<Vec<u8>, Unknown> = Cache::builder().maxsize(None).build();
                let known = (size * 10 / 34).max(8);
                self.load(|n| {
                    let mut key = vec![1; known];
                    key[..8].copy_from_slice(&n.to_le_bytes());
                    let value = cache.get_or_insert_with(&key, || Unknown::new(size - known));
                    assert_eq!(value.0.len(), size - known);
                });
                self.tell(cache.len());
            }
        }
    }

    fn values(self) -> u64 {
        self.total / self.size as u64
    }

    fn tell(self, kept: usize) {
        println!("{self}: {kept} of {} values are kept", self.values());
        println!("{}", memo_core::memory::report());
    }

    /// Calls `one` for each value, on all threads, in some trouble.
    fn load(self, one: impl Fn(u64) + Sync) {
        let next = AtomicU64::new(0);
        let (is_over, is_calm) = (AtomicBool::new(false), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| {
                self.make_trouble(&next, &is_over);
                is_calm.store(true, Ordering::Relaxed);
            });
            let workers: Vec<_> = (0..self.threads)
                .map(|_| {
                    scope.spawn(|| {
                        loop {
                            let n = next.fetch_add(1, Ordering::Relaxed);
                            let is_calm = self.is_noise() || is_calm.load(Ordering::Relaxed);
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
    }

    fn is_noise(self) -> bool {
        self.trouble == Trouble::Noise
    }

    fn make_trouble(self, next: &AtomicU64, is_over: &AtomicBool) {
        match self.trouble {
            Trouble::None => {}
            Trouble::Noise => make_noise(is_over),
            Trouble::Lowered => {
                while next.load(Ordering::Relaxed) < self.values() / 4 {
                    thread::yield_now();
                }
                lower_limit();
            }
            Trouble::Ballast => {
                while next.load(Ordering::Relaxed) < self.values() / 4 {
                    thread::yield_now();
                }
                hold_ballast(next, self.values() / 2);
            }
        }
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

/// Lowers the limit of the group of this process, as soon as so little is used.
fn lower_limit() {
    const LOWER: u64 = 160 << 20;

    let limit = group::limit_of(&group::own().expect("a group"));
    let mut next = group::LIMIT;
    while next > LOWER {
        next -= 4 << 20;
        // Refused as long as more is used, and the system finds nothing to take back.
        while fs::write(&limit, next.to_string()).is_err() {
            thread::yield_now();
        }
    }
    println!("the limit is {LOWER} bytes now");
}

/// Takes memory, and frees it when so many values were asked for.
fn hold_ballast(next: &AtomicU64, until: u64) {
    const BALLAST: usize = 120 << 20;
    const STEP: usize = 1 << 20;

    let mut ballast = Vec::new();
    for _ in 0..BALLAST / STEP {
        ballast.push(vec![1_u8; STEP]);
        thread::yield_now();
    }
    while next.load(Ordering::Relaxed) < until {
        thread::yield_now();
    }
}
