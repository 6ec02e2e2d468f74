//! Functions that `macro_rules!` macros make, from fragments of every kind.
use memokit::memoize;

macro_rules! from_fragments {
    ($(#[$attribute:meta])* $vis:vis $name:ident, $argument:ident: $ty:ty, $size:expr, $body:expr) => {
        #[memoize(maxsize = $size)]
        $(#[$attribute])*
        $vis fn $name($argument: $ty) -> usize {
            let f = $body;
            f($argument) * $body($argument)
        }
    };
}
from_fragments!(#[must_use] pub sum, n: usize, 1 + 1, |n: usize| n + 1);
from_fragments!(optional, text: Option<&str>, 5, |text: Option<&str>| text.map_or(0, str::len));

macro_rules! from_item {
    ($item:item) => {
        #[memoize]
        $item
    };
}
from_item! {
    fn whole(n: u64) -> u64 {
        n
    }
}

macro_rules! from_tokens {
    ([$($options:tt)*] $($tokens:tt)*) => {
        #[memoize($($options)*)]
        $($tokens)*
    };
}
from_tokens! {
    [ttl = "5m", skip(verbose)]
    fn tokens(n: u64, verbose: bool) -> u64 {
        if verbose { n } else { n + 1 }
    }
}

macro_rules! from_values {
    ($name:ident($n:ident), $text:literal, $ttl:expr, $oom:literal, $key:expr, $keep:expr) => {
        #[memoize(name = $text, tags($text), ttl = $ttl, oom_protection = $oom)]
        fn $name($n: u64) -> u64 {
            #[memoize(key = $key, cache_if = $keep)]
            fn inner($n: u64) -> u64 {
                $n
            }
            inner($n)
        }
    };
}
from_values!(values(n), "from macro", "1h", true, n % 10, |n: &u64| *n
    > 0);

macro_rules! hygienic {
    ($name:ident) => {
        #[memoize]
        fn $name(n: u64, begun: u64) -> u64 {
            let value = n + begun;
            value
        }
    };
}
hygienic!(own_names);

fn main() {
    assert_eq!(sum(1), 4);
    assert_eq!(sum::cache_parameters().maxsize, Some(2));
    assert_eq!(optional(Some("ab")), 4);
    assert_eq!(whole(1) + tokens(1, true), 2);
    assert_eq!(tokens::peek(&1), Some(1));
    assert_eq!(own_names(1, 2), 3);
    assert_eq!((values(3), values(13), values(0)), (3, 3, 0));
    assert_eq!(values::cache().name(), "from macro");
}
