//! Keywords as names of methods, arguments, fields and parameters.
use memokit::{Memo, memoize};

#[derive(Clone, PartialEq, Eq, Hash, Default)]
struct Square {
    r#type: u64,
    r#box: Memo,
}

#[memoize]
impl Square {
    #[memoize]
    fn r#match(&self, r#in: u64) -> u64 {
        self.r#type + r#in
    }

    #[memoize(handle = r#fn, key(self = self.r#type, r#in = r#in % 10))]
    fn r#loop(&self, r#in: u64) -> u64 {
        self.r#type + r#in % 10
    }

    #[memoize(field = r#box, skip(r#in))]
    fn r#move(&self, r#in: &mut u64) -> u64 {
        *r#in += 1;
        self.r#type
    }
}

#[memoize]
#[allow(non_camel_case_types)]
fn generic<r#type: 'static>(r#ref: usize) -> usize {
    size_of::<r#type>() * r#ref
}

fn main() {
    let square = Square {
        r#type: 2,
        ..Square::default()
    };
    assert_eq!((square.r#match(1), square.r#loop(11)), (3, 3));
    assert_eq!(square.r#move(&mut 1), 2);
    assert_eq!(square.r#box.len(), 1);
    assert_eq!(Square::match_cache().info().misses, 1);
    assert!(Square::match_cache().name().ends_with("::Square::match"));
    assert_eq!(Square::r#fn().info().misses, 1);
    assert_eq!(generic::<u16>(3), 6);
}
