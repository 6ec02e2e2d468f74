//! "Did you mean": by distance, and by what other crates call the same thing.

/// What to answer to an option name that another cache crate has.
enum Meaning {
    /// The same under another name.
    Option(&'static str),
    /// Something to know instead.
    Advice(&'static str),
}

use Meaning::{Advice, Option as Is};

/// Names in lower case without underscores, so that `TimeToLive` and `time_to_live` are one row.
const ELSEWHERE: &[(&[&str], Meaning)] = &[
    (
        &[
            "size",
            "capacity",
            "maxcapacity",
            "maxentries",
            "limit",
            "bound",
            "maxlen",
        ],
        Is("maxsize"),
    ),
    (
        &[
            "time",
            "ttlsecs",
            "ttlmillis",
            "ttlseconds",
            "timetolive",
            "expire",
            "expiresin",
            "expiresafter",
            "expiry",
            "maxage",
            "lifetime",
            "timeout",
        ],
        Is("ttl"),
    ),
    (
        &[
            "maxmemory",
            "memory",
            "memorylimit",
            "maxweight",
            "maxsizebytes",
        ],
        Is("max_bytes"),
    ),
    (&["eviction", "evictionpolicy", "strategy"], Is("policy")),
    (&["depth", "recursionlimit"], Is("max_depth")),
    (
        &["cacheerrors", "errors", "cacheerror", "resultfallback"],
        Is("cache_err"),
    ),
    (&["cachenones", "nones"], Is("cache_none")),
    (&["convert", "cachekey", "keyby"], Is("key")),
    (&["ignore", "exclude", "without"], Is("skip")),
    (
        &["when", "condition", "onlyif", "filter", "cachewhen"],
        Is("cache_if"),
    ),
    (&["oom", "protection", "safe"], Is("oom_protection")),
    (&["tag", "groups", "group"], Is("tags")),
    (&["statistics", "metrics", "counters"], Is("stats")),
    (&["krate", "cratepath"], Is("crate")),
    (
        &["result"],
        Advice("only `Ok` is stored anyway; `cache_err = true` stores errors too"),
    ),
    (
        &["option"],
        Advice("`None` is a value and is stored; `cache_none = false` leaves it out"),
    ),
    (
        &["syncwrites", "singleflight", "sync"],
        Advice("leave it out: calls with one key at the same time always share one run"),
    ),
    (
        &["sharedcache", "shared", "global"],
        Advice("leave it out: all threads share the cache; `scope = thread` makes one for each"),
    ),
    (
        &["threadlocal", "thread", "local"],
        Advice("write `scope = thread`"),
    ),
    (
        &["unbounded", "unbound", "nolimit"],
        Advice("write `maxsize = None`"),
    ),
];

/// The end of the message about the unknown option `name`, given the names that there are.
pub(crate) fn option(name: &str, known: &[&'static str]) -> String {
    let folded: String = name
        .chars()
        .filter(|c| *c != '_')
        .collect::<String>()
        .to_lowercase();
    let elsewhere = ELSEWHERE
        .iter()
        .find(|(names, _)| names.contains(&folded.as_str()));
    match elsewhere.map(|(_, meaning)| meaning) {
        Some(Is(option)) => format!(", did you mean `{option}`?"),
        Some(Advice(advice)) => format!("; {advice}"),
        None => match closest(name, known.iter().copied()) {
            Some(option) => format!(", did you mean `{option}`?"),
            None => format!("; the options are {}", listed(known.iter().copied())),
        },
    }
}

/// The candidate that `name` is most likely a slip for.
pub(crate) fn closest<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .map(|candidate| (distance(name, candidate), candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count() / 4)
        .filter(|(distance, candidate)| *distance < candidate.chars().count())
        .map(|(_, candidate)| candidate)
}

/// Names in backticks, separated by commas.
pub(crate) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Edits from one name to the other: letters left out, added, changed, or swapped with the next.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}
