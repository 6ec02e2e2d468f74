//! How entries are written and read, by functions that know their types.
//!
//! Types are asked whether they can be written in the way of [`crate::key`]'s probes, where a memoized
//! function stands. What they answer is part of the types of its key and of its [`Outcome`].

use std::any::type_name;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::{bounded, shape};
use crate::engine::Parcel;
use crate::key::KeyRef;
use crate::outcome::Outcome;
use crate::store::NodeRef;

/// Reads a value from the beginning of some bytes; what follows it.
type Read<T> = fn(&[u8]) -> Option<(T, &[u8])>;

/// Is handed a key and a value.
type Take<'a> = &'a mut dyn FnMut(&mut Parcel<'_>);

/// How values of a type are written and read.
pub struct TypeCodec<T> {
    /// Appends it; its shape. The type can refuse.
    write: fn(&T, &mut Vec<u8>) -> Option<u64>,
    read: Read<T>,
    shape: fn(&T) -> Option<u64>,
}

/// How keys of a type are written and read, and hashed as they are stored.
pub struct KeyCodec<K> {
    codec: TypeCodec<K>,
    feed: fn(&K, &mut dyn Hasher),
}

/// How the entries of a cache are written and read.
#[derive(Clone, Copy)]
pub(crate) struct Codec {
    pub(super) key_type: &'static str,
    pub(super) value_type: &'static str,
    /// Appends key and value to some bytes; their shape. The types can refuse, also half-way.
    pub(super) write: fn(NodeRef<'_>, &mut Vec<u8>) -> Option<u64>,
    /// Reads key and value of this shape, and hands them on. Whether these bytes are such.
    pub(super) read: fn(&[u8], u64, Take<'_>) -> bool,
}

impl<T: Serialize + Deserialize<'static>> TypeCodec<T> {
    /// That of a type.
    pub(crate) const fn new() -> Self {
        Self {
            write: write_value,
            read: bounded::read,
            shape: shape::of,
        }
    }
}

impl<K: Serialize + Deserialize<'static>> KeyCodec<K> {
    /// That of keys that are hashed like this.
    pub(crate) const fn new(feed: fn(&K, &mut dyn Hasher)) -> Self {
        Self {
            codec: TypeCodec::new(),
            feed,
        }
    }
}

impl<K: Hash + Serialize + Deserialize<'static>> KeyCodec<K> {
    /// That of keys with a hash of their own.
    pub(crate) const fn of_type() -> Self {
        Self::new(|key, mut state| key.hash(&mut state))
    }
}

/// The codec of a cache with such keys and results, if both can be written.
pub(crate) fn of<Q: KeyRef, O: Outcome>() -> Option<Codec> {
    (Q::stored().is_some() && O::stored().is_some()).then_some(Codec {
        key_type: type_name::<Q::Owned>(),
        value_type: type_name::<O::Stored>(),
        write: write::<Q, O>,
        read: read::<Q, O>,
    })
}

/// Two shapes as one.
fn together(key: u64, value: u64) -> u64 {
    key.rotate_left(32) ^ value
}

fn write_value<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Option<u64> {
    let shape = shape::of(value)?;
    // Into the bytes that are there; they come back with those of the value.
    *out = postcard::to_extend(value, std::mem::take(out)).ok()?;
    Some(shape)
}

fn write<Q: KeyRef, O: Outcome>(node: NodeRef<'_>, out: &mut Vec<u8>) -> Option<u64> {
    let (key, value) = node.typed::<Q::Owned, O::Stored>()?;
    let key = (Q::stored()?.codec.write)(key, out)?;
    let value = (O::stored()?.write)(value?, out)?;
    Some(together(key, value))
}

fn read<Q: KeyRef, O: Outcome>(bytes: &[u8], shape: u64, take: Take<'_>) -> bool {
    let read = || {
        let (keys, values) = (Q::stored()?, O::stored()?);
        let (key, rest) = (keys.codec.read)(bytes)?;
        let (value, rest) = (values.read)(rest)?;
        let found = together((keys.codec.shape)(&key)?, (values.shape)(&value)?);
        (rest.is_empty() && found == shape).then_some((keys, key, value))
    };
    let Some((keys, key, value)) = read() else {
        return false;
    };
    Parcel::make::<Q, O::Stored>(key, value, keys.feed, take);
    true
}

impl<T> fmt::Debug for TypeCodec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypeCodec")
    }
}

impl<K> fmt::Debug for KeyCodec<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyCodec")
    }
}
