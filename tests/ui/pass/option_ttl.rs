//! A time to live: text, seconds, a constant, or a closure for when the program runs.
use memokit::memoize;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);

#[memoize(ttl = "1h30m")]
fn text(n: u64) -> u64 {
    n
}

#[memoize(ttl = 300)]
fn seconds(n: u64) -> u64 {
    n
}

#[memoize(ttl = 1.5)]
fn fraction(n: u64) -> u64 {
    n
}

#[memoize(ttl = HOUR)]
fn constant(n: u64) -> u64 {
    n
}

#[memoize(ttl = Duration::from_millis(10 * 60))]
fn expression(n: u64) -> u64 {
    n
}

fn from_settings() -> Duration {
    HOUR * 2
}

#[memoize(ttl = || from_settings())]
fn computed(n: u64) -> u64 {
    n
}

fn main() {
    let ttls = [
        text::cache_parameters(),
        seconds::cache_parameters(),
        fraction::cache_parameters(),
        constant::cache_parameters(),
        expression::cache_parameters(),
        computed::cache_parameters(),
    ];
    let millis = ttls.map(|parameters| parameters.ttl.unwrap().as_millis());
    assert_eq!(
        millis,
        [5_400_000, 300_000, 1_500, 3_600_000, 600, 7_200_000]
    );
    let sum = text(1) + seconds(1) + fraction(1) + constant(1) + expression(1) + computed(1);
    assert_eq!(sum, 6);
}
