//! Results that are read where they are stored; to be read is to be used.
#![deny(warnings)]
use memokit::memoize;

#[memoize]
fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

#[memoize(scope = thread, oom_protection = false)]
fn of_thread(n: u32) -> std::rc::Rc<u32> {
    std::rc::Rc::new(n)
}

#[memoize(handle = lengths, skip(log))]
fn length<'a, T>(all: &'a [T], (from, to): (usize, usize), log: &mut Vec<usize>) -> Result<usize, T>
where
    T: Clone + std::hash::Hash + Eq + Send + Sync + 'static,
{
    log.push(from);
    all.get(from..to).map(<[T]>::len).ok_or_else(|| all[0].clone())
}

/// An argument of the function's own name, and one of a name that we use.
#[memoize]
fn r#match(r#match: u32, read: impl Into<u64> + Clone + std::hash::Hash + Eq + Send + Sync + 'static) -> u64 {
    u64::from(r#match) + read.into()
}

#[memoize]
#[deprecated]
#[must_use]
unsafe extern "C" fn foreign(n: u64) -> u64 {
    n
}

fn main() {
    fn nested() -> usize {
        #[memoize]
        fn inner(n: usize) -> [usize; 2] {
            [n, n]
        }
        inner::with(7, |pair| pair[0] + pair[1])
    }
    assert_eq!(nested(), 14);
    assert_eq!(words::with("a b c", |words| words.len()), 3);
    assert_eq!(words::with("a b c", |words| words[1].clone()), "b");
    assert_eq!(of_thread::with(3, |n| **n), 3);
    let mut log = Vec::new();
    for _ in 0..2 {
        assert!(lengths::with(&['a', 'b'], (0, 2), &mut log, |n| *n == Ok(2)));
        assert!(lengths::with(&['a'], (0, 2), &mut log, Result::is_err));
    }
    assert_eq!(log.len(), 3);
    assert_eq!(r#match::with(1, 2_u8, |sum| *sum), 3);
    // SAFETY: it asks for nothing.
    #[allow(deprecated)]
    let n = unsafe { foreign::with(4, |n| *n) };
    assert_eq!(n, 4);
}
