//! The format of a snapshot, version 1. All of it is frozen: `tests/golden` holds an example.
//!
//! ```text
//! file    = "memokit\0"  version: u32  block(Start)  { block(Section) { block(Entries) } block(Close) }  block(End)
//! block   = kind: u8  length: u32  content  checksum: u64
//! Start   = time at which it was saved: u64
//! Section = name path key_type value_type: text   code_version: u64
//! Entries = { entry }
//! Close   = number of entries: u64
//! End     = number of sections: u64
//! entry   = age left cost bytes length: varint   shape: u64   key and value: as the codec writes them
//! text    = length: varint  UTF-8
//! ```
//!
//! Numbers are little-endian; a varint has seven bits in each byte, the lowest first. Times are nanoseconds, at
//! the start since 1970; `left` is one more than the time to live, and 0 is for ever. A checksum is XXH3-64 over
//! all of its block that is before it, with the checksum of the block before as a seed (0 at first): so blocks
//! can neither be changed, nor left out, nor put into another order.

use std::io::{self, Read, Write};
use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::error::SnapshotError;
use crate::engine::Restored;

const MAGIC: [u8; 8] = *b"memokit\0";
const VERSION: u32 = 1;
/// Kind and length.
const FRONT: usize = 1 + 4;
const CHECKSUM: usize = 8;
/// A block of entries is written when it has come to this size.
pub(super) const BLOCK: usize = 1 << 20;
/// Nothing longer is written.
const LONGEST: usize = u32::MAX as usize;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Start = 1,
    Section = 2,
    Entries = 3,
    Close = 4,
    End = 5,
}

/// Which cache a section is of.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Identity {
    pub(super) name: String,
    /// Where its function stands among others of that name.
    pub(super) path: String,
    pub(super) key_type: String,
    pub(super) value_type: String,
    pub(super) code_version: u64,
}

/// What is known of an entry, and where its key and value are.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// At the time when it was saved.
    pub(super) restored: Restored,
    pub(super) shape: u64,
    pub(super) content: Range<usize>,
}

/// Writes blocks.
pub(super) struct Writer<W> {
    out: W,
    block: Vec<u8>,
    chain: u64,
    written: u64,
}

impl<W: Write> Writer<W> {
    pub(super) fn start(mut out: W, now: u64) -> io::Result<Self> {
        out.write_all(&MAGIC)?;
        out.write_all(&VERSION.to_le_bytes())?;
        let mut writer = Self {
            out,
            block: Vec::new(),
            chain: 0,
            written: (MAGIC.len() + 4) as u64,
        };
        writer.block(Kind::Start, &now.to_le_bytes())?;
        Ok(writer)
    }

    pub(super) fn block(&mut self, kind: Kind, content: &[u8]) -> io::Result<()> {
        let Ok(length) = u32::try_from(content.len()) else {
            return Err(io::Error::other("a block is too long"));
        };
        self.block.clear();
        self.block.push(kind as u8);
        self.block.extend_from_slice(&length.to_le_bytes());
        self.block.extend_from_slice(content);
        self.chain = xxh3_64_with_seed(&self.block, self.chain);
        self.block.extend_from_slice(&self.chain.to_le_bytes());
        self.written += self.block.len() as u64;
        self.out.write_all(&self.block)
    }

    pub(super) fn section(&mut self, identity: &Identity) -> io::Result<()> {
        let mut content = Vec::new();
        for text in [
            &identity.name,
            &identity.path,
            &identity.key_type,
            &identity.value_type,
        ] {
            put_varint(&mut content, text.len() as u64);
            content.extend_from_slice(text.as_bytes());
        }
        content.extend_from_slice(&identity.code_version.to_le_bytes());
        self.block(Kind::Section, &content)
    }

    /// The end of all; the number of bytes.
    pub(super) fn end(mut self, sections: u64) -> io::Result<u64> {
        self.block(Kind::End, &sections.to_le_bytes())?;
        self.out.flush()?;
        Ok(self.written)
    }
}

/// Appends an entry; its key and value are `content`.
pub(super) fn put_entry(block: &mut Vec<u8>, restored: Restored, shape: u64, content: &[u8]) {
    let left = restored.left.map_or(0, |left| left.saturating_add(1));
    for number in [restored.age, left, restored.cost, restored.bytes] {
        put_varint(block, number);
    }
    put_varint(block, content.len() as u64);
    block.extend_from_slice(&shape.to_le_bytes());
    block.extend_from_slice(content);
}

/// Whether an entry of this length fits into a block that has come to this one.
pub(super) fn fits(length: usize, block: usize) -> bool {
    // Five varints and the shape.
    length.saturating_add(block) <= LONGEST - 5 * 10 - 8
}

fn put_varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(low(n) | 0x80);
        n >>= 7;
    }
    out.push(low(n));
}

/// The lowest seven bits.
fn low(n: u64) -> u8 {
    n.to_le_bytes()[0] & 0x7f
}

/// A snapshot whose checksums are right.
pub(super) struct Snapshot {
    pub(super) saved_at: u64,
    pub(super) bytes: Vec<u8>,
    pub(super) sections: Vec<Section>,
}

/// Where a section is in the file.
pub(super) struct Section {
    pub(super) identity: Identity,
    pub(super) count: u64,
    /// The contents of its blocks of entries.
    pub(super) blocks: Vec<Range<usize>>,
}

