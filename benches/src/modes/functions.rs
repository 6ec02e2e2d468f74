//! The functions that are measured: kinds of entries by modes.

use std::hint::black_box;
use std::ops::Range;
use std::sync::LazyLock;

use memokit::CacheInfo;

use crate::hits::mix;

/// One kind of entries.
pub struct Shape {
    pub name: &'static str,
    pub about: &'static str,
    /// Entries of a bounded cache.
    pub room: usize,
    /// Over all entries, for one slice of hits.
    pub passes: usize,
    /// Entries of the process that tells what they take.
    pub many: usize,
    /// Runs the body alone for these keys.
    pub bodies: fn(Range<usize>),
    /// In the order of [`super::MODES`].
    pub subjects: [Subject; 3],
}

/// The function under one mode.
pub struct Subject {
    pub mode: &'static str,
    /// Calls it with these keys, one after the other.
    pub call: fn(Range<usize>),
    pub clear: fn(),
    pub info: fn() -> CacheInfo,
    /// From now on without a bound, where there is one.
    pub unbind: fn(),
}

/// The same function under each mode; its name is the mode's.
macro_rules! functions {
    ($module:ident, room: $room:literal, |$key:ident: $Key:ty| -> $Value:ty { $body:expr }) => {
        mod $module {
            use memokit::memoize;

            #[inline(never)]
            pub fn body($key: $Key) -> $Value {
                $body
            }

            #[memoize(maxsize = $room)]
            pub fn protected($key: $Key) -> $Value {
                body($key)
            }

            #[memoize(maxsize = $room, oom_protection = balanced)]
            pub fn balanced($key: $Key) -> $Value {
                body($key)
            }

            #[memoize(oom_protection = false)]
            pub fn bare($key: $Key) -> $Value {
                body($key)
            }
        }
    };
}

/// Under which names they are measured.
macro_rules! subjects {
    ($module:ident, $key:ident) => {
        [
            subjects!($module, $key, "true", protected),
            subjects!($module, $key, "balanced", balanced),
            subjects!($module, $key, "false", bare),
        ]
    };
    ($module:ident, $key:ident, $mode:literal, $function:ident) => {
        Subject {
            mode: $mode,
            call: |keys| each(keys, |n| $module::$function($key(n))),
            clear: || {
                $module::$function::cache_clear();
            },
            info: $module::$function::cache_info,
            unbind: || {
                $module::$function::set_maxsize(None);
            },
        }
    };
}

pub static SHAPES: [Shape; 4] = [
    Shape {
        name: "u64",
        about: "`u64` → `u64`",
        room: 4096,
        passes: 16,
        many: 400_000,
        bodies: |keys| each(keys, |n| numbers::body(number(n))),
        subjects: subjects!(numbers, number),
    },
    Shape {
        name: "text",
        about: "`&str` of 24 bytes → `String` of 24 bytes",
        room: 4096,
        passes: 4,
        many: 200_000,
        bodies: |keys| each(keys, |n| texts::body(text(n))),
        subjects: subjects!(texts, text),
    },
    Shape {
        name: "page",
        about: "`&str` of 24 bytes → `String` of 1 KiB",
        room: 1024,
        passes: 4,
        many: 50_000,
        bodies: |keys| each(keys, |n| pages::body(text(n))),
        subjects: subjects!(pages, text),
    },
    Shape {
        name: "block",
        about: "`u64` → `Vec<u8>` of 4 KiB",
        room: 1024,
        passes: 2,
        many: 20_000,
        bodies: |keys| each(keys, |n| blocks::body(number(n))),
        subjects: subjects!(blocks, number),
    },
];

/// Inlined, so that it is a loop of its own for each function.
#[inline(always)]
fn each<R>(keys: Range<usize>, call: impl Fn(usize) -> R) {
    for n in keys {
        black_box(call(black_box(n)));
    }
}

fn number(n: usize) -> u64 {
    mix(n as u64 + 1)
}

/// Made before they are asked for, as a caller has them.
fn text(n: usize) -> &'static str {
    static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let texts = (0..1 << 18).map(|n| format!("{:024}", number(n)));
        texts.collect()
    });
    &TEXTS[n]
}

functions!(numbers, room: 4096, |key: u64| -> u64 { crate::hits::mix(key) });
functions!(texts, room: 4096, |key: &str| -> String { key.to_owned() });
functions!(pages, room: 1024, |key: &str| -> String { key.repeat(43)[..1024].to_owned() });
functions!(blocks, room: 1024, |key: u64| -> Vec<u8> { vec![key as u8; 4096] });
