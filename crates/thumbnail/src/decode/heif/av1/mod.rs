//! One picture coded by AV1, by `re_rav1d`.

mod sequence_header;
mod units;

use super::converter::Coding;
use super::planes::Planes;
use super::request::Request;
use crate::{Error, Format, apart};
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
    request.check_memory(units::frames_held(&data))?;
    let coding = units::sequence_header(&data).and_then(sequence_header::coding);
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
        picture(&settings, data, format).map(|picture| planes(&picture, coding))
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

fn planes(picture: &Picture, coding: Option<Coding>) -> Planes {
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
        coding,
    }
}
