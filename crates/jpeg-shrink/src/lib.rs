//! Decodes a JPEG at 1/8, 1/4, 3/8, 1/2 or full size to component planes, reading only what that size needs.
//!
//! A whole file:
//!
//! ```
//! # fn demo(file: &[u8]) -> Result<(), jpeg_shrink::Error> {
//! use jpeg_shrink::{Decoder, Reduction, Request};
//!
//! let mut decoder = Decoder::new();
//! let picture = decoder.decode(file, |header| {
//!     let eighth_is_enough = header.width.min(header.height) >= 1600;
//!     Request::new(if eighth_is_enough { Reduction::Eighth } else { Reduction::Full })
//! })?;
//! for plane in picture.planes() {
//!     println!("{} by {} samples", plane.shape.width, plane.shape.height);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A file that arrives in pieces:
//!
//! ```
//! # fn demo<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> Result<(), jpeg_shrink::Error> {
//! use jpeg_shrink::{Decoder, Progress, Reduction, Request};
//!
//! let mut decoder = Decoder::new();
//! 'file: for mut chunk in chunks {
//!     loop {
//!         match decoder.push(chunk)? {
//!             Progress::More => break,
//!             Progress::Header { used } => {
//!                 decoder.begin(&Request::new(Reduction::Quarter))?;
//!                 chunk = &chunk[used..];
//!             }
//!             Progress::Enough => break 'file,
//!         }
//!     }
//! }
//! let picture = decoder.finish()?;
//! # let _ = picture;
//! # Ok(())
//! # }
//! ```
//!
//! The planes are what the frame holds, reduced: luma and chroma as they were coded, each at its own sampling. Which coefficients
//! enter, which transform and which rounding is used is defined by a second, plain decoder, the module `reference` (behind the feature of
//! that name), which the fast one is tested to equal bit for bit.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod assemble;
mod batch;
mod blocks;
mod differences;
mod error;
mod frame;
mod geometry;
mod header;
mod huffman;
mod idct;
mod lanes;
mod long;
mod markers;
mod picture;
mod progressive;
#[cfg(any(test, feature = "reference"))]
pub mod reference;
mod request;
mod runs;
mod scan;
mod stream;
mod symbols;
mod tables;
mod window;

pub use error::{Error, Problem, Unsupported};
pub use geometry::PlaneShape;
pub use header::{Color, Component, Header, Segment};
pub use picture::{Picture, Plane};
pub use request::{Crop, Reduction, Request};
pub use stream::{Decoder, Progress};
