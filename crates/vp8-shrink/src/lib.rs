//! Decodes a still picture in VP8, as lossy WebP has it, at 1/8, 1/4, 1/2 or full size to planes, without what a small picture doesn't show.
//!
//! ```
//! # fn demo(frame: &[u8]) -> Result<(), vp8_shrink::Error> {
//! use vp8_shrink::{Decoder, Header, Reduction, Request};
//!
//! let header = Header::read(frame)?;
//! let quarter_is_enough = header.width.min(header.height) >= 1600;
//! let reduction = if quarter_is_enough { Reduction::Quarter } else { Reduction::Full };
//! let mut decoder = Decoder::new();
//! let picture = decoder.decode(frame, &Request::new(reduction))?;
//! for plane in picture.planes() {
//!     println!("{} by {} samples", plane.shape.width, plane.shape.height);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The planes are what RFC 6386 reconstructs before its loop filter, and the means of squares of samples of that. A second, plain decoder, the
//! module `reference` (behind the feature of that name), is the definition, and the fast one is tested to equal it bit for bit.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod above;
mod blocks;
mod bools;
mod canvas;
mod decoder;
mod error;
mod geometry;
mod header;
mod modes;
mod picture;
mod predict;
#[cfg(any(test, feature = "reference"))]
pub mod reference;
mod request;
mod residue;
mod shrink;
mod tables;
mod tokens;
mod transform;

pub use decoder::Decoder;
pub use error::{Error, Unsupported};
pub use geometry::PlaneShape;
pub use header::Header;
pub use picture::{Picture, Plane};
pub use request::{Crop, Reduction, Request};
