//! A service that stays within its memory: one limit over its caches and its working memory.
//!
//! It renders tiles of a map, in batches as large as memory allows. The limit comes from the environment,
//! else from the container or the machine; each batch asks before it begins, and is smaller when memory is
//! scarce; the picture in the making has its room reserved, for which caches give way.
//!
//! ```sh
//! MEMOKIT_MEMORY_LIMIT=8MiB cargo run --release --example production_memory
//! ```

use std::sync::atomic::{AtomicUsize, Ordering};

use memokit::alloc::Tracking;
use memokit::memoize;
use memokit::memory::{self, Pressure};

/// What results have on the heap is known to the byte.
#[global_allocator]
static ALLOCATOR: Tracking = Tracking::system();

const TILES: u32 = 4_000;
/// Bytes of a tile.
const TILE: usize = 64 * 64;

/// Heights on a grid, which are dear: a sum of many waves.
#[memoize(maxsize = None, tags("map"))]
fn heights(tile: u32) -> Vec<u8> {
    let height = |n: u32| {
        let waves = (1..40_u32).map(|k| n.wrapping_mul(k).wrapping_add(tile * k) >> (k % 8));
        waves.fold(0, u32::wrapping_add).to_le_bytes()[0]
    };
    (0..64 * 64).map(height).collect()
}

/// What a tile looks like, which is cheap once its heights are known.
#[memoize(maxsize = None, tags("map"))]
fn shades(tile: u32) -> Vec<u8> {
    heights(tile).iter().map(|height| height / 2 + 64).collect()
}

/// A batch in the making takes a buffer for each tile.
fn render(tiles: std::ops::Range<u32>) -> Result<usize, memory::MemoryLimitExceeded> {
    let count = tiles.len();
    let room = memory::try_reserve(count * TILE)?;
    let mut picture: Vec<u8> = Vec::with_capacity(room.bytes());
    for tile in tiles {
        picture.extend(shades(tile));
    }
    Ok(picture.iter().filter(|shade| **shade > 128).count())
}

fn main() -> Result<(), memory::MemoryLimitExceeded> {
    static CHANGES: AtomicUsize = AtomicUsize::new(0);
    if std::env::var_os("MEMOKIT_MEMORY_LIMIT").is_none() {
        // So that it is interesting wherever this runs.
        memory::set_limit(8 << 20);
    }
    memory::on_pressure(|level| {
        println!("memory pressure: {level}");
        CHANGES.fetch_add(1, Ordering::Relaxed);
    });

    let (mut next, mut batch, mut batches, mut bright) = (0, 256, 0, 0);
    while next < TILES {
        batch = match memory::pressure() {
            Pressure::Low => (batch * 2).min(256),
            Pressure::Medium => batch,
            Pressure::High | Pressure::Critical => (batch / 2).max(16),
        };
        let tiles = next..TILES.min(next + batch);
        // A question first: caches may hold most of it, and would have to give way.
        if let Err(exceeded) = memory::check(tiles.len() * TILE) {
            println!("batch {batches}: {exceeded}");
        }
        next = tiles.end;
        bright += render(tiles)?;
        batches += 1;
        assert!(memory::used() <= memory::limit());
    }

    println!("{TILES} tiles in {batches} batches, {bright} bright points");
    println!("{}", memory::report());
    let (dear, cheap) = (heights::cache_info(), shades::cache_info());
    println!("kept: {} heights, {} shades", dear.currsize, cheap.currsize);
    assert!(
        dear.removals.memory + cheap.removals.memory > 0,
        "there is more than fits"
    );
    assert!(CHANGES.load(Ordering::Relaxed) > 0);
    Ok(())
}
