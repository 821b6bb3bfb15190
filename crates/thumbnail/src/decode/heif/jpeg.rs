//! One picture coded as a JPEG (ISO/IEC 23008-12, annex H).

use super::converter::Coding;
use super::planes::Planes;
use super::request::Request;
use crate::Error;
use jpeg_shrink::{Color, Component, Decoder, Reduction};

/// Decodes a picture; `start` is what its bytes begin with where that is kept elsewhere, in a `jpgC` box.
pub(super) fn decode(start: &[u8], data: &[u8], request: Request<'_>) -> Result<Planes, Error> {
    let (most, format) = (request.most, request.format);
    // Samples of one byte and of two, and the coefficients of one that is progressive.
    request.check_memory(2)?;
    let whole = [start, data].concat();
    let mut decoder = Decoder::new();
    let mut header = None;
    let picture = decoder.decode(&whole, |found| {
        header = Some(found.clone());
        let request = jpeg_shrink::Request::new(Reduction::Full);
        request.min_share(1.0).max_bytes(9 * most)
    });
    let picture = picture.map_err(|error| match error {
        jpeg_shrink::Error::Unsupported(_) => Error::unread(format, error),
        _ => Error::corrupt(format, error),
    })?;
    let header = header.ok_or_else(|| Error::corrupt(format, "its header is missing"))?;
    if u64::from(header.width) * u64::from(header.height) > most {
        return Err(Error::corrupt(format, "a part is larger than it says"));
    }
    // Colours that are stored as such are green, blue and red here.
    let (order, matrix): (&[usize], _) = match header.color() {
        Color::Grey => (&[0], 2),
        Color::YCbCr => (&[0, 1, 2], 2),
        Color::Rgb => (&[1, 2, 0], 0),
        _ => return Err(Error::unread(format, "a JPEG in ink")),
    };
    let shifts = shifts(&header.components)
        .ok_or_else(|| Error::unread(format, "a JPEG of unusual sampling"))?;
    let planes: Vec<_> = picture.planes().collect();
    let samples = |index: usize| -> Vec<u16> {
        let plane = order.get(index).map(|&index| planes[index].rows());
        let samples = plane.into_iter().flatten().flatten();
        samples.map(|&sample| sample.into()).collect()
    };
    Ok(Planes {
        size: (header.width, header.height),
        bits: 8,
        samples: [samples(0), samples(1), samples(2)],
        strides: [planes[0].shape.width, planes[order.len() - 1].shape.width],
        shifts,
        coding: Some(Coding {
            primaries: 2,
            transfer: 2,
            matrix,
            is_full_range: true,
        }),
    })
}

/// By how many bits a column and a row are shifted to those of the chroma: none or one.
fn shifts(components: &[Component]) -> Option<(u32, u32)> {
    let [luma, cb, cr] = components else {
        return Some((0, 0));
    };
    let shift = |luma: u8, chroma: u8| {
        let is_shared = luma == 2 * chroma;
        (is_shared || luma == chroma).then_some(u32::from(is_shared))
    };
    let shifts = |chroma: &Component| Some((shift(luma.h, chroma.h)?, shift(luma.v, chroma.v)?));
    shifts(cb).filter(|&found| shifts(cr) == Some(found))
}
