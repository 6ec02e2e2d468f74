//! What is measured: calls of one kind, with their keys and their contenders.

use std::hint::black_box;
use std::sync::Arc;

use super::functions::{self as all, Peer};
use super::keys::{self, Keys, LENGTH, LONG, numbers};
use crate::harness::turns::{Calls, Runner};

/// A row of the list of cases.
pub struct Case {
    pub name: &'static str,
    pub about: &'static str,
    /// With how many threads it is measured.
    pub threads: &'static [usize],
    pub build: fn() -> Contest,
}

pub const CASES: &[Case] = &[
    Case {
        name: "hit_u64",
        about: "hits, `u64` → `u64`, 1,000 keys",
        threads: &[1, 2],
        build: || throughput(hot(), Keys::same(numbers(1000), LENGTH)),
    },
    Case {
        name: "hit_u64_16",
        about: "hits, `u64` → `u64`, 16 keys",
        threads: &[1, 2],
        build: || throughput(hot(), Keys::same(numbers(16), LENGTH)),
    },
    Case {
        name: "hit_u64_100k",
        about: "hits, `u64` → `u64`, 100,000 keys",
        threads: &[1, 2],
        build: || throughput(large(), Keys::same(numbers(100_000), LONG)),
    },
    Case {
        name: "hit_u64_distinct",
        about: "hits, `u64` → `u64`, 500 keys for each thread",
        threads: &[2],
        build: || throughput(hot(), Keys::distinct(numbers(1000), LENGTH)),
    },
    Case {
        name: "latency_u64",
        about: "hits, `u64` → `u64`, 1,000 keys, each key from the previous result",
        threads: &[1],
        build: || latency(hot(), Keys::same(numbers(1000), LENGTH)),
    },
    Case {
        name: "hit_u64_ttl",
        about: "hits with a time to live, `u64` → `u64`, 1,000 keys",
        threads: &[1, 2],
        build: || throughput(all::ttl(), Keys::same(numbers(1000), LENGTH)),
    },
    Case {
        name: "hit_bare",
        about: "hits without bounds, `u64` → `u64`, 1,000 keys",
        threads: &[1, 2],
        build: || throughput(bare(all::hot()), Keys::same(numbers(1000), LENGTH)),
    },
    Case {
        name: "hit_bare_100k",
        about: "hits without bounds, `u64` → `u64`, 100,000 keys",
        threads: &[1],
        build: || throughput(bare(all::large()), Keys::same(numbers(100_000), LONG)),
    },
    Case {
        name: "hit_pair",
        about: "hits, `(u64, u64)` → `u64`, 1,000 keys",
        threads: &[1],
        build: || {
            let keys = Keys::same(numbers(1000), LENGTH);
            throughput(all::pairs(), keys.map(|key| (key, !key)))
        },
    },
    Case {
        name: "hit_str",
        about: "hits, `&str` of 24 bytes → `u64`, 1,000 keys",
        threads: &[1, 2],
        build: || throughput(all::texts(), texts()),
    },
    Case {
        name: "hit_string",
        about: "hits, `u64` → `String` of 32 bytes, 1,000 keys",
        threads: &[1, 2],
        build: || throughput(all::strings(), Keys::same(numbers(1000), LENGTH)),
    },
    Case {
        name: "hit_with",
        about: "hits, length of a `String` of 32 bytes, in place where possible, 1,000 keys",
        threads: &[1],
        build: || throughput(all::borrowed(), Keys::same(numbers(1000), LENGTH)),
    },
    Case {
        name: "hit_arc",
        about: "hits, `u64` → `Arc<str>`, 1,000 keys",
        threads: &[1, 2],
        build: || throughput(all::arcs(), Keys::same(numbers(1000), LENGTH)),
    },
    Case {
        name: "hit_4k",
        about: "hits, `u64` → 4 KiB in a `Vec`, 256 keys",
        threads: &[1],
        build: || throughput(all::pages(), Keys::same(numbers(256), LENGTH)),
    },
    Case {
        name: "zipf",
        about: "Zipf's law (s = 0.9), 100,000 keys, room for 10,000, `u64` → `u64`",
        threads: &[1, 2],
        build: || throughput(all::zipf(), keys::zipf(100_000, 0.9, 10_000, LONG)),
    },
    Case {
        name: "miss",
        about: "misses only, room for 1,000, `u64` → `u64`",
        threads: &[1, 2],
        build: || throughput(all::miss(), keys::fresh(1_000, LONG)),
    },
];

/// The contenders of a case, ready to be called.
pub struct Contest {
    pub runners: Vec<Runner<'static>>,
    warm: Vec<Box<dyn Fn(usize) + Sync>>,
}

