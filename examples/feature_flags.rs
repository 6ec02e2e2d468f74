//! Feature flags: whoever asks after a switch has returned gets what it has set.
//!
//! Whether a user sees a feature depends on switches of the user, of the user's tenant and of a segment of
//! all users. Threads ask for it all the time while these are switched, a hundred times a second; each
//! answer is compared with what was promised before it was asked for. With a time to live alone many
//! answers are outdated; where each switch says what it invalidates, the program fails at the first.
//!
//! ```sh
//! cargo run --release --example feature_flags
//! ```

#![allow(
    clippy::disallowed_methods,
    reason = "an example measures real time with `Instant::now`"
)]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use memokit::{CacheInfo, invalidates, memoize};

const READERS: usize = 3;
/// How long switches are changed.
const TIME: Duration = Duration::from_millis(1_500);
/// Between two changes.
const PAUSE: Duration = Duration::from_millis(5);
/// What the database takes for an answer; switches may change meanwhile.
const QUERY: Duration = Duration::from_micros(200);

/// A switch in the database.
struct Switch {
    /// How often it was changed; it is on if that is odd.
    stored: AtomicU64,
    /// The same when a change last returned: no answer from then on may be older.
    promised: AtomicU64,
}

static TENANTS: [Switch; 10] = [const { Switch::new() }; 10];
static SEGMENTS: [Switch; 3] = [const { Switch::new() }; 3];
static USERS: [Switch; 50] = [const { Switch::new() }; 50];

impl Switch {
    const fn new() -> Self {
        Self {
            stored: AtomicU64::new(0),
            promised: AtomicU64::new(0),
        }
    }

    fn change(&self) -> u64 {
        1 + self.stored.fetch_add(1, Ordering::SeqCst)
    }
}

#[derive(Debug, PartialEq)]
struct NoSuchSwitch;

/// The switches that decide for a user, by how often each was changed.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Decision {
    tenant: u64,
    segment: u64,
    user: u64,
}

impl Decision {
    /// For the user with this number, by one side of all switches.
    fn by(side: fn(&Switch) -> &AtomicU64, user: usize) -> Self {
        let count = |switch| side(switch).load(Ordering::SeqCst);
        Self {
            tenant: count(&TENANTS[user % TENANTS.len()]),
            segment: count(&SEGMENTS[user % SEGMENTS.len()]),
            user: count(&USERS[user]),
        }
    }

    fn is_older_than(self, other: Self) -> bool {
        self.tenant < other.tenant || self.segment < other.segment || self.user < other.user
    }

    /// Whether the user sees the feature: each switch that is on turns that around.
    fn is_on(self) -> bool {
        (self.tenant + self.segment + self.user) % 2 == 1
    }
}

fn name_of(user: usize) -> String {
    format!("tenant-{}:user-{user}", user % TENANTS.len())
}

fn number_in(name: &str) -> usize {
    let number = name.rsplit('-').next().and_then(|text| text.parse().ok());
    number.expect("a name ends with a number")
}

/// A look into the database.
fn query(user: usize) -> Decision {
    let decision = Decision::by(|switch| &switch.stored, user);
    thread::park_timeout(QUERY);
    decision
}

#[memoize(maxsize = 1_000, ttl = "50ms")]
fn with_ttl_alone(name: &str) -> Decision {
    query(number_in(name))
}

/// Users who do not come for a while are forgotten.
#[memoize(maxsize = 1_000, ttl = "10m", tti = "500ms")]
fn decision(name: &str) -> Decision {
    let user = number_in(name);
    memokit::tag(format!("segment-{}", user % SEGMENTS.len()));
    query(user)
}

#[invalidates(decision(name))]
fn switch_user(name: &str) -> Result<u64, NoSuchSwitch> {
    let switch = USERS.get(number_in(name));
    switch.map(Switch::change).ok_or(NoSuchSwitch)
}

#[invalidates(matching(decision, format!("tenant-{tenant}:*")))]
fn switch_tenant(tenant: usize) -> Result<u64, NoSuchSwitch> {
    TENANTS.get(tenant).map(Switch::change).ok_or(NoSuchSwitch)
}

#[invalidates(tag = format!("segment-{segment}"))]
fn switch_segment(segment: usize) -> Result<u64, NoSuchSwitch> {
    SEGMENTS
        .get(segment)
        .map(Switch::change)
        .ok_or(NoSuchSwitch)
}

