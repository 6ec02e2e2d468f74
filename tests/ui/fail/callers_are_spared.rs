//! One mistake is one error, however the function and its handle are used.
use memokit::memoize;

#[memoize(maxsize = "many")]
fn square(n: u64) -> u64 {
    n * n
}

mod elsewhere {
    use super::square;

    pub fn quadruple(n: u64) -> u64 {
        square(square(n))
    }
}

fn main() {
    let function: fn(u64) -> u64 = square;
    function(elsewhere::quadruple(2));
}
