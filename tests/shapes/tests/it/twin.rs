//! Taken in twice, as two modules: one file, and two of everything.

use std::hash::Hash;

use memokit::{Memo, memoize};

use crate::support::Runs;

pub(super) static RUNS: Runs = Runs::new();

#[memoize]
pub(super) fn plain(n: u8) -> &'static str {
    RUNS.add();
    let _ = n;
    module_path!()
}

#[memoize]
pub(super) fn generic<T: Hash + Eq + Clone + Send + Sync + 'static>(value: T) -> &'static str {
    RUNS.add();
    let _ = value;
    module_path!()
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Object {
    pub(super) memo: Memo,
}

impl Object {
    #[memoize]
    pub(super) fn method(&self) -> &'static str {
        RUNS.add();
        module_path!()
    }

    #[memoize(field = memo)]
    pub(super) fn own(&self) -> &'static str {
        RUNS.add();
        module_path!()
    }
}

#[memoize]
impl Object {
    #[memoize]
    pub(super) fn in_a_block(n: u8) -> &'static str {
        RUNS.add();
        let _ = n;
        module_path!()
    }
}
