//! The whole way from a file to thumbnails.

use crate::scratch::Scratch;
use crate::sink::Sink;
use crate::sniff::sniff;
use crate::{Error, Format, Limits, Spec, decode, encode, panic};

/// A thumbnail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The encoded file.
    pub bytes: Vec<u8>,
    /// What it is encoded as.
    pub format: Format,
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// What a source's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceInfo {
    /// The format, by its content.
    pub format: Format,
    /// Pixels in a row as stored: for a photograph taken upright this can be the longer side, since the camera's orientation
    /// is not applied to it.
    pub width: u32,
    /// Rows as stored.
    pub height: u32,
}

/// Thumbnails of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// What they were made from.
    pub source: SourceInfo,
    /// One for each spec, in their order.
    pub pictures: Vec<Picture>,
}

/// Makes one thumbnail of the picture file `source`.
///
/// # Errors
///
/// Where the file is not a picture that can be read, is broken beyond use, or costs more than `limits` allow.
pub fn render(source: &[u8], spec: &Spec, limits: &Limits) -> Result<Picture, Error> {
    let mut rendered = render_all(source, std::slice::from_ref(spec), limits)?;
    Ok(rendered.pictures.remove(0))
}

/// Makes a thumbnail for each of `specs`, decoding the picture file `source` once.
///
/// # Errors
///
/// As [`render`]. There is no partial result: whether a source can be read does not depend on the spec.
pub fn render_all(source: &[u8], specs: &[Spec], limits: &Limits) -> Result<Rendered, Error> {
    limits.check_bytes(source.len() as u64)?;
    let format = sniff(source)?;
    panic::contain(|| Scratch::with(|scratch| work(source, format, specs, limits, scratch)))
        .unwrap_or_else(|message| Err(Error::Panicked { format, message }))
}

fn work(
    source: &[u8],
    format: Format,
    specs: &[Spec],
    limits: &Limits,
    scratch: &mut Scratch,
) -> Result<Rendered, Error> {
    let mut sink = Sink::new(format, source.len() as u64, specs, limits, scratch);
    decode::decode(source, format, &mut sink)?;
    let (header, scaled) = sink.finish();
    let pictures = specs.iter().zip(scaled).map(|(spec, scaled)| {
        let raster = header.colour.to_srgb(&scaled, header.layout);
        let raster = header.orientation.upright(raster);
        encode::encode(raster, scaled.plan.canvas, format, spec)
    });
    Ok(Rendered {
        source: SourceInfo {
            format,
            width: header.size.0,
            height: header.size.1,
        },
        pictures: pictures.collect(),
    })
}
