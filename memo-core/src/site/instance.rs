//! Which instantiation of a function a call belongs to, and what it is called.

use std::any::{TypeId, type_name};
use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

use crate::config::Config;

/// The type that tells instantiations apart.
///
/// Where it is known when the program is compiled, so is its hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Tag(TypeId);

impl Tag {
    /// The place for this tag among several.
    #[inline]
    pub(super) fn of<T, const N: usize>(self, places: &[T; N]) -> &T {
        /// A `TypeId` is a hash already: what it writes is taken as it is.
        struct AsItIs(u64);
        impl Hasher for AsItIs {
            fn write(&mut self, bytes: &[u8]) {
                for &byte in bytes {
                    self.0 = self.0.rotate_left(8) ^ u64::from(byte);
                }
            }

            #[inline]
            fn write_u64(&mut self, id: u64) {
                self.0 = id;
            }

            fn finish(&self) -> u64 {
                self.0
            }
        }
        let mut hash = AsItIs(0);
        self.0.hash(&mut hash);
        #[allow(clippy::cast_possible_truncation, reason = "the low bits choose")]
        let place = hash.finish() as usize % N;
        &places[place]
    }
}

/// One instantiation of a function: the type of a tag, and a way to say what it is called.
#[derive(Clone, Copy, Debug)]
pub struct Instance {
    pub(super) tag: Tag,
    pub(super) describe: fn(&mut Described),
    pub(super) describe_more: fn(&mut Described),
}

/// The only instantiation of a function without type parameters: nothing is to be told apart.
#[derive(Clone, Copy, Debug)]
pub struct Only;

impl From<Only> for Instance {
    fn from(_: Only) -> Self {
        Self::of((), |_| ())
    }
}

impl Instance {
    /// The only one, of a function without type parameters.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn only() -> Only {
        Only
    }

    /// The one that the type of `tag` stands for: a closure in a function that has the same
    /// parameters.
    #[inline]
    pub fn of<T: 'static>(_tag: T, describe: fn(&mut Described)) -> Self {
        Self {
            tag: Tag(TypeId::of::<T>()),
            describe,
            describe_more: |_| (),
        }
    }

    /// The same, with more to say.
    #[must_use]
    #[inline]
    pub fn and(self, describe_more: fn(&mut Described)) -> Self {
        Self {
            describe_more,
            ..self
        }
    }

    pub(super) fn describe(&self) -> Described {
        let mut described = Described::default();
        (self.describe)(&mut described);
        (self.describe_more)(&mut described);
        described
    }
}

/// The parameters of an instantiation, for its name.
#[derive(Default, Debug)]
pub struct Described {
    of_type: Option<&'static str>,
    params: Vec<String>,
}

impl Described {
    /// It is a method of this type.
    pub fn of<S: ?Sized>(&mut self) {
        self.of_type = Some(type_name::<S>());
    }

    /// A type parameter.
    pub fn ty<T: ?Sized>(&mut self) {
        self.params.push(type_name::<T>().to_owned());
    }

    /// A constant parameter.
    pub fn constant(&mut self, value: &dyn fmt::Display) {
        self.params.push(value.to_string());
    }

    pub(super) fn of_type(&self) -> Option<&'static str> {
        self.of_type
    }

    /// Whether the function has but this instantiation. A method may have one for each type: a
    /// trait's default method is the method of many.
    pub(super) fn is_only(&self) -> bool {
        self.params.is_empty() && self.of_type.is_none()
    }

    /// `path::function::<u8>`, `path::Type<u16>::method`.
    pub(super) fn name(&self, config: &Config) -> Cow<'static, str> {
        let base = match (self.of_type, config.method) {
            (Some(of_type), Some(method)) => Cow::Owned(format!("{of_type}::{method}")),
            _ => Cow::Borrowed(config.name),
        };
        if self.params.is_empty() {
            return base;
        }
        Cow::Owned(format!("{base}::<{}>", self.params.join(", ")))
    }
}

/// A name without what stands in angle brackets: `a::Type<u8>::method::<u16>` is `a::Type::method`.
pub(crate) fn without_generics(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut depth = 0_usize;
    let mut before = ' ';
    for c in name.chars() {
        match c {
            '<' => {
                if depth == 0 && plain.ends_with("::") {
                    plain.truncate(plain.len() - 2);
                }
                depth += 1;
            }
            // Not the end of an arrow: `fn(u8) -> u8`.
            '>' if before != '-' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
        before = c;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::without_generics;

    #[test]
    fn names_without_generics() {
        for (name, plain) in [
            ("a::f", "a::f"),
            ("a::f::<u8, 3>", "a::f"),
            ("a::Type<b::Other<u8>>::method::<u16>", "a::Type::method"),
            ("a::f::<fn(u8) -> u8>", "a::f"),
            ("a::f::<fn() -> b::X<u8>>::g", "a::f::g"),
        ] {
            assert_eq!(without_generics(name), plain);
        }
    }
}
