//! The decoders. Nothing outside this folder knows one by name.
//!
//! Each takes a whole file and hands its picture to a [`Sink`]: first the header, on which all limits are checked, then
//! the rows. A further format is one more file here, one more [`Format`], and a line in `sniff`.

mod bmp;
mod gif;
mod heif;
mod ico;
pub(crate) mod jpeg;
mod jxl;
mod lzw;
mod png;
mod raw;
mod svg;
mod tiff;
mod webp;

pub(crate) use heif::brands;
pub(crate) use ico::is_icon;
pub(crate) use raw::{is_raw, preview};
pub(crate) use svg::is_svg;

use crate::sink::Sink;
use crate::{Error, Format};

/// Decodes `source`, which is of `format`, into `sink`.
pub(crate) fn decode(source: &[u8], format: Format, sink: &mut Sink<'_>) -> Result<(), Error> {
    match format {
        Format::Jpeg => jpeg::decode(source, sink),
        Format::Png => png::decode(source, sink),
        Format::WebP => webp::decode(source, sink),
        Format::Gif => gif::decode(source, sink),
        Format::Bmp => bmp::decode(source, sink),
        Format::Tiff => tiff::decode(source, sink),
        Format::Heic | Format::Avif => heif::decode(source, format, sink),
        Format::Jxl => jxl::decode(source, sink),
        Format::Svg => svg::decode(source, sink),
        Format::Ico => ico::decode(source, sink),
        Format::Raw => Err(Error::UnreadFormat {
            name: "a raw photograph without a preview",
        }),
    }
}
