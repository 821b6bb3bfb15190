//! Coded pictures: one item's data to its planes, by the decoder of its kind.

#[cfg(feature = "avif")]
use super::av1;
#[cfg(feature = "heic")]
use super::hevc;
use super::items::Items;
use super::jpeg;
use super::planes::Planes;
use super::request::Request;
use crate::Error;

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
        Some(b"jpeg") => {
            let start = items.property(item, b"jpgC").unwrap_or_default();
            jpeg::decode(start, &data, request)
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
