//! A web API: handlers that are memoized, writes that invalidate, and real requests to both.
//!
//! A shop is served by axum from a database that takes 5 ms for a query. Sixteen clients read over loopback
//! while another one raises prices; they measure how long requests take, without caches and with them, and
//! the program fails when a price is answered that was raised before the request was sent.
//!
//! ```sh
//! cargo run --release --features async --example web_api
//! ```

#![allow(
    clippy::disallowed_methods,
    reason = "an example measures real time with `Instant::now`"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, put};
use memokit::{invalidates, memoize};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::RwLock;
use tokio::time::sleep;

const PRODUCTS: u32 = 100;
const PAGE: u32 = 10;
const CLIENTS: u32 = 16;
const REQUESTS: u32 = 400;
/// What the database takes for a query.
const QUERY: Duration = Duration::from_millis(5);

/// Prices in cents, by product.
static PRICES: RwLock<BTreeMap<u32, u64>> = RwLock::const_new(BTreeMap::new());
static QUERIES: AtomicU64 = AtomicU64::new(0);
/// What was answered to the last request that has raised a product's price.
static RAISED: [AtomicU64; PRODUCTS as usize] = [const { AtomicU64::new(0) }; PRODUCTS as usize];

async fn query<T>(ask: impl FnOnce(&BTreeMap<u32, u64>) -> T) -> T {
    QUERIES.fetch_add(1, Ordering::Relaxed);
    let answer = ask(&*PRICES.read().await);
    sleep(QUERY).await;
    answer
}

/// What is sold at which price. What is not found is asked for again.
#[memoize(maxsize = 1_000, ttl = "5m")]
async fn product(id: u32) -> Result<String, StatusCode> {
    let price = query(|prices| prices.get(&id).copied()).await;
    price.map_or(Err(StatusCode::NOT_FOUND), |price| {
        Ok(format!("{id} {price}\n"))
    })
}

/// `GET /products/7`: one line, the product and its price.
async fn show(Path(id): Path<u32>) -> Result<String, StatusCode> {
    product(id).await
}

/// `GET /pages/2`: a line for each product on the page. It is outdated when one of them is.
#[memoize(maxsize = 100, ttl = "5m", key = number.0)]
async fn page(number: Path<u32>) -> String {
    let first = number.saturating_mul(PAGE);
    query(|prices| {
        let mut lines = String::new();
        for (id, price) in prices.range(first..first.saturating_add(PAGE)) {
            memokit::tag(format!("product-{id}"));
            let _ = writeln!(lines, "{id} {price}");
        }
        lines
    })
    .await
}

/// `PUT /products/7/raise`: the price is a cent higher; the answer is the new one.
#[invalidates(product(id.0), tag = format!("product-{}", id.0))]
async fn raise(id: Path<u32>) -> Result<String, StatusCode> {
    let mut prices = PRICES.write().await;
    let price = prices.get_mut(&id).ok_or(StatusCode::NOT_FOUND)?;
    *price += 1;
    Ok(format!("{} {price}\n", *id))
}

/// `GET /metrics`: all caches, in the text format of Prometheus.
async fn metrics() -> String {
    let mut text = String::new();
    for cache in memokit::caches() {
        let (name, info) = (cache.name(), cache.info());
        for (result, count) in [
            ("hit", info.hits),
            ("miss", info.misses),
            ("coalesced", info.coalesced),
        ] {
            let _ = writeln!(
                text,
                "memokit_cache_requests_total{{cache=\"{name}\",result=\"{result}\"}} {count}"
            );
        }
        let _ = writeln!(
            text,
            "memokit_cache_entries{{cache=\"{name}\"}} {}",
            info.currsize
        );
    }
    text
}

fn service() -> Router {
    Router::new()
        .route("/products/{id}", get(show))
        .route("/products/{id}/raise", put(raise))
        .route("/pages/{number}", get(page))
        .route("/metrics", get(metrics))
        .route("/report", get(async || memokit::report()))
}

/// A connection that is kept open, and the little of HTTP that the answers of this service need.
struct Client(BufReader<TcpStream>);

