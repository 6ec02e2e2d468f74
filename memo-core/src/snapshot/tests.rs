use std::time::Duration;

use super::codec::{self, Codec};
use super::format::{self, Identity, Kind, Writer};
use super::probe::{ByHand, StoredOutcome};
use super::{bounded, load_from, shape};
use crate::cache::Cache;
use crate::clock::{nanos, wall_now};
use crate::engine::Restored;
use crate::outcome::{Never, Whole};

fn restored(left: Option<Duration>) -> Restored {
    Restored {
        age: 1_000,
        left: left.map(nanos),
        cost: 12_345,
        bytes: 64,
    }
}

fn codec<K, V>() -> Codec
where
    K: std::hash::Hash + Eq + serde::Serialize + for<'de> serde::Deserialize<'de> + 'static,
    V: Clone + serde::Serialize + for<'de> serde::Deserialize<'de> + 'static,
{
    codec::of::<ByHand<K>, StoredOutcome<Whole<V, Never>>>().expect("both can be written")
}

fn identity(name: &str, codec: Codec) -> Identity {
    Identity {
        name: name.to_owned(),
        path: String::new(),
        key_type: codec.key_type.to_owned(),
        value_type: codec.value_type.to_owned(),
        code_version: 0,
    }
}

/// A snapshot with one section, whose checksums are right whatever is in it.
fn file(saved_at: u64, identity: &Identity, count: u64, entries: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut writer = Writer::start(&mut file, saved_at).expect("memory takes it");
    writer.section(identity).expect("memory takes it");
    writer
        .block(Kind::Entries, entries)
        .expect("memory takes it");
    writer
        .block(Kind::Close, &count.to_le_bytes())
        .expect("memory takes it");
    writer.end(1).expect("memory takes it");
    file
}

fn entry<K: serde::Serialize, V: serde::Serialize>(
    block: &mut Vec<u8>,
    restored: Restored,
    key: &K,
    value: &V,
) {
    let content = postcard::to_allocvec(&(key, value)).expect("it can be written");
    let shape = |of: Option<u64>| of.expect("it has a shape");
    let shape = shape(shape::of(key)).rotate_left(32) ^ shape(shape::of(value));
    format::put_entry(block, restored, shape, &content);
}

/// As it was in the year of the format.
const THEN: u64 = 1_750_000_000_000_000_000;

fn golden() -> Vec<u8> {
    let mut file = Vec::new();
    let mut writer = Writer::start(&mut file, THEN).expect("memory takes it");
    let numbers = identity("numbers", codec::<u32, i64>());
    let pairs = identity("pairs", codec::<(u8, bool), Option<u128>>());
    let mut blocks = [Vec::new(), Vec::new()];
    entry(&mut blocks[0], restored(None), &1_u32, &300_i64);
    entry(&mut blocks[0], restored(None), &2_u32, &-5_i64);
    entry(
        &mut blocks[1],
        restored(None),
        &(1_u8, true),
        &Some(1_u128 << 100),
    );
    entry(
        &mut blocks[1],
        restored(None),
        &(2_u8, false),
        &None::<u128>,
    );
    let over = restored(Some(Duration::from_secs(1)));
    entry(&mut blocks[1], over, &(3_u8, true), &Some(7_u128));
    for (identity, block, count) in [(numbers, &blocks[0], 2_u64), (pairs, &blocks[1], 3)] {
        writer.section(&identity).expect("memory takes it");
        writer.block(Kind::Entries, block).expect("memory takes it");
        writer
            .block(Kind::Close, &count.to_le_bytes())
            .expect("memory takes it");
    }
    writer.end(2).expect("memory takes it");
    file
}

#[test]
fn the_format_is_that_of_the_golden_file() {
    const PATH: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/golden/snapshot-1.bin"
    );
    if std::env::var_os("MEMOKIT_WRITE_GOLDEN").is_some() {
        std::fs::write(PATH, golden()).expect("it can be written");
    }
    let frozen = std::fs::read(PATH).expect("it is part of the repository");
    assert_eq!(golden(), frozen);
}

#[test]
fn time_passes_between_saving_and_loading() {
    let name = "snapshot::tests::time";
    let identity = identity(name, codec::<u32, u32>());
    let mut block = Vec::new();
    for (key, seconds) in [(1_u32, 100), (2, 5_000), (3, 3_599)] {
        entry(
            &mut block,
            restored(Some(Duration::from_secs(seconds))),
            &key,
            &key,
        );
    }
    let an_hour_ago = wall_now() - nanos(Duration::from_secs(3_600));
    load_from(&file(an_hour_ago, &identity, 3, &block)[..]).expect("it is whole");
    let cache: Cache<u32, u32> = Cache::builder().name(name).snapshot().build();
    assert_eq!(cache.iter().collect::<Vec<_>>(), [(2, 2)]);
    let info = cache.entry_info(&2).expect("it lives");
    let left = info.expires_in.expect("not for ever");
    assert!(left <= Duration::from_secs(1_400) && left > Duration::from_secs(1_300));
    drop(cache);

    // A clock that was set back makes nothing live longer.
    let tomorrow = wall_now() + nanos(Duration::from_secs(86_400));
    load_from(&file(tomorrow, &identity, 3, &block)[..]).expect("it is whole");
    let cache: Cache<u32, u32> = Cache::builder().name(name).snapshot().build();
    assert_eq!(cache.len(), 3);
    let left = cache.entry_info(&1).and_then(|info| info.expires_in);
    assert!(left.is_some_and(|left| left <= Duration::from_secs(100)));
}

