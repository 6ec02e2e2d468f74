//! Methods of traits: in the definition, in implementations for own and for foreign types.

use std::fmt::Debug;
use std::hash::Hash;
use std::str::FromStr;

use memokit::memoize;

use crate::support::{Runs, caches_of, names_of};

static DEFAULT: Runs = Runs::new();

trait Greeting: Hash + Eq + Clone + Send + Sync + Debug + 'static {
    const WORD: &'static str;

    fn name(&self) -> String;

    /// A default method, which each implementation has as its own.
    #[memoize]
    fn greeting(&self, times: usize) -> String {
        DEFAULT.add();
        format!("{} {}", Self::WORD, self.name()).repeat(times)
    }

    /// The same without an object.
    #[memoize]
    fn word_length() -> usize {
        DEFAULT.add();
        Self::WORD.len()
    }

    /// With parameters of its own.
    #[memoize]
    fn beside<T: Debug + Hash + Eq + Clone + Send + Sync + 'static>(&self, other: T) -> String {
        DEFAULT.add();
        format!("{self:?} {other:?}")
    }

    /// Replaced by one implementation.
    #[memoize]
    fn replaced(&self) -> u8 {
        1
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Polite(String);

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Rude(String);

impl Greeting for Polite {
    const WORD: &'static str = "Dear";

    #[memoize]
    fn name(&self) -> String {
        self.0.clone()
    }
}

impl Greeting for Rude {
    const WORD: &'static str = "Hey";

    #[memoize]
    fn name(&self) -> String {
        self.0.to_uppercase()
    }

    fn replaced(&self) -> u8 {
        2
    }
}

#[test]
fn default_methods() {
    let (polite, rude) = (Polite("ann".into()), Rude("ann".into()));
    for _ in 0..2 {
        assert_eq!(polite.greeting(1), "Dear ann");
        assert_eq!(rude.greeting(1), "Hey ANN");
        assert_eq!((Polite::word_length(), Rude::word_length()), (4, 3));
        assert_eq!(polite.beside(1_u8), "Polite(\"ann\") 1");
        assert_eq!(polite.beside(1_u16), "Polite(\"ann\") 1");
        assert_eq!((polite.replaced(), rude.replaced()), (1, 2));
    }
    assert_eq!(DEFAULT.get(), 6);
    assert_eq!(
        names_of("it::traits::Polite::"),
        [
            "it::traits::Polite::beside::<u16>",
            "it::traits::Polite::beside::<u8>",
            "it::traits::Polite::greeting",
            "it::traits::Polite::name",
            "it::traits::Polite::replaced",
            "it::traits::Polite::word_length",
        ]
    );
    let of_rude = caches_of("it::traits::Rude::greeting");
    assert_eq!((of_rude.len(), of_rude[0].info().hits), (1, 1));
    assert_eq!(of_rude[0].clear(), 1);
    assert_eq!(polite.greeting(1), "Dear ann");
    assert_eq!(DEFAULT.get(), 6, "the other type keeps its entries");
}

/// A handle in a trait is for the caches of all types.
trait Labelled: Debug + Hash + Eq + Clone + Send + Sync + 'static {
    #[memoize(handle = label_cache)]
    fn label(&self) -> String {
        format!("{self:?}")
    }
}

impl Labelled for u8 {}

impl Labelled for char {}

#[test]
fn a_handle_in_a_trait() {
    assert_eq!(
        (1_u8.label(), 1_u8.label(), 'a'.label()),
        ("1".into(), "1".into(), "'a'".into())
    );
    let (bytes, chars) = (u8::label_cache(), char::label_cache());
    assert_eq!((bytes.info().misses, bytes.info().hits), (2, 1));
    assert_eq!((chars.clear(), bytes.info().currsize), (2, 0));
}

static OBJECTS: Runs = Runs::new();

/// Called through `dyn`, where nothing is known of the type.
trait Job: Send + Sync {
    fn id(&self) -> u32;

    #[memoize(key(self = self.id()))]
    fn cost(&self, n: u32) -> u32 {
        OBJECTS.add();
        self.id() * n
    }

    #[memoize(skip(self))]
    fn overhead(&self) -> u32 {
        OBJECTS.add();
        1
    }
}

struct Small(u32);

struct Large;

impl Job for Small {
    fn id(&self) -> u32 {
        self.0
    }
}

impl Job for Large {
    fn id(&self) -> u32 {
        100
    }

    #[memoize(skip(self))]
    fn overhead(&self) -> u32 {
        OBJECTS.add();
        7
    }
}

#[test]
fn trait_objects() {
    let jobs: [Box<dyn Job>; 4] = [
        Box::new(Small(1)),
        Box::new(Large),
        Box::new(Small(1)),
        Box::new(Small(2)),
    ];
    let costs: Vec<_> = jobs.iter().map(|job| job.cost(3)).collect();
    assert_eq!(costs, [3, 300, 3, 6]);
    assert_eq!(OBJECTS.get(), 3);
    let overheads: Vec<_> = jobs.iter().map(|job| job.overhead()).collect();
    assert_eq!(overheads, [1, 7, 1, 1]);
    assert_eq!(OBJECTS.get(), 5);
}

static OPERATORS: Runs = Runs::new();

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Metres(i64);

impl std::ops::Add for Metres {
    type Output = Self;

    #[memoize]
    fn add(self, other: Self) -> Self {
        OPERATORS.add();
        Self(self.0 + other.0)
    }
}

impl FromStr for Metres {
    type Err = <i64 as FromStr>::Err;

    #[memoize]
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        OPERATORS.add();
        text.parse().map(Self)
    }
}

impl From<u16> for Metres {
    #[memoize]
    fn from(n: u16) -> Self {
        OPERATORS.add();
        Self(n.into())
    }
}

#[test]
fn traits_of_the_standard_library() {
    for _ in 0..2 {
        assert_eq!(Metres(1) + Metres(2), Metres(3));
        assert_eq!("7".parse(), Ok(Metres(7)));
        assert!("x".parse::<Metres>().is_err());
        assert_eq!(Metres::from(9), Metres(9));
    }
    assert_eq!(OPERATORS.get(), 5, "the error is not stored");
}

/// One trait with a parameter, implemented twice for one type.
trait Convert<T> {
    fn convert(&self) -> T;
}

impl Convert<u8> for Metres {
    #[memoize]
    fn convert(&self) -> u8 {
        8
    }
}

impl Convert<u16> for Metres {
    #[memoize]
    fn convert(&self) -> u16 {
        16
    }
}

/// Functions of one name in several traits, and one of the type itself.
trait First {
    fn which(&self) -> u8;
}

trait Second {
    fn which(&self) -> u8;
}

impl First for Metres {
    #[memoize]
    fn which(&self) -> u8 {
        1
    }
}

impl Second for Metres {
    #[memoize]
    fn which(&self) -> u8 {
        2
    }
}

impl Metres {
    #[memoize]
    fn which(self) -> u8 {
        3
    }
}

#[test]
fn methods_of_one_name() {
    let one = Metres(1);
    for _ in 0..2 {
        assert_eq!(
            (Convert::<u8>::convert(&one), Convert::<u16>::convert(&one)),
            (8, 16)
        );
        assert_eq!(
            (First::which(&one), Second::which(&one), one.which()),
            (1, 2, 3)
        );
    }
}
