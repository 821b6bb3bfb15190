//! Coded pictures: one item's data to its planes, by the decoder of its kind.

#[cfg(feature = "avif")]
use super::av1;
#[cfg(feature = "heic")]
use super::boxes::Reader;
use super::items::Items;
use super::planes::Planes;
#[cfg(feature = "heic")]
use crate::apart;
use crate::{Error, Format, Limits};

/// What is held of a picture while it is decoded, for each of its pixels: planes of 16 bits before and after its filters, and
/// what is noted of its blocks.
pub(super) const BYTES_PER_PIXEL: u64 = 12;

/// What is asked of a decoder.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) format: Format,
    pub(super) limits: &'a Limits,
    /// Pixels that the file says there are, and a bit: a picture of more is refused.
    pub(super) most: u64,
    /// Whether what smooths the edges of blocks is wanted. In a picture that is reduced to a half or less it shows little.
    pub(super) filtered: bool,
}

impl Request<'_> {
    /// Refuses a picture that takes too much memory while it is decoded, with so many others that are held for it.
    pub(super) fn check_memory(&self, frames: u64) -> Result<(), Error> {
        let needed = (BYTES_PER_PIXEL + 6 * (frames - 1)) * self.most;
        let side = u32::try_from(self.most.isqrt()).unwrap_or(u32::MAX);
        self.limits.check_memory(self.format, (side, side), needed)
    }
}

/// Decodes an item.
pub(super) fn decode(items: &Items<'_>, item: u32, request: Request<'_>) -> Result<Planes, Error> {
    let format = request.format;
    let data = items.data(item);
    let data =
        data.ok_or_else(|| Error::corrupt(format, "a part of its picture is not in the file"))?;
    match items.kind(item) {
        #[cfg(feature = "heic")]
        Some(b"hvc1" | b"hev1") => {
            let configuration = items.property(item, b"hvcC");
            let configuration = configuration
                .ok_or_else(|| Error::corrupt(format, "its decoder's settings are missing"))?
                .to_vec();
            request.check_memory(1)?;
            let (data, most) = (data.into_owned(), request.most);
            apart::run(request.limits, format, move || {
                hevc(&configuration, &data, most, format)
            })
        }
        #[cfg(feature = "avif")]
        Some(b"av01") => {
            // Of several sizes or qualities, the one that the file says is the picture.
            let point = items.property(item, b"a1op").and_then(|data| data.first());
            av1::decode(data.into_owned(), point.copied().unwrap_or(0), request)
        }
        Some(kind) => Err(Error::unread(
            format,
            format!("a picture of the kind {}", String::from_utf8_lossy(kind)),
        )),
        None => Err(Error::corrupt(
            format,
            "it refers to a picture that is not there",
        )),
    }
}

/// The parameter sets of an `hvcC` (ISO/IEC 14496-15, 8.3.3.1), and how many bytes the lengths in the data have.
#[cfg(feature = "heic")]
fn parameters(configuration: &[u8]) -> Option<(Vec<&[u8]>, usize)> {
    let mut reader = Reader(configuration);
    reader.bytes(21)?;
    let length = (reader.number(1)? & 3) as usize + 1;
    let mut sets = Vec::new();
    for _ in 0..reader.number(1)? {
        reader.number(1)?;
        for _ in 0..reader.number(2)? {
            let size = reader.number(2)? as usize;
            sets.push(reader.bytes(size)?);
        }
    }
    Some((sets, length))
}

#[cfg(feature = "heic")]
fn hevc(configuration: &[u8], data: &[u8], most: u64, format: Format) -> Result<Planes, Error> {
    use heic_rs::hevc::{decode_still, probe};

    let broken = |what: &'static str| Error::corrupt(format, what);
    let (sets, length) =
        parameters(configuration).ok_or_else(|| broken("its decoder's settings are cut off"))?;
    // Further layers are for a second eye or a finer picture.
    let is_base =
        |unit: &&[u8]| matches!(unit, [first, second, ..] if first & 1 == 0 && second >> 3 == 0);
    let mut units = Vec::new();
    let mut reader = Reader(data);
    while let Some(size) = reader.number(length) {
        // The last one as far as it goes.
        let size = usize::try_from(size)
            .unwrap_or(usize::MAX)
            .min(reader.0.len());
        units.push(reader.bytes(size).unwrap_or(&[]));
    }
    units.retain(is_base);
    let is_set = |unit: &&[u8]| {
        unit.first()
            .is_some_and(|first| matches!(first >> 1 & 63, 32..=34))
    };
    let (inside, slices): (Vec<_>, Vec<_>) = units.into_iter().partition(is_set);
    // Sets may come with the data too.
    let sets: Vec<_> = sets.into_iter().filter(is_base).chain(inside).collect();
    let info = probe(&sets).map_err(|error| hevc_error(error, format))?;
    if u64::from(info.width) * u64::from(info.height) > most {
        return Err(broken("a part of its picture is larger than the file says"));
    }
    let frame = decode_still(&sets, &slices).map_err(|error| hevc_error(error, format))?;
    frame
        .validate()
        .map_err(|error| hevc_error(error, format))?;
    Ok(Planes {
        size: (frame.width, frame.height),
        bits: frame.bit_depth.into(),
        samples: [frame.y, frame.cb, frame.cr],
        strides: [frame.y_stride as usize, frame.c_stride as usize],
        shifts: (frame.chroma.x_shift(), frame.chroma.y_shift()),
        coding: None,
    })
}

#[cfg(feature = "heic")]
fn hevc_error(error: heic_rs::Error, format: Format) -> Error {
    match error {
        heic_rs::Error::Unsupported(_) => Error::unread(format, error),
        _ => Error::corrupt(format, error),
    }
}
