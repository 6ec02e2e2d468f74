//! A program that is killed, and the same program that lives: with and without `oom_protection`.
//!
//! It asks a memoized function for 4 GiB of results, of a type of which nobody tells the cache how large it is. Start
//! it where it may use 256 MiB only:
//!
//! ```sh
//! cargo build --release --example oom_survivor
//! survivor=target/release/examples/oom_survivor
//!
//! systemd-run --user --scope -p MemoryMax=256M -p MemorySwapMax=0 $survivor --protected
//! docker run --rm -m 256m --memory-swap 256m -v $PWD/$survivor:/survivor debian:stable-slim /survivor --protected
//! # As root, where groups are of the first version:
//! sh -c 'cd /sys/fs/cgroup/memory && mkdir -p survivor && echo 256M > survivor/memory.limit_in_bytes &&
//!     echo $$ > survivor/cgroup.procs && exec "$0" --protected' $PWD/$survivor
//! ```
//!
//! With `--protected` it ends well and says what it has done. With `--unprotected` the system kills it, so it does
//! nothing where no limit would stop it.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use memokit::{CacheInfo, memoize, memory};

/// A picture. What it has on the heap, the cache does not know.
#[derive(Clone)]
struct Tile {
    pixels: Vec<u8>,
}

/// Bytes of a picture.
const TILE: usize = 64 << 10;
/// Pictures that are asked for: 4 GiB.
const TILES: u32 = 64 << 10;
const THREADS: u32 = 4;

fn render(number: u32) -> Tile {
    let [shade, ..] = number.to_le_bytes();
    Tile {
        pixels: vec![shade; TILE],
    }
}

#[memoize(maxsize = None)]
fn protected(number: u32) -> Tile {
    render(number)
}

/// Nothing is bounded, nothing is ever removed: a map.
#[memoize(oom_protection = false)]
fn unprotected(number: u32) -> Tile {
    render(number)
}

/// Asks for so many, on a few threads.
fn ask(tiles: u32, tile: impl Fn(u32) -> Tile + Sync) {
    let next = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= tiles {
                        break;
                    }
                    assert_eq!(tile(number).pixels.len(), TILE);
                }
            });
        }
    });
}

fn report(tiles: u32, info: &CacheInfo) {
    const MIB: usize = 1 << 20;

    println!(
        "{} MiB of results were computed",
        tiles as usize * TILE / MIB
    );
    let kept = info.currsize;
    println!("{kept} of {tiles} are kept: {} MiB", kept * TILE / MIB);
    println!(
        "{} have given way, {} were not stored",
        info.evictions(),
        info.rejected
    );
    if let Some(peak) = peak() {
        println!("at most {peak} were resident");
    }
    println!("{}", memory::report());
}

/// The most that was resident, as Linux tells it.
fn peak() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(peak.trim().to_owned())
}

/// Whether a container stops this program, and soon. By default caches may hold half of what it allows.
fn is_limited() -> bool {
    memory::limit() <= 1 << 30 && memory::report().contains("container:")
}

fn main() -> ExitCode {
    let way = std::env::args().nth(1);
    match way.as_deref() {
        None | Some("--protected") => {
            let tiles = if is_limited() { TILES } else { TILES / 16 };
            ask(tiles, protected);
            let info = protected::cache_info();
            assert_eq!(info.misses, u64::from(tiles));
            report(tiles, &info);
            if !is_limited() {
                println!("no container with little memory: there was nothing to survive");
            }
            ExitCode::SUCCESS
        }
        Some("--unprotected") if is_limited() => {
            ask(TILES, unprotected);
            let kept = unprotected::cache_info().currsize;
            println!("{kept} results are kept: the limit is no limit");
            ExitCode::SUCCESS
        }
        Some("--unprotected") => {
            eprintln!("no container with little memory: it would take what the machine has");
            ExitCode::from(2)
        }
        Some(other) => {
            eprintln!("`{other}`? Say --protected or --unprotected");
            ExitCode::from(2)
        }
    }
}