/// Changes switches of all kinds in turn until the time is over; how many.
fn operate() -> usize {
    let end = Instant::now() + TIME;
    let mut changes = 0;
    while Instant::now() < end {
        let number = changes / 3;
        let (switch, count) = match changes % 3 {
            0 => {
                let user = number % USERS.len();
                (&USERS[user], switch_user(&name_of(user)))
            }
            1 => {
                let tenant = number % TENANTS.len();
                (&TENANTS[tenant], switch_tenant(tenant))
            }
            _ => {
                let segment = number % SEGMENTS.len();
                (&SEGMENTS[segment], switch_segment(segment))
            }
        };
        let count = count.expect("there is such a switch");
        switch.promised.store(count, Ordering::SeqCst);
        changes += 1;
        thread::park_timeout(PAUSE);
    }
    changes
}

/// What readers have seen.
#[derive(Default)]
struct Seen {
    answers: usize,
    outdated: usize,
}

fn ask(function: fn(&str) -> Decision, reader: usize, is_over: &AtomicBool) -> Seen {
    let names: Vec<String> = (0..USERS.len()).map(name_of).collect();
    let mut seen = Seen::default();
    while !is_over.load(Ordering::Relaxed) {
        let user = (reader * 17 + seen.answers) % USERS.len();
        let promised = Decision::by(|switch| &switch.promised, user);
        let answer = function(&names[user]);
        seen.answers += 1;
        seen.outdated += usize::from(answer.is_older_than(promised));
    }
    seen
}

/// Readers, while switches change.
fn run(function: fn(&str) -> Decision, what: &str) -> Seen {
    let is_over = &AtomicBool::new(false);
    thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS)
            .map(|reader| scope.spawn(move || ask(function, reader, is_over)))
            .collect();
        let changes = operate();
        is_over.store(true, Ordering::Relaxed);
        let mut all = Seen::default();
        for reader in readers {
            let seen = reader.join().expect("no panic");
            all.answers += seen.answers;
            all.outdated += seen.outdated;
        }
        println!(
            "{what:<14} {changes} switches, {} answers, {} of them outdated",
            all.answers, all.outdated
        );
        all
    })
}

/// A switch that fails makes nothing stale, and settings can change while the program runs.
fn operate_by_hand() {
    let names: Vec<String> = (0..USERS.len()).map(name_of).collect();
    decision::warm(names);
    assert_eq!(switch_tenant(99), Err(NoSuchSwitch));
    assert_eq!(decision::cache_info().currsize, USERS.len());

    let (name, tenant) = ("tenant-7:user-47", 7);
    let before = decision(name).is_on();
    switch_tenant(tenant).expect("there is such a tenant");
    assert!(!decision::contains(name) && decision::contains("tenant-8:user-48"));
    assert_eq!(decision(name).is_on(), !before);
    let removed = memokit::invalidate_matching("feature_flags::*", "tenant-8:*");
    println!("tenant-8:* removes {removed} of {} users", USERS.len());
    assert_eq!(removed, USERS.len() / TENANTS.len());

    memokit::configure("feature_flags::decision=maxsize=20,ttl=5m").expect("known settings");
    let info = decision::cache_info();
    println!("configured: {info}");
    assert_eq!((info.maxsize, info.currsize), (Some(20), 20));
}

/// Asks for one user until the others are forgotten, though nobody has asked for anything of theirs.
fn forget_the_idle() -> CacheInfo {
    let start = Instant::now();
    while decision::cache_info().currsize > 1 {
        assert!(start.elapsed() < Duration::from_secs(10), "they stay");
        decision("tenant-9:user-49");
        thread::park_timeout(PAUSE);
    }
    println!("idle users are forgotten after {:.2?}", start.elapsed());
    assert!(decision::contains("tenant-9:user-49"));
    decision::cache_info()
}

fn main() {
    run(with_ttl_alone, "ttl alone");
    let seen = run(decision, "#[invalidates]");
    assert_eq!(seen.outdated, 0, "a switch had returned, and was not seen");
    operate_by_hand();
    let info = forget_the_idle();
    assert!(info.expirations() > 0);
    println!("\n{}", memokit::report());
}
