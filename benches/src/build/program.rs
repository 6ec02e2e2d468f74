//! The generated crates: functions in five signatures, all of them called from `main`.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// How many functions a program has.
pub const FUNCTIONS: usize = 200;

/// One program, written once for each attribute.
pub struct Program {
    pub name: &'static str,
    pub about: &'static str,
    /// Does every function return a type of its own?
    own_types: bool,
    /// What ours may cost, as a multiple of `cached`: dev, release.
    pub limits: [f64; 2],
}

pub const PROGRAMS: [Program; 2] = [
    Program {
        name: "signatures",
        about: "five signatures",
        own_types: false,
        limits: [1.15, 1.0],
    },
    Program {
        name: "types",
        about: "200 value types",
        own_types: true,
        limits: [1.0, 1.0],
    },
];

/// What stands above each function.
#[derive(Clone, Copy)]
pub enum Attribute {
    None,
    Ours,
    Cached,
}

impl Attribute {
    pub const ALL: [Self; 3] = [Self::None, Self::Ours, Self::Cached];

    pub fn crate_name(self, program: &Program) -> String {
        let who = match self {
            Self::None => "plain",
            Self::Ours => "ours",
            Self::Cached => "theirs",
        };
        format!("{who}-{}", program.name)
    }

    fn line(self) -> &'static str {
        match self {
            // Without it the optimiser would build nothing at all for the floor.
            Self::None => "#[inline(never)]",
            Self::Ours => "#[memokit::memoize(maxsize = 100)]",
            Self::Cached => "#[cached::macros::cached(max_size = 100)]",
        }
    }

    fn dependency(self) -> String {
        match self {
            Self::None => String::new(),
            Self::Ours => {
                let path = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
                format!("memokit = {{ path = {path:?} }}\n")
            }
            Self::Cached => "cached = \"4.1\"\n".to_owned(),
        }
    }
}

/// Writes the crate into `path`.
pub fn write(program: &Program, attribute: Attribute, path: &Path) -> io::Result<()> {
    fs::create_dir_all(path.join("src"))?;
    let manifest = format!(
        "[workspace]\n\n[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{}",
        attribute.crate_name(program),
        attribute.dependency(),
    );
    fs::write(path.join("Cargo.toml"), manifest)?;
    fs::write(path.join("src/main.rs"), source(program, attribute))
}

/// Makes cargo build the crate again.
pub fn touch(path: &Path) -> io::Result<()> {
    let main = File::options()
        .append(true)
        .open(path.join("src/main.rs"))?;
    main.set_modified(SystemTime::now())
}

fn source(program: &Program, attribute: Attribute) -> String {
    let mut functions = String::new();
    let mut calls = String::new();
    let line = attribute.line();
    for number in 0..FUNCTIONS {
        let (parameters, arguments, first, second) = signature(number);
        if program.own_types {
            write!(
                functions,
                "#[derive(Clone)]\npub struct V{number}(pub u64, pub String);\n\
                 {line}\npub fn fun{number}({parameters}) -> V{number} {{ V{number}({first}, {second}) }}\n"
            )
        } else {
            write!(
                functions,
                "{line}\npub fn fun{number}({parameters}) -> (u64, String) {{ ({first}, {second}) }}\n"
            )
        }
        .expect("a string takes everything");
        writeln!(calls, "    std::hint::black_box(fun{number}({arguments}));")
            .expect("a string takes everything");
    }
    format!("{functions}\nfn main() {{\n{calls}}}\n")
}

/// Parameters, arguments, and the two parts of the result.
fn signature(number: usize) -> (&'static str, &'static str, &'static str, &'static str) {
    match number % 5 {
        0 => ("a: u64", "1", "a", "String::new()"),
        1 => (
            "a: u64, b: u32",
            "1, 2",
            "a + u64::from(b)",
            "String::new()",
        ),
        2 => ("s: &str", "\"a\"", "0", "s.to_owned()"),
        3 => ("s: &str, n: u64", "\"a\", 1", "n", "s.to_owned()"),
        _ => ("s: String", "\"a\".to_owned()", "0", "s"),
    }
}
