//! A configuration service: nobody waits for what is known, and an outage of the store stays the store's.
//!
//! The store takes 20 ms to answer. Two threads ask for the settings of a few services all the time, first
//! of a function with a time to live alone, then of one that renews its results in the background. Then the
//! store fails for a while: callers get the settings that were known last.
//!
//! The program fails when a call has waited for the store after the first one for a service, when 1 call
//! in 1,000 takes more than 1 % of the store's time, and when a caller hears of the outage.
//!
//! ```sh
//! cargo run --release --example config_service -- --seconds 6
//! ```

#![allow(
    clippy::disallowed_methods,
    reason = "an example measures real time with `Instant::now`"
)]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use memokit::{CacheInfo, memoize};

/// How long the store takes to answer, and to fail.
const ANSWER: Duration = Duration::from_millis(20);
const SERVICES: [&str; 8] = [
    "billing", "cart", "geo", "login", "mail", "orders", "search", "stock",
];
const THREADS: usize = 2;
/// Between two requests of a thread. Were it shorter, waits would be hidden by the number of the calls.
const PAUSE: Duration = Duration::from_micros(100);

static IS_DOWN: AtomicBool = AtomicBool::new(false);
/// Grows with each answer of the store.
static REVISION: AtomicU64 = AtomicU64::new(0);

#[derive(Clone, Debug, PartialEq)]
struct Settings {
    service: String,
    revision: u64,
}

/// The store gave no answer.
#[derive(Clone, Debug, PartialEq)]
struct Outage;

/// A store elsewhere: what is asked for comes over the network.
fn ask_store(service: &str) -> Result<Settings, Outage> {
    wait(ANSWER);
    if IS_DOWN.load(Ordering::Relaxed) {
        return Err(Outage);
    }
    Ok(Settings {
        service: service.to_owned(),
        revision: 1 + REVISION.fetch_add(1, Ordering::Relaxed),
    })
}

/// Twice a second somebody has to wait.
#[memoize(ttl = "500ms")]
fn with_ttl_alone(service: &str) -> Result<Settings, Outage> {
    ask_store(service)
}

/// Nobody waits; and in an outage the last answer is good for a minute more.
#[memoize(
    ttl = "500ms",
    jitter = 0.1,
    refresh_ahead = 0.6,
    stale_while_revalidate = "2s",
    stale_if_error = "1m"
)]
fn settings(service: &str) -> Result<Settings, Outage> {
    ask_store(service)
}

fn wait(time: Duration) {
    let end = Instant::now() + time;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        thread::park_timeout(left);
    }
}

/// How long calls took, the shortest first.
struct Latencies(Vec<Duration>);

impl Latencies {
    /// The time that this part of all calls did not exceed.
    fn quantile(&self, per_mille: usize) -> Duration {
        let rank = (self.0.len() * per_mille).div_ceil(1_000).max(1);
        self.0[rank - 1]
    }

    fn max(&self) -> Duration {
        self.quantile(1_000)
    }

    fn print(&self, phase: &str) {
        let share = self.quantile(999).as_secs_f64() / ANSWER.as_secs_f64();
        println!(
            "{phase:<16} {:>7} calls  p50 {:>9.2?}  p99 {:>9.2?}  p99.9 {:>9.2?}  max {:>9.2?}  p99.9 / store {:>6.2} %",
            self.0.len(),
            self.quantile(500),
            self.quantile(990),
            self.quantile(999),
            self.max(),
            100.0 * share,
        );
    }

    /// How many calls took how long, by powers of ten.
    fn print_histogram(&self) {
        let mut rest = self.0.as_slice();
        for exponent in 3_u32.. {
            let bound = Duration::from_nanos(10_u64.pow(exponent));
            let (below, above) = rest.split_at(rest.partition_point(|time| *time < bound));
            println!("  below {bound:>5.0?}: {:>7}", below.len());
            rest = above;
            if rest.is_empty() {
                return;
            }
        }
    }
}

type Function = fn(&str) -> Result<Settings, Outage>;

/// Two threads call a function for a while; each answer has to be a good one, and never older than the one before.
fn load(call: Function, time: Duration) -> Latencies {
    let end = Instant::now() + time;
    let worker = |number: usize| {
        let mut latencies = Vec::new();
        let mut newest = [0; SERVICES.len()];
        for round in number.. {
            let service = round % SERVICES.len();
            let start = Instant::now();
            if start >= end {
                break;
            }
            let answer = call(SERVICES[service]);
            latencies.push(start.elapsed());
            let settings = answer.expect("a caller does not hear of an outage");
            assert_eq!(settings.service, SERVICES[service]);
            assert!(settings.revision >= newest[service], "the newer one stays");
            newest[service] = settings.revision;
            thread::park_timeout(PAUSE);
        }
        latencies
    };
    let mut all = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|number| scope.spawn(move || worker(number)))
            .collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().expect("no panic"));
        }
        all
    });
    all.sort_unstable();
    Latencies(all)
}

/// The first call for each service waits: there is nothing yet.
fn first_calls(call: Function) {
    for service in SERVICES {
        assert!(call(service).is_ok());
    }
}

/// No call computed, or waited for a computation.
fn check(latencies: &Latencies, calls: &CacheInfo) {
    assert_eq!(
        (calls.misses, calls.coalesced),
        (0, 0),
        "calls waited for the store"
    );
    let slow = latencies.quantile(999);
    assert!(slow <= ANSWER / 100, "1 call in 1,000 took {slow:?}");
}

/// How long it takes until all services have settings from after the outage.
fn recovery() -> Duration {
    let (start, before) = (Instant::now(), REVISION.load(Ordering::Relaxed));
    let is_new = |service: &&str| settings(service).is_ok_and(|found| found.revision > before);
    while !SERVICES.iter().all(is_new) {
        assert!(start.elapsed() < Duration::from_secs(5), "it is over");
        thread::park_timeout(PAUSE);
    }
    start.elapsed()
}

/// What stands behind `--seconds`, or 6.
fn seconds() -> f64 {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--seconds");
    let given = arguments.nth(1).and_then(|number| number.parse().ok());
    given.unwrap_or(6.0)
}

fn main() {
    let phase = Duration::from_secs_f64(seconds() / 3.0);

    first_calls(with_ttl_alone);
    load(with_ttl_alone, phase).print("ttl alone");

    first_calls(settings);
    let before = settings::cache_info();
    let renewed = load(settings, phase);
    let calls = settings::cache_info().minus(&before);
    renewed.print("refresh_ahead");
    renewed.print_histogram();
    println!("  {} renewals in the background", calls.load_successes);
    assert!(calls.load_successes > 0, "too short a time for any renewal");
    check(&renewed, &calls);

    IS_DOWN.store(true, Ordering::Relaxed);
    let before = settings::cache_info();
    let outage = load(settings, phase);
    let calls = settings::cache_info().minus(&before);
    outage.print("outage");
    println!(
        "  {} attempts failed, {} calls got settings past their time",
        calls.load_failures, calls.stale
    );
    check(&outage, &calls);

    IS_DOWN.store(false, Ordering::Relaxed);
    println!("all settings are new {:.2?} after the outage", recovery());
    println!("\n{}", memokit::report());
}
