//! Which cases are run.

use std::fmt;

use crate::group::Limited;
use crate::scenario::{Kind, Scenario, Trouble};

/// What a process may use.
pub(crate) const LIMIT: u64 = 256 << 20;
/// Where values are so small that they would take long to fill more.
const LITTLE: u64 = 64 << 20;

/// A scenario under a limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) limited: Limited,
    pub(crate) scenario: Scenario,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (limited: {:?})", self.scenario, self.limited)
    }
}

/// What is run, and how often.
pub(crate) fn cases() -> Vec<(Case, u32)> {
    if std::env::var("MEMOKIT_OOM").is_ok_and(|value| value == "full") {
        full().into_iter().map(|case| (case, 10)).collect()
    } else {
        some().into_iter().map(|case| (case, 1)).collect()
    }
}

const CACHED: [Kind; 4] = [Kind::Known, Kind::Low, Kind::Zero, Kind::Unknown];

/// Values that are being made and copied take memory, too, in no cache: of 4 MiB, 16 threads may hold 128 MiB at
/// once, which leaves too little to react.
fn is_possible(threads: u64, size: usize) -> bool {
    2 * threads * (size as u64) < LIMIT / 2
}

fn full() -> Vec<Case> {
    const TOTAL: u64 = 4 << 30;
    let mut cases = Vec::new();
    for kind in CACHED {
        for threads in [2, 4, 8, 16] {
            for size in [16, 1000, 4 << 10, 64 << 10, 1 << 20, 4 << 20, 8 << 20] {
                if is_possible(threads, size) {
                    cases.push(case(kind, threads, size, TOTAL));
                }
            }
        }
        for threads in [2, 8] {
            for size in [4 << 10, 64 << 10, 1 << 20] {
                let case = case(kind, threads, size, TOTAL);
                cases.push(Case {
                    limited: Limited::Parent,
                    ..case
                });
                cases.extend(
                    [Trouble::Noise, Trouble::Lowered, Trouble::Ballast].map(|t| case.with(t)),
                );
            }
        }
    }
    cases
}

/// Each kind, number of threads, size and trouble with a few others.
fn some() -> Vec<Case> {
    const TOTAL: u64 = 1 << 30;
    let few = |kind, threads| {
        let mut case = case(kind, threads, 16, LITTLE / 4);
        case.scenario.limit = LITTLE;
        case
    };
    let inside = |case: Case| Case {
        limited: Limited::Parent,
        ..case
    };
    vec![
        few(Kind::Unknown, 2),
        case(Kind::Known, 4, 1000, TOTAL / 4),
        case(Kind::Low, 2, 4 << 10, TOTAL / 2),
        case(Kind::Zero, 8, 4 << 10, TOTAL / 2),
        case(Kind::Known, 16, 64 << 10, TOTAL),
        case(Kind::Unknown, 16, 64 << 10, TOTAL),
        case(Kind::Known, 16, 1 << 20, TOTAL),
        case(Kind::Low, 8, 1 << 20, TOTAL),
        case(Kind::Zero, 8, 1 << 20, TOTAL),
        // Not 16: one in six is killed, as `docs/eviction-and-memory.md` says.
        case(Kind::Unknown, 8, 1 << 20, TOTAL),
        case(Kind::Unknown, 4, 8 << 20, TOTAL),
        inside(case(Kind::Unknown, 4, 64 << 10, TOTAL)),
        inside(case(Kind::Low, 2, 1 << 20, TOTAL)),
        case(Kind::Known, 2, 64 << 10, TOTAL).with(Trouble::Noise),
        case(Kind::Unknown, 2, 64 << 10, TOTAL).with(Trouble::Noise),
        case(Kind::Known, 2, 64 << 10, TOTAL).with(Trouble::Lowered),
        case(Kind::Unknown, 4, 64 << 10, TOTAL).with(Trouble::Lowered),
        case(Kind::Known, 2, 64 << 10, TOTAL).with(Trouble::Ballast),
        case(Kind::Unknown, 2, 64 << 10, TOTAL).with(Trouble::Ballast),
    ]
}

fn case(kind: Kind, threads: u64, size: usize, total: u64) -> Case {
    let scenario = Scenario {
        kind,
        threads,
        size,
        total,
        limit: LIMIT,
        trouble: Trouble::None,
    };
    Case {
        limited: Limited::Own,
        scenario,
    }
}

impl Case {
    fn with(self, trouble: Trouble) -> Self {
        let scenario = Scenario {
            trouble,
            ..self.scenario
        };
        Self { scenario, ..self }
    }
}
