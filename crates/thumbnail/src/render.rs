//! The whole way from a file to thumbnails.

use crate::decode::jpeg::{Outcome, Session};
use crate::header::Header;
use crate::rendition::Scaled;
use crate::scratch::Scratch;
use crate::sink::Sink;
use crate::sniff::sniff;
use crate::{Error, Format, Limits, Progress, SourceInfo, Spec, decode, encode, panic};

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

/// Thumbnails of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// What they were made from.
    pub source: SourceInfo,
    /// One for each spec, in their order.
    pub pictures: Vec<Picture>,
}

/// Bytes of a JPEG between two looks at the clock: well under a tenth of a second's work.
const CHUNK: usize = 1 << 20;

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
    contained(format, |scratch| match format {
        Format::Jpeg => jpeg(source, 0, format, specs, limits, scratch),
        Format::Tiff | Format::Raw => match decode::preview(source) {
            Some(preview) => {
                let held = source.len() as u64;
                jpeg(&preview, held, Format::Raw, specs, limits, scratch)
            }
            None => decode(source, format, specs, limits, scratch),
        },
        _ => decode(source, format, specs, limits, scratch),
    })
}

/// The way of a JPEG, which may be part of a file of another format, of which `held` bytes are kept.
fn jpeg(
    source: &[u8],
    held: u64,
    format: Format,
    specs: &[Spec],
    limits: &Limits,
    scratch: &mut Scratch,
) -> Result<Rendered, Error> {
    let held = held + source.len() as u64;
    let mut session = Session::new(scratch.jpeg.take().unwrap_or_default());
    for chunk in source.chunks(CHUNK) {
        limits.check_time()?;
        let progress = session.push(chunk, held, specs, limits)?;
        if progress == Progress::Enough {
            break;
        }
    }
    match session.finish(scratch)? {
        Outcome::Scaled(header, scaled) => Ok(compose(&header, scaled, format, specs)),
        Outcome::Declined(_) => {
            let mut rendered = decode(source, Format::Jpeg, specs, limits, scratch)?;
            rendered.source.format = format;
            Ok(rendered)
        }
    }
}

/// Runs `work` with this thread's scratch; a panic in it is an error.
pub(crate) fn contained<T>(
    format: Format,
    work: impl FnOnce(&mut Scratch) -> Result<T, Error>,
) -> Result<T, Error> {
    panic::contain(|| Scratch::with(work))
        .unwrap_or_else(|message| Err(Error::Panicked { format, message }))
}

/// The way of every format but JPEG, and of what the reducing JPEG decoder declines.
pub(crate) fn decode(
    source: &[u8],
    format: Format,
    specs: &[Spec],
    limits: &Limits,
    scratch: &mut Scratch,
) -> Result<Rendered, Error> {
    let mut sink = Sink::new(format, source.len() as u64, specs, limits, scratch);
    decode::decode(source, format, &mut sink)?;
    let (header, scaled) = sink.finish();
    Ok(compose(&header, scaled, format, specs))
}

/// From pictures of the right size to thumbnails: the right colours, the right way up, encoded.
pub(crate) fn compose(
    header: &Header,
    scaled: Vec<Scaled>,
    format: Format,
    specs: &[Spec],
) -> Rendered {
    let pictures = specs.iter().zip(scaled).map(|(spec, scaled)| {
        let raster = scaled.to_srgb(&header.colour);
        let raster = header.orientation.upright(raster);
        encode::encode(raster, scaled.plan.canvas, format, spec)
    });
    Rendered {
        source: SourceInfo::new(format, header),
        pictures: pictures.collect(),
    }
}