/// Reads all of a snapshot; `expected` is its size, if that is known.
pub(super) fn read(mut input: impl Read, expected: u64) -> Result<Snapshot, SnapshotError> {
    let mut head = [0; MAGIC.len() + 4];
    // What is no snapshot need not be read to its end, which it may not have.
    if let Err(error) = input.read_exact(&mut head) {
        return Err(match error.kind() {
            io::ErrorKind::UnexpectedEof => SnapshotError::foreign(),
            _ => SnapshotError::io(error),
        });
    }
    let (magic, version) = head.split_at(MAGIC.len());
    if magic != MAGIC {
        return Err(SnapshotError::foreign());
    }
    let version = number(version).and_then(|version| u32::try_from(version).ok());
    if version != Some(VERSION) {
        return Err(SnapshotError::version(version.unwrap_or_default()));
    }
    let mut bytes = Vec::new();
    let expected = usize::try_from(expected).unwrap_or(usize::MAX);
    if bytes
        .try_reserve_exact(expected.saturating_sub(head.len()))
        .is_err()
    {
        return Err(SnapshotError::io(io::ErrorKind::OutOfMemory.into()));
    }
    input.read_to_end(&mut bytes).map_err(SnapshotError::io)?;
    parse(&bytes)
        .map(|(saved_at, sections)| Snapshot {
            saved_at,
            bytes,
            sections,
        })
        .ok_or_else(SnapshotError::damaged)
}

/// What comes after the version; `None` if a single bit of it is not as it should be.
fn parse(bytes: &[u8]) -> Option<(u64, Vec<Section>)> {
    let mut blocks = Blocks {
        bytes,
        at: 0,
        chain: 0,
    };
    let saved_at = number(&bytes[blocks.next(Kind::Start)?])?;
    let mut sections = Vec::new();
    loop {
        let (kind, content) = blocks.any()?;
        match kind {
            Kind::Section => {
                let identity = identity(&bytes[content])?;
                let (blocks, count) = blocks.of_section()?;
                sections.push(Section {
                    identity,
                    count,
                    blocks,
                });
            }
            Kind::End => {
                let is_all =
                    blocks.at == bytes.len() && number(&bytes[content])? == sections.len() as u64;
                return is_all.then_some((saved_at, sections));
            }
            Kind::Start | Kind::Entries | Kind::Close => return None,
        }
    }
}

/// Goes from block to block.
struct Blocks<'a> {
    bytes: &'a [u8],
    at: usize,
    chain: u64,
}

impl Blocks<'_> {
    /// The next block, if its checksum is right: its kind, and where its content is.
    fn any(&mut self) -> Option<(Kind, Range<usize>)> {
        let rest = self.bytes.get(self.at..)?;
        let kind = match rest.first()? {
            1 => Kind::Start,
            2 => Kind::Section,
            3 => Kind::Entries,
            4 => Kind::Close,
            5 => Kind::End,
            _ => return None,
        };
        let length = usize::try_from(number(rest.get(1..FRONT)?)?).ok()?;
        let end = FRONT.checked_add(length)?;
        let checksum = number(rest.get(end..end.checked_add(CHECKSUM)?)?)?;
        if checksum != xxh3_64_with_seed(&rest[..end], self.chain) {
            return None;
        }
        self.chain = checksum;
        let content = self.at + FRONT..self.at + end;
        self.at += end + CHECKSUM;
        Some((kind, content))
    }

    fn next(&mut self, expected: Kind) -> Option<Range<usize>> {
        let (kind, content) = self.any()?;
        (kind == expected).then_some(content)
    }

    /// The blocks of entries up to the end of a section, and how many entries it says they have.
    fn of_section(&mut self) -> Option<(Vec<Range<usize>>, u64)> {
        let mut blocks = Vec::new();
        loop {
            match self.any()? {
                (Kind::Entries, content) => blocks.push(content),
                (Kind::Close, content) => return Some((blocks, number(&self.bytes[content])?)),
                _ => return None,
            }
        }
    }
}

fn identity(mut content: &[u8]) -> Option<Identity> {
    let mut text = || {
        let length = usize::try_from(varint(&mut content)?).ok()?;
        let (text, rest) = content.split_at_checked(length)?;
        content = rest;
        Some(std::str::from_utf8(text).ok()?.to_owned())
    };
    let (name, path) = (text()?, text()?);
    let (key_type, value_type) = (text()?, text()?);
    Some(Identity {
        name,
        path,
        key_type,
        value_type,
        code_version: number(content).filter(|_| content.len() == 8)?,
    })
}

/// The next entry of a block; `at` goes behind it.
pub(super) fn next_entry(block: &[u8], at: &mut usize) -> Option<Entry> {
    let mut rest = block.get(*at..)?;
    let mut next = || varint(&mut rest);
    let (age, left) = (next()?, next()?.checked_sub(1));
    let (cost, bytes) = (next()?, next()?);
    let length = usize::try_from(next()?).ok()?;
    let shape = number(rest.get(..8)?)?;
    let begin = block.len() - rest.len() + 8;
    let content = begin..begin.checked_add(length)?;
    if content.end > block.len() {
        return None;
    }
    *at = content.end;
    Some(Entry {
        restored: Restored {
            age,
            left,
            cost,
            bytes,
        },
        shape,
        content,
    })
}

/// Up to eight bytes as a number.
fn number(bytes: &[u8]) -> Option<u64> {
    let mut number = [0; 8];
    number.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(u64::from_le_bytes(number))
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut n = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let part = u64::from(byte & 0x7f);
        if shift == 63 && part > 1 {
            return None;
        }
        n |= part << shift;
        if byte < 0x80 {
            return Some(n);
        }
    }
    None
}
