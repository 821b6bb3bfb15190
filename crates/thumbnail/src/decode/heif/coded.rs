//! Coded pictures: one item's data to its planes, by the decoder of its kind.

#[cfg(feature = "avif")]
use super::av1;
#[cfg(feature = "heic")]
use super::hevc;
use super::items::Items;
use super::planes::Planes;
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
            hevc::decode(configuration, data.into_owned(), request)
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
