//! A handle is as visible as the method.
use memokit::memoize;

mod shapes {
    #[derive(Clone, PartialEq, Eq, Hash)]
    pub struct Square(pub u64);

    impl Square {
        #[super::memoize(handle = side_cache)]
        fn side(&self) -> u64 {
            self.0
        }

        #[super::memoize(handle = area_cache)]
        pub fn area(&self) -> u64 {
            self.side() * self.side()
        }
    }
}

fn main() {
    shapes::Square(2).area();
    shapes::Square::area_cache();
    shapes::Square::side_cache();
}
