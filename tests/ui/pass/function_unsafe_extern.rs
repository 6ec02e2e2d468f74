//! Qualifiers: `unsafe`, `extern`, exported symbols.
#![deny(warnings, unsafe_op_in_unsafe_fn, clippy::all)]
use memokit::memoize;

/// # Safety
/// `n` is less than the length of `list`.
#[memoize]
unsafe fn unchecked(list: &[u64], n: usize) -> u64 {
    // SAFETY: as the caller promises.
    unsafe { *list.get_unchecked(n) }
}

#[memoize]
extern "C" fn for_c(n: u32) -> u32 {
    n + 1
}

#[memoize]
#[unsafe(no_mangle)]
pub extern "C" fn memokit_ui_exported(n: u32) -> u32 {
    n + 2
}

/// # Safety
/// None is needed.
#[memoize]
unsafe extern "C" fn both(n: u32) -> u32 {
    n + 3
}

mod c {
    unsafe extern "C" {
        pub safe fn memokit_ui_exported(n: u32) -> u32;
    }
}

fn main() {
    // SAFETY: both are within the list.
    let sum = unsafe { unchecked(&[1, 2], 1) + unchecked::uncached(&[1, 2], 0) };
    assert_eq!(sum, 3);
    let pointer: extern "C" fn(u32) -> u32 = for_c;
    assert_eq!(pointer(1), 2);
    assert_eq!(c::memokit_ui_exported(1), 3);
    assert!(memokit_ui_exported::contains(&1));
    // SAFETY: nothing is asked for.
    assert_eq!(unsafe { both(1) }, 4);
}