#[test]
fn numbers_that_lie_do_no_harm() {
    let name = "snapshot::tests::lies";
    let identity = identity(name, codec::<u32, Vec<u8>>());
    let most = Restored {
        age: u64::MAX,
        left: Some(u64::MAX - 1),
        cost: u64::MAX,
        bytes: u64::MAX,
    };
    let mut block = Vec::new();
    entry(&mut block, most, &1_u32, &vec![1_u8]);
    entry(&mut block, restored(None), &2_u32, &vec![2_u8]);
    // A vector that says that it is long.
    format::put_entry(
        &mut block,
        restored(None),
        0,
        &[3, 0xff, 0xff, 0xff, 0xff, 0x0f, 0],
    );
    let lies = file(THEN, &identity, u64::MAX, &block);
    load_from(&lies[..]).expect("it is whole");
    let build = || {
        let builder = Cache::<u32, Vec<u8>>::builder().name(name);
        builder.max_bytes(10_000).snapshot().build()
    };
    assert_eq!(build().iter().collect::<Vec<_>>(), [(2, vec![2])]);

    // Whatever an entry is, nothing panics, and blocks that end too soon are no entries.
    for bit in 0..block.len() * 8 {
        let mut other = block.clone();
        other[bit / 8] ^= 1 << (bit % 8);
        load_from(&file(THEN, &identity, 3, &other)[..]).expect("it is whole");
        assert!(build().len() <= 3);
        load_from(&file(THEN, &identity, 3, &block[..bit / 8])[..]).expect("it is whole");
        assert!(build().len() <= 2);
    }
}

#[derive(Clone, PartialEq, Debug)]
struct List(Option<Box<List>>);

impl<'de> serde::Deserialize<'de> for List {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Option::deserialize(from).map(List)
    }
}

#[test]
fn hostile_values_end_soon() {
    // A list of a million elements, inside of each other.
    assert!(bounded::read::<List>(&vec![1; 1_000_000]).is_none());
    assert!(bounded::read::<List>(&[1, 1, 0]).is_some());
    // So many elements that take no input.
    let endless = postcard::to_allocvec(&(1_u64 << 60)).expect("it can be written");
    assert!(bounded::read::<Vec<()>>(&endless).is_none());
    assert!(bounded::read::<Vec<u64>>(&endless).is_none());
    assert!(bounded::read::<String>(&endless).is_none());
    let some = postcard::to_allocvec(&vec![(); 100]).expect("it can be written");
    assert_eq!(
        bounded::read::<Vec<()>>(&some),
        Some((vec![(); 100], &[][..]))
    );
}

mod shapes {
    use serde::Serialize;
    use std::collections::HashMap;

    use super::shape;

    macro_rules! versions {
        ($($module:ident { $($item:item)* })*) => {$(
            mod $module {
                use serde::Serialize;
                $(#[derive(Serialize)] $item)*
            }
        )*};
    }

    versions! {
        one { pub(super) struct Point { pub(super) x: u32, pub(super) y: u32 } }
        swapped { pub(super) struct Point { pub(super) y: u32, pub(super) x: u32 } }
        retyped { pub(super) struct Point { pub(super) x: u32, pub(super) y: i32 } }
        renamed { pub(super) struct Point { pub(super) x: u32, pub(super) z: u32 } }
    }

    #[test]
    fn types_that_changed_have_another_shape() {
        let all = [
            shape::of(&one::Point { x: 1, y: 2 }),
            shape::of(&swapped::Point { y: 2, x: 1 }),
            shape::of(&retyped::Point { x: 1, y: 2 }),
            shape::of(&renamed::Point { x: 1, z: 2 }),
            shape::of(&(1_u32, 2_u32)),
            shape::of(&[1_u32, 2, 3]),
            shape::of(&vec![1_u32, 2]),
            shape::of(&Some(1_u32)),
            shape::of(&None::<u32>),
            shape::of(&1_u32),
            shape::of(&()),
            shape::of(""),
        ];
        for (n, one) in all.iter().enumerate() {
            assert!(one.is_some());
            assert_eq!(all.iter().position(|other| other == one), Some(n));
        }
        assert_eq!(
            shape::of(&one::Point { x: 3, y: 4 }),
            all[0],
            "whatever is in it"
        );
    }

    #[test]
    fn the_order_in_a_map_is_no_part_of_it() {
        #[derive(Serialize)]
        enum Either {
            Number(u32),
            Text(String),
        }
        let map = |n: u32| {
            let keys = (0..n).map(|key| {
                let value = if key % 2 == 0 {
                    Either::Number(key)
                } else {
                    Either::Text(key.to_string())
                };
                (key, value)
            });
            keys.collect::<HashMap<_, _>>()
        };
        // Each map has a seed of its own, and so an order.
        assert_eq!(shape::of(&map(100)), shape::of(&map(100)));
        assert_ne!(shape::of(&map(100)), shape::of(&map(101)));
    }
}
