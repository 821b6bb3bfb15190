//! Thumbnails from untrusted pictures: bytes in, bytes out.
//!
//! [`render`] makes one picture, [`render_all`] several from one decode, and [`Stream`] takes the file as it arrives.
//! A [`Spec`] says what a thumbnail is like, [`Limits`] what its source may cost; every limit is checked on the file's
//! header, before the memory it speaks of is asked for.
//!
//! A thumbnail is upright by the source's EXIF orientation, its colours are sRGB by the source's profile, and it carries
//! no metadata. Of an animation it shows the first frame. The same bytes and settings give the same thumbnail.
//!
//! Nothing here reads a file or the environment, or any clock where [`Limits::deadline`] does not ask for it; the decoders
//! are memory-safe, and a panic in one of them is an [`Error`].
//!
//! ```
//! # fn example(upload: &[u8]) -> Result<(), thumbnail::Error> {
//! use thumbnail::{Limits, Spec};
//! let picture = thumbnail::render(upload, &Spec::default(), &Limits::default())?;
//! assert_eq!((picture.width, picture.height), (200, 200));
//! # Ok(())
//! # }
//! ```

mod alpha;
mod apart;
#[cfg(feature = "bench")]
#[doc(hidden)]
pub mod bench;
mod colour;
mod decode;
mod encode;
mod error;
mod exif;
mod fit;
mod format;
mod header;
mod limits;
mod notes;
mod orientation;
mod packed;
mod palette;
mod panic;
mod raster;
mod render;
mod rendition;
mod report;
mod resample;
mod scratch;
mod sink;
mod sniff;
mod spec;
mod stream;

pub use apart::left_behind;
pub use error::{Cause, Error, ErrorKind};
pub use format::Format;
pub use limits::Limits;
pub use notes::Warning;
pub use render::{Picture, Rendered, render, render_all};
pub use report::{ColourSource, SourceInfo};
pub use spec::{Damaged, Fit, Margin, OutputFormat, Percent, Quality, Size, Spec, SpecError};
pub use stream::{Progress, Stream};
