//! Types of which is known what they have on the heap.

use std::any::{Any, TypeId};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use foldhash::fast::FixedState;

use crate::alloc::Rounding;

type Measure = fn(&dyn Any) -> u64;

/// The bytes on the heap, if the type is known. Compiled once, not for each type.
#[inline(never)]
pub(super) fn heap_of(value: &dyn Any) -> Option<u64> {
    static KNOWN: LazyLock<HashMap<TypeId, Measure, FixedState>> = LazyLock::new(known);
    let measure = KNOWN.get(&value.type_id())?;
    Some(measure(value))
}

/// The types that are known, alone, in an `Option`, and as the key of a function with one argument.
#[allow(clippy::borrowed_box, reason = "what is there is a box")]
fn known() -> HashMap<TypeId, Measure, FixedState> {
    let mut known: HashMap<TypeId, Measure, FixedState> = HashMap::default();
    macro_rules! add {
        ($($type:ty => $bytes:expr;)*) => {
            $(
                known.insert(TypeId::of::<$type>(), |value| of(value, $bytes));
                known.insert(TypeId::of::<Option<$type>>(), |value| {
                    of(value, |value: &Option<$type>| {
                        let bytes: fn(&$type) -> u64 = $bytes;
                        value.as_ref().map_or(0, bytes)
                    })
                });
                known.insert(TypeId::of::<($type,)>(), |value| {
                    of(value, |(value,): &($type,)| {
                        let bytes: fn(&$type) -> u64 = $bytes;
                        bytes(value)
                    })
                });
            )*
        };
    }
    macro_rules! lists {
        ($($item:ty)*) => {
            add! {
                $(
                    Vec<$item> => |list: &Vec<$item>| block(list.capacity() * size_of::<$item>());
                    Box<[$item]> => |list: &Box<[$item]>| block(size_of_val(&**list));
                )*
            }
        };
    }
    macro_rules! more_lists {
        ($($item:ty)*) => {
            add! {
                $(
                    Vec<Vec<$item>> => |lists: &Vec<Vec<$item>>| {
                        list_of(lists, |list| list.capacity() * size_of::<$item>())
                    };
                    Arc<[$item]> => |list: &Arc<[$item]>| unless_shared(list, 0);
                    Arc<Vec<$item>> => |list: &Arc<Vec<$item>>| {
                        unless_shared(list, block(list.capacity() * size_of::<$item>()))
                    };
                )*
            }
        };
    }
    more_lists! { u8 u32 i32 u64 i64 usize f32 f64 }
    lists! { u8 i8 u16 i16 u32 i32 u64 i64 u128 i128 usize isize f32 f64 char bool }
    add! {
        String => |text: &String| block(text.capacity());
        Box<str> => |text: &Box<str>| block(text.len());
        Cow<'static, str> => |text: &Cow<'static, str>| match text {
            Cow::Borrowed(_) => 0,
            Cow::Owned(text) => block(text.capacity()),
        };
        PathBuf => |path: &PathBuf| block(path.capacity());
        OsString => |text: &OsString| block(text.capacity());
        Arc<str> => |text: &Arc<str>| unless_shared(text, 0);
        Arc<String> => |text: &Arc<String>| unless_shared(text, block(text.capacity()));
        Vec<String> => |texts: &Vec<String>| list_of(texts, String::capacity);
    }
    known
}

fn of<T: 'static>(value: &dyn Any, bytes: fn(&T) -> u64) -> u64 {
    value.downcast_ref().map_or(0, bytes)
}

/// A list of values that have one block each.
fn list_of<T>(list: &Vec<T>, size: impl Fn(&T) -> usize) -> u64 {
    let own = block(list.capacity() * size_of::<T>());
    let blocks = list.iter().map(|value| block(size(value)));
    blocks.fold(own, u64::saturating_add)
}

/// What an `Arc` points to, with what that has on the heap; nothing if others than the cache hold it.
fn unless_shared<T: ?Sized>(value: &Arc<T>, beyond: u64) -> u64 {
    /// The cache, and the caller whose result is being stored.
    const HOLDERS: usize = 2;
    /// The counts in front of the value.
    const COUNTS: usize = 2 * size_of::<usize>();
    if Arc::strong_count(value) > HOLDERS {
        return 0;
    }
    block(COUNTS + size_of_val(&**value)).saturating_add(beyond)
}

/// What the allocator takes for a block of this size; an empty one is none.
pub(super) fn block(size: usize) -> u64 {
    if size == 0 {
        return 0;
    }
    Rounding::SYSTEM.bytes_for(size) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounting::{self, Heap, SizeSource};

    fn heap_of<T: 'static>(value: &T) -> u64 {
        let heap = accounting::heap_of(value);
        assert_eq!(heap.source, SizeSource::Known);
        heap.bytes
    }

    #[test]
    fn texts_and_lists_are_known() {
        for size in [100, 5_000] {
            let expected = block(size);
            assert!(expected >= size as u64);
            assert_eq!(heap_of(&"x".repeat(size)), expected);
            assert_eq!(heap_of(&Some("x".repeat(size))), expected);
            assert_eq!(heap_of(&("x".repeat(size),)), expected);
            assert_eq!(heap_of(&vec![1_u8; size]), expected);
            assert_eq!(heap_of(&vec![1_f64; size]), block(8 * size));
            assert_eq!(
                heap_of(&vec![1_i32; size].into_boxed_slice()),
                block(4 * size)
            );
            assert_eq!(heap_of(&PathBuf::from("x".repeat(size))), expected);
            assert_eq!(heap_of(&Cow::<str>::Owned("x".repeat(size))), expected);
        }
        assert_eq!(heap_of(&String::new()), 0);
        assert_eq!(heap_of(&Cow::Borrowed("text")), 0);
        assert_eq!(heap_of(&None::<String>), 0);
        let texts = vec!["x".repeat(100), String::new()];
        assert_eq!(heap_of(&texts), block(48) + block(100));
        let lists = vec![vec![1_u32; 100], Vec::new()];
        assert_eq!(heap_of(&lists), block(48) + block(400));
    }

    #[test]
    fn what_is_shared_with_others_is_theirs() {
        let text: Arc<str> = "x".repeat(1_000).into();
        let (returned, stored) = (Arc::clone(&text), text);
        assert_eq!(heap_of(&stored), block(1_016));
        let elsewhere = Arc::clone(&stored);
        assert_eq!(heap_of(&stored), 0);
        drop((returned, elsewhere));
        let list = Arc::new(vec![1_u64; 100]);
        assert_eq!(heap_of(&Some(list)), block(16 + 24) + block(800));
    }

    #[test]
    fn others_are_not() {
        struct Unknown(#[allow(dead_code, reason = "what is on the heap")] String);
        let shallow = Heap::new(0, SizeSource::Shallow);
        assert_eq!(accounting::heap_of(&Unknown("x".repeat(100))), shallow);
        assert_eq!(accounting::heap_of(&Arc::new(vec![Some(1)])), shallow);
        assert_eq!(heap_of(&7_u64), 0);
    }
}
