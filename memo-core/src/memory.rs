//! Memory: how much there is, how much is used, and how scarce it has become.

mod level;
mod limit;
