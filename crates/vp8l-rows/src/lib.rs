//! Decodes lossless WebP (VP8L) row by row, in a few MiB however large the picture is.
//!
//! ```
//! # fn demo(data: &[u8]) -> Result<(), vp8l_rows::Error> {
//! use vp8l_rows::{Decoder, Request, Samples};
//!
//! let mut decoder = Decoder::new();
//! let mut picture = decoder.begin(data, &Request::new(Samples::Rgba))?;
//! let mut band = vec![0; 16 * picture.row_bytes()];
//! while let Some(rows) = picture.read(&mut band)? {
//!     println!("{rows} rows more");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The format is that of RFC 9649, section 3.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod bits;
mod budget;
mod cache;
mod code;
mod decoder;
mod error;
mod group;
mod header;
mod image;
mod lengths;
mod output;
mod pixels;
mod preamble;
mod reach;
#[cfg(any(test, feature = "reference"))]
pub mod reference;
mod request;
mod transform;

pub use decoder::{Decoder, Picture};
pub use error::{Error, Part};
pub use header::Header;
pub use request::{Request, Samples};