impl Contest {
    /// Brings everything into the caches that can be there, for thread 0 or 1.
    pub fn warm(&self, thread: usize) {
        for warm in &self.warm {
            warm(thread);
        }
    }

    /// Only the contenders that `keep` names.
    pub fn only(self, keep: impl Fn(&str) -> bool) -> Self {
        let both = self.runners.into_iter().zip(self.warm);
        let (runners, warm) = both.filter(|(runner, _)| keep(runner.name)).unzip();
        Self { runners, warm }
    }
}

/// memokit with its bounds and all others.
fn hot() -> Vec<Peer<u64>> {
    protected(all::floors().into_iter().chain(all::hot()))
}

fn large() -> Vec<Peer<u64>> {
    protected(all::floors().into_iter().take(1).chain(all::large()))
}

fn protected(peers: impl Iterator<Item = Peer<u64>>) -> Vec<Peer<u64>> {
    peers.filter(|peer| peer.name != "memokit_bare").collect()
}

/// Those without bounds; here memokit is the bare one, with the other beside it.
fn bare(peers: Vec<Peer<u64>>) -> Vec<Peer<u64>> {
    let renamed = peers.into_iter().filter_map(|peer| {
        let name = match peer.name {
            "memokit_bare" => "memokit",
            "memokit" => "memokit_protected",
            "cached" | "dashmap" | "dashmap_foldhash" | "papaya" | "tls_hashbrown" => peer.name,
            _ => return None,
        };
        Some(Peer { name, ..peer })
    });
    renamed.collect()
}

/// Texts of 24 bytes.
fn texts() -> Keys<&'static str> {
    let text = |number: u64| -> &'static str { format!("user:{number:011}:profile").leak() };
    let all: Vec<_> = (0..1000).map(|number| text(number * 7919)).collect();
    debug_assert!(all.iter().all(|text| text.len() == 24));
    Keys::same(all, LENGTH)
}

/// Calls that do not wait for each other.
fn throughput<K: Copy + Send + Sync + 'static>(peers: Vec<Peer<K>>, keys: Keys<K>) -> Contest {
    contest(peers, keys, |call, keys| {
        let mut sum = 0_u64;
        for key in keys {
            sum = sum.wrapping_add(call(*key));
        }
        black_box(sum);
    })
}

/// Each key depends on the previous result, in a way that the compiler cannot see through.
fn latency(peers: Vec<Peer<u64>>, keys: Keys<u64>) -> Contest {
    contest(peers, keys, |call, keys| {
        let nothing = black_box(0_u64);
        let mut result = 0_u64;
        for key in keys {
            result = call(*key ^ (result & nothing));
        }
        black_box(result);
    })
}

/// Calls a function with one key after the other.
type Calling<K> = fn(fn(K) -> u64, &[K]);

fn contest<K: Copy + Send + Sync + 'static>(
    peers: Vec<Peer<K>>,
    keys: Keys<K>,
    calls: Calling<K>,
) -> Contest {
    let keys = Arc::new(keys);
    let mut contest = Contest {
        runners: Vec::new(),
        warm: Vec::new(),
    };
    for Peer { name, call } in peers {
        let sequences = Arc::clone(&keys);
        contest.runners.push(Runner {
            name,
            entries: sequences.entries,
            run: Box::new(move |thread, window| {
                for keys in windows(&sequences.sequences[thread], window) {
                    calls(black_box(call), keys);
                }
            }),
        });
        let keys = Arc::clone(&keys);
        contest
            .warm
            .push(Box::new(move |_| calls(call, &keys.warm)));
    }
    contest
}

/// The keys from there on; after the last one comes the first one.
fn windows<K>(keys: &[K], Calls { start, count }: Calls) -> impl Iterator<Item = &[K]> {
    let mut start = start % keys.len();
    let mut left = count;
    std::iter::from_fn(move || {
        let window = &keys[start..keys.len().min(start + left)];
        left -= window.len();
        start = 0;
        (!window.is_empty()).then_some(window)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_round() {
        let keys = [1, 2, 3];
        let taken = |start, count| -> Vec<i32> {
            let windows = windows(&keys, Calls { start, count });
            windows.flatten().copied().collect()
        };
        assert_eq!(taken(0, 2), [1, 2]);
        assert_eq!(taken(4, 5), [2, 3, 1, 2, 3]);
        assert_eq!(taken(2, 0), [0; 0]);
    }

    #[test]
    fn names_are_unique() {
        let unique = |mut names: Vec<&str>| {
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            names.len() == count
        };
        assert!(unique(CASES.iter().map(|case| case.name).collect()));
        for case in CASES {
            let runners = (case.build)().runners;
            assert!(unique(runners.iter().map(|runner| runner.name).collect()));
        }
    }
}
