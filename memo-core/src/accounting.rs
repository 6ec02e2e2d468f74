//! What an entry holds in memory, beside its node.

use std::any::{Any, TypeId};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::OsString;
use std::mem::needs_drop;
use std::path::PathBuf;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use crate::alloc::{self, Rounding};
use crate::protection::Protection;

/// Makes a value, and says how many bytes it has on the heap, as far as that is known.
///
/// With the tracking allocator installed it is what this thread has allocated meanwhile and not given
/// back, so it is exact for whatever type a clone is of. Without it, it is known of texts and of lists
/// of plain numbers. A cache that measures nothing has 0.
#[inline]
pub(crate) fn measured<P: Protection, T: 'static>(make: impl FnOnce() -> T) -> (T, u64) {
    if !(P::MEASURES && needs_drop::<T>()) {
        // Nothing hangs on it, or nobody asks.
        return (make(), 0);
    }
    if !alloc::is_tracking() {
        let value = make();
        let heap = heap_of(&value);
        return (value, heap);
    }
    let before = alloc::thread_allocated();
    let value = make();
    let heap = alloc::thread_allocated().wrapping_sub(before);
    (value, u64::try_from(heap).unwrap_or(0))
}

/// The same of a value that is there already, if it is of one of the types that are known here; else 0.
#[inline]
pub(crate) fn measured_of<P: Protection, T: 'static>(value: &T) -> u64 {
    if P::MEASURES { heap_of(value) } else { 0 }
}

#[inline]
fn heap_of<T: 'static>(value: &T) -> u64 {
    if needs_drop::<T>() {
        heap_of_any(value)
    } else {
        0
    }
}

type Measure = fn(&dyn Any) -> u64;

/// Compiled once, not for each type.
#[inline(never)]
fn heap_of_any(value: &dyn Any) -> u64 {
    static KNOWN: LazyLock<HashMap<TypeId, Measure, FixedState>> = LazyLock::new(known);
    let measure = KNOWN.get(&value.type_id());
    measure.map_or(0, |measure| measure(value))
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
        Vec<String> => |texts: &Vec<String>| {
            let list = block(texts.capacity() * size_of::<String>());
            texts.iter().fold(list, |sum, text| sum.saturating_add(block(text.capacity())))
        };
    }
    known
}

fn of<T: 'static>(value: &dyn Any, bytes: fn(&T) -> u64) -> u64 {
    value.downcast_ref().map_or(0, bytes)
}

/// What the allocator takes for a block of this size; an empty one is none.
fn block(size: usize) -> u64 {
    if size == 0 {
        return 0;
    }
    Rounding::SYSTEM.bytes_for(size) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }

    #[test]
    fn others_are_not() {
        struct Unknown(#[allow(dead_code, reason = "what is on the heap")] String);
        assert_eq!(heap_of(&Unknown("x".repeat(100))), 0);
        assert_eq!(heap_of(&std::sync::Arc::new("x".repeat(100))), 0);
        assert_eq!(heap_of(&7_u64), 0);
    }
}
