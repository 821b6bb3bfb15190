//! Lossy WebP with an alpha channel that is larger than its thumbnails: all samples without the loop filter, as rows with alpha.
//!
//! What is transparent must have no influence, so that colours are multiplied by their alpha pixel by pixel, before anything is averaged.

use super::alpha::Alpha;
use super::{lossless, lossy};
use crate::Error;
use crate::header::Header;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Sink};
use vp8_shrink::{Picture, Plane, Request};

pub(super) fn decode(
    frame: &[u8],
    chunk: &[u8],
    header: Header,
    request: &Request<'_>,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let mut colours = sink.lend(|scratch| &mut scratch.vp8);
    let mut alphas = sink.lend(|scratch| &mut scratch.vp8l);
    let result = decode_with(
        (&mut colours, &mut alphas),
        frame,
        chunk,
        header,
        request,
        sink,
    );
    sink.give_back(colours, |scratch| &mut scratch.vp8);
    sink.give_back(alphas, |scratch| &mut scratch.vp8l);
    result
}

fn decode_with(
    (colours, alphas): (&mut vp8_shrink::Decoder, &mut vp8l_rows::Decoder),
    frame: &[u8],
    chunk: &[u8],
    header: Header,
    request: &Request<'_>,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let limits = *sink.limits();
    let go_on = || limits.check_time().is_ok();
    let size = header.size;
    let request = &request.go_on(&go_on);
    let own = Alpha::request(&go_on, limits.memory_bytes);
    let alpha = Alpha::begin(alphas, chunk, size, &own);
    let mut alpha = alpha.map_err(|error| lossless::refusal(error, &limits, size))?;
    let vp8 = vp8_shrink::Header::read(frame).map_err(lossy::refusal)?;
    let planes = vp8.memory(request).map_err(lossy::refusal)?;

    let (width, height) = size;
    let layout = Layout::new(Channels::Rgba, Depth::Eight);
    let row = width as usize * layout.bytes();
    let rows = Delivery::band(width, layout).min(height);
    let band = width as usize * rows as usize;
    let memory = planes + band as u64 + alpha.as_ref().map_or(0, Alpha::memory);
    sink.start(Header { layout, ..header }, Delivery::Bands(rows), memory)?;

    let picture = colours.decode(frame, request).map_err(lossy::refusal)?;
    if let Some(offset) = picture.damage() {
        let share = picture.share();
        sink.tolerate(lossy::refusal(vp8_shrink::Error::Damaged { offset, share }))?;
    }
    if alpha.is_none() {
        sink.tolerate(super::alpha::Broken.into())?;
    }
    let mut opacity = vec![0; band];
    let mut next = 0;
    while next < height && !sink.has_enough() {
        let count = rows.min(height - next);
        let opacity = &mut opacity[..width as usize * count as usize];
        if let Some(own) = &mut alpha
            && let Err(broken) = own.read(opacity)
        {
            limits.check_time()?;
            sink.tolerate(broken.into())?;
            alpha = None;
        }
        if alpha.is_none() {
            // What is not known to be transparent is shown.
            opacity.fill(u8::MAX);
        }
        sink.rows(count, |band| {
            let bands = band.chunks_exact_mut(row);
            for ((pixels, opacity), y) in bands.zip(opacity.chunks(width as usize)).zip(next..) {
                paint(&picture, y as usize, opacity, pixels.as_chunks_mut().0);
            }
            Ok(())
        })?;
        next += count;
    }
    Ok(())
}

/// Colours the pixels of a row that were decoded.
fn paint(picture: &Picture<'_>, y: usize, opacity: &[u8], pixels: &mut [[u8; 4]]) {
    let [luma, blue, red] = picture.planes();
    let Some(own) = y
        .checked_sub(luma.shape.y)
        .filter(|&row| row < luma.shape.height)
    else {
        return;
    };
    let luma_row = samples(&luma, own);
    let chroma = y / 2 - blue.shape.y;
    let (blue_row, red_row) = (samples(&blue, chroma), samples(&red, chroma));
    // Two pixels share their chroma, from an even column on.
    let lead = luma.shape.x % 2;
    let columns = luma.shape.x..luma.shape.x + luma.shape.width;
    let pixels = pixels[columns.clone()].iter_mut().zip(&opacity[columns]);
    for (nth, ((pixel, opacity), luma)) in pixels.zip(luma_row).enumerate() {
        let chroma = (nth + lead) / 2;
        let [red, green, blue] = rgb(*luma, blue_row[chroma], red_row[chroma]);
        *pixel = [red, green, blue, *opacity];
    }
}

/// A row of a plane.
fn samples<'a>(plane: &Plane<'a>, row: usize) -> &'a [u8] {
    &plane.samples[row * plane.stride..][..plane.shape.width]
}

/// ITU-R BT.601 in its limited range, in units of 1/256.
fn rgb(luma: u8, blue: u8, red: u8) -> [u8; 3] {
    let luma = 298 * (i32::from(luma) - 16) + 128;
    let (blue, red) = (i32::from(blue) - 128, i32::from(red) - 128);
    [
        luma + 409 * red,
        luma - 100 * blue - 208 * red,
        luma + 516 * blue,
    ]
    .map(|sample| (sample >> 8).clamp(0, 255) as u8)
}
