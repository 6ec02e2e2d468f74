//! Memory: how much there is, how much is used, and how scarce it has become.

mod container;
mod level;
mod limit;
mod rss;
