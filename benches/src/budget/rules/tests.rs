use super::super::load::Item;
use super::*;

/// Functions with items of 100 bytes, which cost so much each.
fn load(costs: &[u64], calls: Vec<u32>, room_for: u64) -> (Load, Vec<u64>) {
    let items = costs.iter().enumerate().flat_map(|(function, cost)| {
        let item = Item {
            function: function as u32,
            cost: *cost,
            heap: 0,
        };
        vec![item; ITEMS]
    });
    let items: Vec<_> = items.collect();
    let bytes = vec![100; items.len()];
    let load = Load {
        functions: costs.len(),
        items,
        calls,
        budget: 100 * room_for,
    };
    (load, bytes)
}

/// Of each function.
const ITEMS: usize = 1_000;

fn paid(name: &str, (load, bytes): &(Load, Vec<u64>)) -> Paid {
    let rule = RULES.iter().find(|rule| rule.name == name).unwrap();
    rule.paid(&Task { load, bytes })
}

/// Rounds over the first items of each function, in turns.
fn rounds(count: usize, items: &[u32]) -> Vec<u32> {
    let most = items.iter().copied().max().unwrap_or(0);
    let one = |n: u32| {
        let functions = items.iter().zip(0_u32..);
        let asked = functions.filter(move |(items, _)| **items > 0);
        asked.map(move |(items, function)| function * ITEMS as u32 + n % items)
    };
    (0..count).flat_map(|_| (0..most).flat_map(one)).collect()
}

#[test]
fn one_order_of_use_is_lru() {
    // Room for two: the third call for 1 finds it gone, the second for 3 does not.
    let load = load(&[7], vec![1, 2, 1, 3, 2, 1, 1], 2);
    let expected = Paid {
        nanos: 5 * 7,
        misses: 5,
    };
    assert_eq!(paid(GLOBAL_LRU, &load), expected);
    assert_eq!(paid(EQUAL_SPLIT, &load), expected);
}

#[test]
fn parts_are_equal_and_apart() {
    // Of two functions with room for 10 each, one asks for 10 and the other for all that it has.
    let load = load(&[1, 1], rounds(10, &[10, 1_000]), 20);
    let misses = 10 + 10 * 1_000;
    assert_eq!(paid(EQUAL_SPLIT, &load).misses, misses);
    // Among all, the flood drives out what comes back after more than 20 others.
    let load = self::load(&[1, 1], rounds(10, &[40, 1_000]), 20);
    assert_eq!(paid(GLOBAL_LRU, &load).misses, 2 * 10 * 1_000);
}

#[test]
fn room_moves_to_marginal_hits() {
    // One function uses 300 items over and over, the other one item: an equal split is too small for the
    // first, and loops are never found in part. With 400 of 512 entries it finds all.
    let calls = rounds(400, &[300, 1]);
    let load = load(&[1, 1], calls, 512);
    assert!(paid(EQUAL_SPLIT, &load).misses > 300 * 400);
    // In a loop without hits there are none at the margin: at random there are.
    let mut random = crate::budget::random::Random::new(1);
    let calls = (0..400_000).map(|_| random.below(600) as u32).collect();
    let load = self::load(&[1, 1], calls, 512);
    let (split, moved) = (paid(EQUAL_SPLIT, &load), paid(MARGINAL_HITS, &load));
    assert!(5 * moved.misses < 2 * split.misses, "{split:?} {moved:?}");
}

#[test]
fn the_gradient_counts_time() {
    // Both need more than half; what the second loses costs a hundred times as much.
    let mut random = crate::budget::random::Random::new(1);
    let mut call = |_| (random.below(2) * ITEMS + random.below(500)) as u32;
    let load = load(&[1, 100], (0..400_000).map(&mut call).collect(), 512);
    let by_time = paid(TIME_GRADIENT, &load);
    let by_hits = paid(MARGINAL_HITS, &load);
    assert!(3 * by_time.nanos < by_hits.nanos, "{by_time:?} {by_hits:?}");
}

#[test]
fn nobody_finds_what_was_never_asked_for() {
    let load = load(&[1, 2, 3], rounds(3, &[7, 7, 7]), 1_000_000);
    for rule in RULES.iter().filter(|rule| rule.name != OURS) {
        let expected = Paid {
            nanos: 7 * (1 + 2 + 3),
            misses: 21,
        };
        assert_eq!(paid(rule.name, &load), expected, "{}", rule.name);
    }
}
