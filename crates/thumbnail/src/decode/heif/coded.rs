//! Coded pictures: one item's data to its planes, by the decoder of its kind.

use super::boxes::Reader;
use super::items::Items;
use super::planes::{Coding, Planes};
use crate::{Error, Format};

/// What is held of a picture while it is decoded, for each of its pixels: planes of 16 bits before and after its filters, and
/// what is noted of its blocks.
pub(super) const BYTES_PER_PIXEL: u64 = 12;

/// Decodes an item, which has at most so many pixels.
pub(super) fn decode(
    items: &Items<'_>,
    item: u32,
    most: u64,
    format: Format,
) -> Result<Planes, Error> {
    let data = items.data(item);
    let data =
        data.ok_or_else(|| Error::corrupt(format, "a part of its picture is not in the file"))?;
    match items.kind(item) {
        #[cfg(feature = "heic")]
        Some(b"hvc1" | b"hev1") => {
            let configuration = items.property(item, b"hvcC");
            let configuration = configuration
                .ok_or_else(|| Error::corrupt(format, "its decoder's settings are missing"))?;
            hevc(configuration, &data, most, format)
        }
        #[cfg(feature = "avif")]
        Some(b"av01") => av1(data.into_owned(), most, format),
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

#[cfg(feature = "avif")]
fn av1(data: Vec<u8>, most: u64, format: Format) -> Result<Planes, Error> {
    use re_rav1d::dav1d::pixel::YUVRange;
    use re_rav1d::dav1d::{Decoder, PixelLayout, PlanarImageComponent, Settings};

    // The decoder ends the process over this one.
    if data.is_empty() {
        return Err(Error::corrupt(format, "a part of its picture is empty"));
    }
    let corrupt = |error| Error::corrupt(format, error);
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_frame_size_limit(u32::try_from(most).unwrap_or(u32::MAX));
    settings.set_all_layers(false);
    let mut decoder = Decoder::with_settings(&settings).map_err(corrupt)?;
    match decoder.send_data(data, None, None, None) {
        Err(error) if !error.is_again() => return Err(corrupt(error)),
        _ => {}
    }
    let picture = loop {
        match decoder.get_picture() {
            Ok(picture) => break picture,
            Err(error) if !error.is_again() => return Err(corrupt(error)),
            Err(error) => match decoder.send_pending_data() {
                Ok(()) => match decoder.get_picture() {
                    Ok(picture) => break picture,
                    Err(_) => return Err(corrupt(error)),
                },
                Err(again) if again.is_again() => {}
                Err(error) => return Err(corrupt(error)),
            },
        }
    };
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
    Ok(Planes {
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
    })
}
