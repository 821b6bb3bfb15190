//! One picture coded by AV1, by `re_rav1d`.

use super::planes::{Coding, Planes};
use super::request::Request;
use crate::{Error, Format, apart};
use re_rav1d::dav1d::pixel::YUVRange;
use re_rav1d::dav1d::{
    Decoder, InloopFilterType, Picture, PixelLayout, PlanarImageComponent, Settings,
};

/// Decodes the picture of an operating point: all of it, for 0, or less for higher ones.
pub(super) fn decode(data: Vec<u8>, point: u8, request: Request<'_>) -> Result<Planes, Error> {
    let format = request.format;
    // The decoder panics over this one.
    if data.is_empty() {
        return Err(Error::corrupt(format, "a part of its picture is empty"));
    }
    request.check_memory(frames_held(&data))?;
    let (most, filtered) = (request.most, request.filtered);
    // The decoder's functions are of C's kind, which can't be unwound.
    apart::run_without_unwinding(request.limits, format, move || {
        let mut settings = Settings::new();
        settings.set_n_threads(1);
        settings.set_max_frame_delay(1);
        settings.set_frame_size_limit(u32::try_from(most).unwrap_or(u32::MAX));
        settings.set_all_layers(false);
        // The decoder knows 32 of them.
        settings.set_operating_point(u32::from(point & 31));
        // Noise that was taken away to code the picture need not come back in a thumbnail.
        settings.set_apply_grain(false);
        if !filtered {
            settings.set_inloop_filters(InloopFilterType::empty());
        }
        picture(&settings, data, format).map(|picture| planes(&picture))
    })
}

fn picture(settings: &Settings, data: Vec<u8>, format: Format) -> Result<Picture, Error> {
    let corrupt = |error| Error::corrupt(format, error);
    let mut decoder = Decoder::with_settings(settings).map_err(corrupt)?;
    match decoder.send_data(data, None, None, None) {
        Err(error) if !error.is_again() => return Err(corrupt(error)),
        _ => {}
    }
    loop {
        match decoder.get_picture() {
            Ok(picture) => return Ok(picture),
            Err(error) if !error.is_again() => return Err(corrupt(error)),
            Err(error) => match decoder.send_pending_data() {
                Ok(()) => return decoder.get_picture().map_err(|_| corrupt(error)),
                Err(again) if again.is_again() => {}
                Err(error) => return Err(corrupt(error)),
            },
        }
    }
}

fn planes(picture: &Picture) -> Planes {
    let (width, height) = (picture.width(), picture.height());
    let bits = picture.bits_per_component().map_or(8, |bits| bits.0 as u32);
    let shifts = match picture.pixel_layout() {
        PixelLayout::I420 => (1, 1),
        PixelLayout::I422 => (1, 0),
        PixelLayout::I400 | PixelLayout::I444 => (0, 0),
    };
    let bytes = if bits > 8 { 2 } else { 1 };
    let plane = |component: PlanarImageComponent, columns: u32, rows: u32| -> Vec<u16> {
        let plane = picture.plane(component);
        let stride = picture.stride(component) as usize;
        let rows = plane.chunks(stride).take(rows as usize);
        let row = |row: &[u8]| -> Vec<u16> {
            let row = &row[..columns as usize * bytes];
            if bytes == 1 {
                row.iter().map(|&sample| sample.into()).collect()
            } else {
                let pairs = row.as_chunks().0.iter();
                pairs.map(|&pair| u16::from_ne_bytes(pair)).collect()
            }
        };
        rows.flat_map(row).collect()
    };
    let luma = plane(PlanarImageComponent::Y, width, height);
    let across = (width + shifts.0) >> shifts.0;
    let down = (height + shifts.1) >> shifts.1;
    let [cb, cr] = if picture.pixel_layout() == PixelLayout::I400 {
        [Vec::new(), Vec::new()]
    } else {
        [PlanarImageComponent::U, PlanarImageComponent::V]
            .map(|component| plane(component, across, down))
    };
    Planes {
        size: (width, height),
        bits,
        samples: [luma, cb, cr],
        strides: [width as usize, across as usize],
        shifts,
        coding: Some(Coding {
            primaries: picture.color_primaries() as u8,
            transfer: picture.transfer_characteristic() as u8,
            matrix: picture.matrix_coefficients() as u8,
            is_full_range: picture.color_range() == YUVRange::Full,
        }),
    }
}

/// How many pictures the decoder may hold at once for these bytes: one where there is one, and for several all that AV1 lets
/// later ones refer to, beside the one at work.
fn frames_held(data: &[u8]) -> u64 {
    const MOST: u64 = 9;
    (frames(data).max(1) as u64).min(MOST)
}

/// Counts the units that hold a picture or its header (AV1 specification, 5.3), as far as they can be told apart.
fn frames(mut data: &[u8]) -> usize {
    const FRAME_HEADER: u8 = 3;
    const FRAME: u8 = 6;
    let mut count = 0;
    while let Some((header, rest)) = data.split_first() {
        let kind = header >> 3 & 15;
        count += usize::from(kind == FRAME_HEADER || kind == FRAME);
        let (has_extension, has_size) = (header & 4 != 0, header & 2 != 0);
        let Some(rest) = rest.get(usize::from(has_extension)..) else {
            break;
        };
        // A unit without a size is the last.
        let Some((size, rest)) = has_size.then(|| leb128(rest)).flatten() else {
            break;
        };
        data = rest.get(size..).unwrap_or_default();
    }
    count
}

/// A number of seven bits a byte, the lowest first, and what follows it.
fn leb128(data: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0;
    for (index, byte) in data.iter().take(8).enumerate() {
        number |= usize::from(byte & 0x7F).checked_shl(7 * index as u32)?;
        if byte & 0x80 == 0 {
            return Some((number, &data[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_counted_unit_by_unit() {
        // A temporal delimiter, a sequence header of two bytes, and then frames.
        let start = [0x12, 0, 0x0A, 2, 0, 0];
        let check = |rest: &[u8], expected: usize| {
            assert_eq!(frames(&[&start[..], rest].concat()), expected, "{rest:?}");
        };
        check(&[], 0);
        check(&[0x32, 1, 0], 1);
        check(&[0x32, 1, 0, 0x36, 0, 1, 0, 0x1A, 0], 3);
        check(&[0x30, 0x32, 0], 1);
        check(&[0x32, 0x81, 0x80, 0, 0, 0x32, 0], 2);
        check(&[0x32, 0xFF, 0x32, 0], 1);
        assert_eq!(frames_held(&start), 1);
        assert_eq!(frames_held(&[0x32, 0].repeat(100)), 9);
    }
}
