use super::*;

/// A cache that is doing well: 10,000 calls, 9,000 hits.
fn well() -> Facts {
    let info = CacheInfo {
        hits: 9_000,
        misses: 1_000,
        maxsize: Some(10_000),
        currsize: 1_000,
        load_successes: 1_000,
        bytes: Some(80_000),
        ..CacheInfo::default()
    };
    Facts {
        info,
        scope: Scope::Global,
        ttl: None,
        max_bytes: None,
        sizes: Some(SizeSource::Known),
        is_limited: true,
        cost: Some(Duration::from_millis(1)),
        has_dropped: false,
    }
}

fn kinds(facts: &Facts) -> Vec<AdviceKind> {
    judge(facts, |_| true)
        .into_iter()
        .map(|(kind, _)| kind)
        .collect()
}

/// What is said after a change of what is well.
fn after(change: impl FnOnce(&mut Facts)) -> Vec<AdviceKind> {
    let mut facts = well();
    change(&mut facts);
    kinds(&facts)
}

#[test]
fn nothing_is_said_where_all_is_well() {
    assert_eq!(kinds(&well()), []);
}

#[test]
fn nothing_is_said_of_a_cache_with_twenty_calls() {
    let facts = Facts {
        info: CacheInfo {
            misses: 20,
            currsize: 1,
            maxsize: Some(1),
            load_successes: 20,
            removals: crate::stats::Removals {
                size: 19,
                ..Default::default()
            },
            ..CacheInfo::default()
        },
        has_dropped: false,
        scope: Scope::Global,
        ttl: Some(Duration::from_nanos(1)),
        max_bytes: None,
        sizes: Some(SizeSource::Shallow),
        is_limited: true,
        cost: Some(Duration::from_secs(1)),
    };
    assert_eq!(kinds(&facts), []);
}

#[test]
fn a_hit_rate_below_one_half_is_low() {
    let with_misses = |misses| after(|facts| facts.info.misses = misses);
    assert_eq!(with_misses(9_000), []);
    assert_eq!(with_misses(9_001), [AdviceKind::LowHitRate]);
}

#[test]
fn more_than_thirty_percent_evicted_are_many() {
    let with_evictions = |size| after(|facts| facts.info.removals.size = size);
    assert_eq!(with_evictions(300), []);
    assert_eq!(with_evictions(301), [AdviceKind::ManyEvictions]);
    let by_memory = after(|facts| facts.info.removals.memory = 301);
    assert_eq!(by_memory, [AdviceKind::ManyEvictions]);
}

#[test]
fn more_than_ninety_percent_are_full_if_something_was_evicted() {
    let with_entries = |currsize| {
        after(|facts| {
            facts.info.removals.size = 1;
            facts.info.currsize = currsize;
        })
    };
    assert_eq!(with_entries(9_000), []);
    assert_eq!(with_entries(9_001), [AdviceKind::Full]);
    assert_eq!(after(|facts| facts.info.currsize = 10_000), []);
    let with_bytes = |bytes| {
        after(|facts| {
            facts.info.removals.size = 1;
            facts.max_bytes = Some(1_000);
            facts.info.bytes = Some(bytes);
        })
    };
    assert_eq!(with_bytes(900), []);
    assert_eq!(with_bytes(901), [AdviceKind::Full]);
    let of_threads = after(|facts| {
        facts.scope = Scope::Thread;
        facts.info.removals.size = 1;
        facts.info.currsize = 10_000;
    });
    assert_eq!(of_threads, [], "each has the bound for itself");
    let no_bound = after(|facts| {
        facts.info.removals.size = 1;
        facts.info.maxsize = Some(0);
    });
    assert_eq!(no_bound, []);
}

#[test]
fn a_time_to_live_below_the_time_to_compute_is_short() {
    let with_ttl = |micros| after(|facts| facts.ttl = Some(Duration::from_micros(micros)));
    assert_eq!(with_ttl(1_000), []);
    assert_eq!(with_ttl(999), [AdviceKind::ShortTtl]);
}

#[test]
fn hits_have_to_save_more_than_all_looks_take() {
    // 9,000 hits and 1,000 misses take 182,500 ns together.
    let with_cost = |nanos| after(|facts| facts.cost = Some(Duration::from_nanos(nanos)));
    assert_eq!(with_cost(21), []);
    assert_eq!(with_cost(20), [AdviceKind::NoGain]);
    let unknown = after(|facts| facts.cost = None);
    assert_eq!(unknown, [], "the user's clock tells no costs");
}

#[test]
fn sizes_that_nobody_knows_matter_where_bytes_are_limited() {
    let with = |is_limited, sizes| {
        after(|facts| {
            facts.is_limited = is_limited;
            facts.sizes = sizes;
        })
    };
    let shallow = Some(SizeSource::Shallow);
    assert_eq!(with(true, shallow), [AdviceKind::UnknownSizes]);
    assert_eq!(with(false, shallow), []);
    assert_eq!(with(true, Some(SizeSource::Measured)), []);
    assert_eq!(with(true, None), []);
}

#[test]
fn messages_say_the_figures() {
    let mut facts = well();
    facts.info.misses = 21_000;
    facts.info.removals.size = 500;
    let messages: Vec<_> = judge(&facts, |_| true)
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    assert!(
        messages[0].starts_with("30.0 % of 30000 calls were hits"),
        "{messages:?}"
    );
    assert!(
        messages[1].starts_with("50.0 % of 1000 computed results were evicted: `maxsize = 10000`"),
        "{messages:?}"
    );
}

#[test]
fn what_is_not_wanted_is_not_said() {
    let mut facts = well();
    facts.info.misses = 21_000;
    facts.info.removals.size = 500;
    let wanted = |kind| kind == AdviceKind::ManyEvictions;
    let said = judge(&facts, wanted);
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].0, AdviceKind::ManyEvictions);
}
