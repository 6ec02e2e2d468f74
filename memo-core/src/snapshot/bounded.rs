//! A deserializer around that of the codec, which bears with hostile input: it refuses values that are
//! nested too deep, and sequences that go on although no input is left, and reserves no memory on the word
//! of the input alone. Lengths of texts and bytes the codec compares with what is there.
//!
//! To the types it seems to be one whose input lives for ever, of which it never lends anything. When types are
//! probed, lifetimes are not looked at: a `&'static str` passes for a type that owns what it is made of. It
//! cannot be read here, but what contains it compiles.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

/// Values inside of each other.
const DEEPEST: u32 = 128;
/// Elements beside sixteen for each byte: those of a `Vec<()>` take no input at all.
const FOR_NOTHING: u64 = 1 << 16;

/// A value from the beginning of some bytes, and what follows it. `None` if these are no such value.
pub(super) fn read<T: Deserialize<'static>>(bytes: &[u8]) -> Option<(T, &[u8])> {
    let limits = Limits {
        depth: Cell::new(DEEPEST),
        elements: Cell::new(FOR_NOTHING + 16 * bytes.len() as u64),
    };
    let mut codec = postcard::Deserializer::from_bytes(bytes);
    let value = T::deserialize(Bounded {
        inner: &mut codec,
        limits: &limits,
        input: PhantomData,
    });
    Some((value.ok()?, codec.finalize().ok()?))
}

/// What is left for one value.
struct Limits {
    depth: Cell<u32>,
    elements: Cell<u64>,
}

impl Limits {
    /// Goes a level down, and up again.
    fn deeper<R, E: Error>(&self, f: impl FnOnce() -> Result<R, E>) -> Result<R, E> {
        let Some(depth) = self.depth.get().checked_sub(1) else {
            return Err(E::custom("nested too deep"));
        };
        self.depth.set(depth);
        let result = f();
        self.depth.set(depth + 1);
        result
    }

    fn element<E: Error>(&self) -> Result<(), E> {
        let Some(left) = self.elements.get().checked_sub(1) else {
            return Err(E::custom("more elements than input"));
        };
        self.elements.set(left);
        Ok(())
    }
}

/// A deserializer, or a part of one, with the limits that are left. `'de` is how long its input really lives.
struct Bounded<'l, 'de, T> {
    inner: T,
    limits: &'l Limits,
    input: PhantomData<&'de ()>,
}

impl<'l, 'de, T> Bounded<'l, 'de, T> {
    fn around<U>(&self, inner: U) -> Bounded<'l, 'de, U> {
        Bounded {
            inner,
            limits: self.limits,
            input: PhantomData,
        }
    }
}

/// What has no parts.
macro_rules! simple {
    ($($name:ident)*) => {$(
        fn $name<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, D::Error> {
            let visitor = self.around(visitor);
            self.inner.$name(visitor)
        }
    )*};
}

/// What a visitor is given that has no parts.
macro_rules! visits {
    ($($name:ident($ty:ty);)*) => {$(
        fn $name<E: Error>(self, value: $ty) -> Result<V::Value, E> {
            self.inner.$name(value)
        }
    )*};
}

/// What has parts is visited with the limits at hand.
macro_rules! nested {
    ($($name:ident($($arg:ident: $ty:ty),*);)*) => {$(
        fn $name<V: Visitor<'static>>(self, $($arg: $ty,)* visitor: V) -> Result<V::Value, D::Error> {
            let visitor = self.around(visitor);
            self.limits.deeper(|| self.inner.$name($($arg,)* visitor))
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'static> for Bounded<'_, 'de, D> {
    type Error = D::Error;

    simple! {
        deserialize_any deserialize_bool
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_char deserialize_str deserialize_string
        deserialize_bytes deserialize_byte_buf deserialize_unit deserialize_identifier
        deserialize_ignored_any
    }

    nested! {
        deserialize_option();
        deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_map();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

impl<'de, V: Visitor<'static>> Visitor<'de> for Bounded<'_, 'de, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    // Texts and bytes that the codec would lend come here, too.
    visits! {
        visit_bool(bool);
        visit_i8(i8);
        visit_i16(i16);
        visit_i32(i32);
        visit_i64(i64);
        visit_i128(i128);
        visit_u8(u8);
        visit_u16(u16);
        visit_u32(u32);
        visit_u64(u64);
        visit_u128(u128);
        visit_f32(f32);
        visit_f64(f64);
        visit_char(char);
        visit_str(&str);
        visit_string(String);
        visit_bytes(&[u8]);
        visit_byte_buf(Vec<u8>);
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        let inner = self.around(inner);
        self.inner.visit_some(inner)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        let inner = self.around(inner);
        self.inner.visit_newtype_struct(inner)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        let inner = self.around(inner);
        self.inner.visit_seq(inner)
    }

    fn visit_map<A: MapAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        let inner = self.around(inner);
        self.inner.visit_map(inner)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        let inner = self.around(inner);
        self.inner.visit_enum(inner)
    }
}

impl<'de, S: DeserializeSeed<'static>> DeserializeSeed<'de> for Bounded<'_, 'de, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<S::Value, D::Error> {
        let inner = self.around(inner);
        self.inner.deserialize(inner)
    }
}

// No hints of sizes: a vector grows with what is there.

impl<'de, A: SeqAccess<'de>> SeqAccess<'static> for Bounded<'_, 'de, A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'static>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, A::Error> {
        self.limits.element()?;
        let seed = self.around(seed);
        self.inner.next_element_seed(seed)
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'static> for Bounded<'_, 'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'static>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        self.limits.element()?;
        let seed = self.around(seed);
        self.inner.next_key_seed(seed)
    }

    fn next_value_seed<T: DeserializeSeed<'static>>(
        &mut self,
        seed: T,
    ) -> Result<T::Value, A::Error> {
        let seed = self.around(seed);
        self.inner.next_value_seed(seed)
    }
}

impl<'l, 'de, A: EnumAccess<'de>> EnumAccess<'static> for Bounded<'l, 'de, A> {
    type Error = A::Error;
    type Variant = Bounded<'l, 'de, A::Variant>;

    fn variant_seed<T: DeserializeSeed<'static>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Self::Variant), A::Error> {
        let (seed, limits) = (self.around(seed), self.limits);
        let (value, inner) = self.inner.variant_seed(seed)?;
        let variant = Bounded {
            inner,
            limits,
            input: PhantomData,
        };
        Ok((value, variant))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'static> for Bounded<'_, 'de, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.inner.unit_variant()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'static>>(
        self,
        seed: T,
    ) -> Result<T::Value, A::Error> {
        let seed = self.around(seed);
        self.inner.newtype_variant_seed(seed)
    }

    fn tuple_variant<V: Visitor<'static>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        let visitor = self.around(visitor);
        self.inner.tuple_variant(len, visitor)
    }

    fn struct_variant<V: Visitor<'static>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        let visitor = self.around(visitor);
        self.inner.struct_variant(fields, visitor)
    }
}
