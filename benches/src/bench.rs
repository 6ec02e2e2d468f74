//! The program; what it does is in the library, so that it has tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    memokit_benches::run(std::env::args().skip(1))
}
