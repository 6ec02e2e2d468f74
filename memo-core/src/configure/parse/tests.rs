use std::time::Duration;

use proptest::prelude::*;

use super::*;

fn good(text: &str) -> Vec<Rule> {
    let (rules, faults) = rules(text);
    assert_eq!(faults, [], "{text}");
    rules
}

/// The only fault.
fn fault(text: &str) -> String {
    let (_, faults) = rules(text);
    assert_eq!(faults.len(), 1, "{text}: {faults:?}");
    faults[0].to_string()
}

#[test]
fn rules_and_settings() {
    let rules =
        good(" sensors::calibration = maxsize=5_000, ttl=10m ; geo::*=maxsize=none,ttl=none;");
    let expected = [
        Rule {
            pattern: "sensors::calibration".to_owned(),
            changes: vec![
                Change::Maxsize(Some(5_000)),
                Change::Ttl(Some(Duration::from_secs(600))),
            ],
        },
        Rule {
            pattern: "geo::*".to_owned(),
            changes: vec![Change::Maxsize(None), Change::Ttl(None)],
        },
    ];
    assert_eq!(rules, expected);
    assert_eq!(good("a=enabled=false")[0].changes, [Change::Enabled(false)]);
    assert_eq!(good(""), []);
    assert_eq!(good(" ;; "), []);
}

#[test]
fn the_later_of_two_values_holds() {
    let rules = good("a=maxsize=1,ttl=1s,maxsize=2");
    let second = Duration::from_secs(1);
    assert_eq!(
        rules[0].changes,
        [Change::Ttl(Some(second)), Change::Maxsize(Some(2))]
    );
}

#[test]
fn mistakes_name_their_part_and_show_what_to_write() {
    for (text, part, what) in [
        ("geo", "`geo`", "a setting follows"),
        ("=maxsize=1", "`=maxsize=1`", "name of a cache is missing"),
        ("maxsize=1", "`1`", "a setting is `name=value`"),
        ("geo:maxsize=1", "`1`", "between a cache and its settings"),
        ("a=maxsize=-1", "`maxsize=-1`", "number of entries"),
        ("a=maxsize=", "`maxsize=`", "number of entries"),
        (
            "a=maxsize=99999999999999999999",
            "`maxsize=99999999999999999999`",
            "counted",
        ),
        ("a=ttl=0", "`ttl=0`", "more than zero"),
        ("a=ttl=5 apples", "`ttl=5 apples`", "unknown unit `apples`"),
        ("a=enabled=maybe", "`enabled=maybe`", "`true` or `false`"),
        ("a=policy=sieve", "`policy=sieve`", "`policy` is no setting"),
        ("a=maxsize=1,b=ttl=1s", "`b=ttl=1s`", "`;` goes before it"),
    ] {
        let fault = fault(text);
        assert!(fault.starts_with(part), "{text}: {fault}");
        assert!(fault.contains(what), "{text}: {fault}");
        assert!(
            fault.ends_with(&format!("write for example {EXAMPLE}")),
            "{text}: {fault}"
        );
    }
}

#[test]
fn what_is_right_is_read_beside_what_is_wrong() {
    let (rules, faults) = rules("a=maxsize=1,ttl=x;b;c=ttl=1s");
    assert_eq!(faults.len(), 2);
    let names: Vec<_> = rules.iter().map(|rule| &*rule.pattern).collect();
    assert_eq!(names, ["a", "c"]);
    assert_eq!(rules[0].changes, [Change::Maxsize(Some(1))]);
}

#[test]
fn the_example_is_right() {
    assert_eq!(good(EXAMPLE.trim_matches('`')).len(), 2);
}

proptest! {
    #[test]
    fn any_text_is_rules_and_faults(text in any::<String>()) {
        let (_, faults) = rules(&text);
        for fault in faults {
            prop_assert!(!fault.to_string().contains(char::is_control));
        }
    }

    /// Close to what is right, where most branches are.
    #[test]
    fn any_text_of_such_pieces_too(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("="), Just(";"), Just(","), Just("maxsize"), Just("ttl"), Just("enabled"),
                Just("none"), Just("true"), Just("1"), Just("9999999999999999999999"), Just("."),
                Just("_"), Just("m"), Just("ns"), Just("µ"), Just("*"), Just("\u{7}"), Just(" "),
            ],
            0..24,
        )
    ) {
        let text = pieces.concat();
        let (rules, faults) = rules(&text);
        prop_assert!(rules.iter().all(|rule| !rule.pattern.is_empty() && !rule.changes.is_empty()));
        for fault in faults {
            prop_assert!(!fault.to_string().contains(char::is_control));
        }
    }
}
