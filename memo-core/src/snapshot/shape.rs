//! The shape of a value: a number that says how it is put together.
//!
//! The codec writes no names, so bytes of one type may well be read as another: fields that changed their
//! order, or their types' names kept and their contents not. The shape has the names of structures, fields
//! and variants and the kinds of all numbers in it. It is written beside a value, and compared with that of
//! the value that was read.
//!
//! It is the same for equal values, also where a hash map gives its entries in another order: what is in a
//! sequence or a map is added up. The numbers are part of the format of snapshots.

use std::fmt::{self, Display};

use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

/// The shape of a value; `None` if it cannot be written.
pub(super) fn of<T: Serialize + ?Sized>(value: &T) -> Option<u64> {
    value.serialize(Shape).ok()
}

/// Gives the shape of what is serialized.
#[derive(Clone, Copy)]
struct Shape;

/// Two numbers as one, in this order.
fn mix(a: u64, b: u64) -> u64 {
    let mixed = (a.rotate_left(23) ^ b).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

fn text(text: &str) -> u64 {
    // The length keeps a text and its beginning apart.
    let length = mix(0x7e47, text.len() as u64);
    text.bytes().fold(length, |sum, byte| mix(sum, byte.into()))
}

/// The value's type refuses to be written.
#[derive(Debug)]
struct Refused;

impl Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this value cannot be written")
    }
}

impl std::error::Error for Refused {}

impl Error for Refused {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

/// What has several parts.
struct Parts {
    shape: u64,
    /// What is added up, whatever its order.
    sum: u64,
    /// The key of the next value of a map.
    key: u64,
}

impl Parts {
    fn new(kind: Kind, name: &str, variant: &str) -> Self {
        Self {
            shape: named(kind, name, variant),
            sum: 0,
            key: 0,
        }
    }

    fn follow(&mut self, name: &str, value: u64) {
        self.shape = mix(mix(self.shape, text(name)), value);
    }

    fn end(self) -> u64 {
        mix(self.shape, self.sum)
    }
}

fn named(kind: Kind, name: &str, variant: &str) -> u64 {
    mix(mix(kind as u64, text(name)), text(variant))
}

/// Kinds of values. The numbers are part of the format.
#[derive(Clone, Copy)]
enum Kind {
    Bool = 1,
    I8 = 2,
    I16 = 3,
    I32 = 4,
    I64 = 5,
    I128 = 6,
    U8 = 7,
    U16 = 8,
    U32 = 9,
    U64 = 10,
    U128 = 11,
    F32 = 12,
    F64 = 13,
    Char = 14,
    Text = 15,
    Bytes = 16,
    Nothing = 17,
    Something = 18,
    Unit = 19,
    Struct = 20,
    Variant = 21,
    Tuple = 22,
    Sequence = 23,
    Map = 24,
}

macro_rules! simple {
    ($($name:ident($ty:ty) $kind:ident;)*) => {$(
        fn $name(self, _: $ty) -> Result<u64, Refused> {
            Ok(mix(Kind::$kind as u64, 0))
        }
    )*};
}

impl Serializer for Shape {
    type Ok = u64;
    type Error = Refused;
    type SerializeSeq = Parts;
    type SerializeTuple = Parts;
    type SerializeTupleStruct = Parts;
    type SerializeTupleVariant = Parts;
    type SerializeMap = Parts;
    type SerializeStruct = Parts;
    type SerializeStructVariant = Parts;

    simple! {
        serialize_bool(bool) Bool;
        serialize_i8(i8) I8;
        serialize_i16(i16) I16;
        serialize_i32(i32) I32;
        serialize_i64(i64) I64;
        serialize_i128(i128) I128;
        serialize_u8(u8) U8;
        serialize_u16(u16) U16;
        serialize_u32(u32) U32;
        serialize_u64(u64) U64;
        serialize_u128(u128) U128;
        serialize_f32(f32) F32;
        serialize_f64(f64) F64;
        serialize_char(char) Char;
        serialize_str(&str) Text;
        serialize_bytes(&[u8]) Bytes;
    }

    fn is_human_readable(&self) -> bool {
        // As the codec.
        false
    }

    fn serialize_none(self) -> Result<u64, Refused> {
        Ok(mix(Kind::Nothing as u64, 0))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<u64, Refused> {
        Ok(mix(Kind::Something as u64, value.serialize(self)?))
    }

    fn serialize_unit(self) -> Result<u64, Refused> {
        Ok(mix(Kind::Unit as u64, 0))
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<u64, Refused> {
        Ok(named(Kind::Struct, name, ""))
    }

    fn serialize_unit_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<u64, Refused> {
        Ok(named(Kind::Variant, name, variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<u64, Refused> {
        Ok(mix(named(Kind::Struct, name, ""), value.serialize(self)?))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<u64, Refused> {
        let shape = named(Kind::Variant, name, variant);
        Ok(mix(shape, value.serialize(self)?))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts, Refused> {
        Ok(Parts::new(Kind::Sequence, "", ""))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts, Refused> {
        Ok(Parts::new(Kind::Tuple, "", ""))
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Parts, Refused> {
        Ok(Parts::new(Kind::Struct, name, ""))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts, Refused> {
        Ok(Parts::new(Kind::Variant, name, variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts, Refused> {
        Ok(Parts::new(Kind::Map, "", ""))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts, Refused> {
        Ok(Parts::new(Kind::Struct, name, ""))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts, Refused> {
        Ok(Parts::new(Kind::Variant, name, variant))
    }

    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Result<u64, Refused> {
        self.serialize_str("")
    }
}

impl SerializeSeq for Parts {
    type Ok = u64;
    type Error = Refused;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        let shape = mix(Kind::Sequence as u64, value.serialize(Shape)?);
        self.sum = self.sum.wrapping_add(shape);
        Ok(())
    }

    fn end(self) -> Result<u64, Refused> {
        Ok(Self::end(self))
    }
}

impl SerializeMap for Parts {
    type Ok = u64;
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refused> {
        self.key = key.serialize(Shape)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        let shape = mix(self.key, value.serialize(Shape)?);
        self.sum = self.sum.wrapping_add(shape);
        Ok(())
    }

    fn end(self) -> Result<u64, Refused> {
        Ok(Self::end(self))
    }
}

/// What has its parts in order.
macro_rules! in_order {
    ($($of:ident::$add:ident($($name:ident)?);)*) => {$(
        impl $of for Parts {
            type Ok = u64;
            type Error = Refused;

            fn $add<T: Serialize + ?Sized>(
                &mut self,
                $($name: &'static str,)?
                value: &T,
            ) -> Result<(), Refused> {
                // A part without a name has the empty one.
                let named: &[&str] = &[$($name)?];
                let name = named.first().copied().unwrap_or_default();
                self.follow(name, value.serialize(Shape)?);
                Ok(())
            }

            fn end(self) -> Result<u64, Refused> {
                Ok(Self::end(self))
            }
        }
    )*};
}

in_order! {
    SerializeTuple::serialize_element();
    SerializeTupleStruct::serialize_field();
    SerializeTupleVariant::serialize_field();
    SerializeStruct::serialize_field(name);
    SerializeStructVariant::serialize_field(name);
}