impl Client {
    async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// The status and the body of the answer.
    async fn send(&mut self, method: &str, path: &str) -> io::Result<(u16, String)> {
        let request = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        self.0.write_all(request.as_bytes()).await?;
        let mut line = String::new();
        self.0.read_line(&mut line).await?;
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or(io::ErrorKind::InvalidData)?;
        let mut length = 0;
        while line != "\r\n" {
            line.clear();
            if self.0.read_line(&mut line).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(number) = line.strip_prefix("content-length: ") {
                length = number.trim().parse().map_err(io::Error::other)?;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await?;
        let body = String::from_utf8(body).map_err(io::Error::other)?;
        Ok((status, body))
    }

    async fn get(&mut self, path: &str) -> io::Result<String> {
        let (status, body) = self.send("GET", path).await?;
        assert_eq!(status, 200, "{path}");
        Ok(body)
    }
}

/// Products and their prices, as the service writes them.
fn lines(body: &str) -> impl Iterator<Item = (usize, u64)> {
    body.lines().map(|line| {
        let (id, price) = line.split_once(' ').expect("two numbers");
        let id = id.parse().expect("a product");
        (id, price.parse().expect("a price"))
    })
}

/// Reads products and pages, and times that. No answer may be older than what was known before.
async fn read(address: SocketAddr, seed: u32) -> io::Result<Vec<Duration>> {
    let mut client = Client::connect(address).await?;
    let mut times = Vec::new();
    let mut random = seed;
    for n in 0..REQUESTS {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let drawn = random >> 16;
        let path = if n % 4 == 0 {
            format!("/pages/{}", drawn % (PRODUCTS / PAGE))
        } else {
            format!("/products/{}", drawn % PRODUCTS)
        };
        let known = RAISED.each_ref().map(|price| price.load(Ordering::SeqCst));
        let start = Instant::now();
        let body = client.get(&path).await?;
        times.push(start.elapsed());
        for (id, price) in lines(&body) {
            assert!(price >= known[id], "{path}: {price}, after {}", known[id]);
        }
    }
    Ok(times)
}

/// Raises one price after the other, until nobody reads any more; how many.
async fn write(address: SocketAddr, is_over: &AtomicBool) -> io::Result<u32> {
    let mut client = Client::connect(address).await?;
    for count in 0.. {
        if is_over.load(Ordering::Relaxed) {
            return Ok(count);
        }
        let path = format!("/products/{}/raise", count * 7 % PRODUCTS);
        let (status, body) = client.send("PUT", &path).await?;
        assert_eq!(status, 200, "{path}");
        for (id, price) in lines(&body) {
            RAISED[id].store(price, Ordering::SeqCst);
        }
        sleep(2 * QUERY).await;
    }
    Ok(0)
}

/// All clients at once, and how it went.
async fn run(address: SocketAddr, what: &str) -> io::Result<Duration> {
    static IS_OVER: AtomicBool = AtomicBool::new(false);
    IS_OVER.store(false, Ordering::Relaxed);
    QUERIES.store(0, Ordering::Relaxed);
    let start = Instant::now();
    let writer = tokio::spawn(write(address, &IS_OVER));
    let readers: Vec<_> = (0..CLIENTS)
        .map(|seed| tokio::spawn(read(address, seed)))
        .collect();
    let mut times = Vec::new();
    for reader in readers {
        times.extend(reader.await??);
    }
    let taken = start.elapsed();
    IS_OVER.store(true, Ordering::Relaxed);
    let raised = writer.await??;
    times.sort_unstable();
    let median = times[times.len() / 2];
    println!(
        "{what:<15} {} reads and {raised} writes in {taken:>7.2?}  p50 {median:>8.2?}  p99 {:>8.2?}  {:>4} queries",
        times.len(),
        times[times.len() * 99 / 100],
        QUERIES.load(Ordering::Relaxed),
    );
    Ok(median)
}

#[tokio::main]
async fn main() -> io::Result<()> {
    PRICES
        .write()
        .await
        .extend((0..PRODUCTS).map(|id| (id, 1_000)));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async { axum::serve(listener, service()).await });

    memokit::set_enabled(false);
    let plain = run(address, "without caches").await?;
    memokit::set_enabled(true);
    let cached = run(address, "with caches").await?;
    assert!(cached < plain, "{cached:?} with caches, {plain:?} without");

    let mut client = Client::connect(address).await?;
    assert_eq!(client.send("GET", "/products/100").await?.0, 404);
    println!("\nproduct {}", product::cache_info());
    println!("page    {}", page::cache_info());
    println!("\nGET /metrics\n{}", client.get("/metrics").await?);
    println!("GET /report\n{}", client.get("/report").await?);
    Ok(())
}
