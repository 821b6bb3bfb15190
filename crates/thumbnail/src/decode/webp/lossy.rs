//! Lossy WebP that is larger than its thumbnails, by `vp8-shrink`: planes that are not much larger than the thumbnails.

use crate::colour::{self, Space};
use crate::fit::{self, Plan};
use crate::header::Header;
use crate::raster::{Channels, Depth, Layout};
use crate::resample::{self, Grid, Plane, Samples};
use crate::sink::Sink;
use crate::{Error, Format};
use vp8_shrink::{Crop, PlaneShape, Reduction, Request};

/// By how much the planes have to be larger than a thumbnail at least: resampling makes good what means blur, up to there.
const MARGIN: f64 = 1.5;

/// The samples of a frame that a thumbnail needs, none of them reduced, by the same rule.
pub(super) fn request_full(
    frame: &[u8],
    header: &Header,
    sink: &Sink<'_>,
) -> Option<Request<'static>> {
    let vp8 = vp8_shrink::Header::read(frame).ok()?;
    let plans = sink.plans(header.size, header.orientation);
    leaves_enough(Reduction::Full, &plans, sink)
        .then(|| within(Reduction::Full, &vp8, &plans, sink))?
}

/// Whether planes so much smaller are still larger than all thumbnails.
fn leaves_enough(reduction: Reduction, plans: &[Plan], sink: &Sink<'_>) -> bool {
    let scale = 1.0 / reduction.divisor() as f64;
    sink.specs().iter().zip(plans).all(|(spec, plan)| {
        let margin = MARGIN * spec.margin.factor();
        plan.crop.width * scale >= f64::from(plan.scaled.0) * margin
            && plan.crop.height * scale >= f64::from(plan.scaled.1) * margin
    })
}

/// What to decode of a frame. `None` where a thumbnail shows so much of it that the loop filter's work is seen, or where it is not read.
pub(super) fn request(frame: &[u8], header: &Header, sink: &Sink<'_>) -> Option<Request<'static>> {
    if sink
        .specs()
        .iter()
        .any(|spec| header.colour.space(spec) != Space::Stored)
    {
        // Planes are resampled in the numbers that are stored.
        return None;
    }
    let vp8 = vp8_shrink::Header::read(frame).ok()?;
    let plans = sink.plans(header.size, header.orientation);
    let reduction = [
        Reduction::Eighth,
        Reduction::Quarter,
        Reduction::Half,
        Reduction::Full,
    ]
    .into_iter()
    .find(|reduction| leaves_enough(*reduction, &plans, sink))?;
    within(reduction, &vp8, &plans, sink)
}

/// The part of a frame that thumbnails reach. `None` where nobody wants one.
fn within(
    reduction: Reduction,
    vp8: &vp8_shrink::Header,
    plans: &[Plan],
    sink: &Sink<'_>,
) -> Option<Request<'static>> {
    // Chroma's samples are twice as wide.
    let sample = 2.0 * reduction.divisor() as f64;
    let (mut columns, mut rows) = (vp8.width..0, vp8.height..0);
    for Plan { crop, scaled, .. } in plans {
        let across = resample::reach(crop.left, crop.width, scaled.0, sample, vp8.width);
        let down = resample::reach(crop.top, crop.height, scaled.1, sample, vp8.height);
        columns = columns.start.min(across.start)..columns.end.max(across.end);
        rows = rows.start.min(down.start)..rows.end.max(down.end);
    }
    if columns.is_empty() || rows.is_empty() {
        return None;
    }
    let crop = Crop {
        x: columns.start,
        y: rows.start,
        width: columns.end - columns.start,
        height: rows.end - rows.start,
    };
    let request = Request::new(reduction)
        .crop(crop)
        .min_share(sink.damaged().least_share())
        .max_bytes(sink.limits().memory_bytes);
    Some(request)
}

/// Decodes what `request` has found to be enough.
pub(super) fn decode(
    frame: &[u8],
    header: Header,
    request: &Request<'_>,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let limits = *sink.limits();
    let go_on = || limits.check_time().is_ok();
    let request = &request.go_on(&go_on);
    let header = Header {
        layout: Layout::new(Channels::YCbCr, Depth::Eight),
        ..header
    };
    let vp8 = vp8_shrink::Header::read(frame).map_err(refusal)?;
    let planes = vp8.memory(request).map_err(refusal)?;
    let divisor = request.reduction.divisor() as f64;
    let largest = (
        u64::from(vp8.width).div_ceil(divisor as u64),
        u64::from(vp8.height).div_ceil(divisor as u64),
    );
    let resampling = sink
        .plans(header.size, header.orientation)
        .iter()
        .map(|plan| {
            let step = plan.crop.height / f64::from(plan.scaled.1) / divisor;
            resample::plane_bytes(largest, step)
        })
        .max();
    sink.start_planes(header, planes + resampling.unwrap_or(0))?;
    let kind = match request.reduction {
        Reduction::Full => Samples::Points,
        _ => Samples::Means,
    };
    let mut damage = None;
    sink.planes(|plans, decoder| {
        let picture = decoder.decode(frame, request).map_err(refusal)?;
        damage = picture.damage().map(|offset| vp8_shrink::Error::Damaged {
            offset,
            share: picture.share(),
        });
        let scaled = plans.iter().map(|plan| {
            let planes = picture.planes().map(|plane| Plane {
                grid: grid(&plane.shape, plan, kind),
                stride: plane.stride,
                samples: plane.samples,
            });
            let mut samples = resample::planes(&planes, plan.scaled);
            colour::limited_to_full_range(samples.bytes_mut());
            samples
        });
        Ok(scaled.collect())
    })?;
    damage.map_or(Ok(()), |damage| sink.tolerate(refusal(damage)))
}

/// Where a plane's samples lie.
fn grid(shape: &PlaneShape, plan: &Plan, kind: Samples) -> Grid {
    let scale = 1.0 / shape.pixels as f64;
    Grid {
        size: (shape.width, shape.height),
        crop: fit::Crop {
            left: plan.crop.left * scale - shape.x as f64,
            top: plan.crop.top * scale - shape.y as f64,
            width: plan.crop.width * scale,
            height: plan.crop.height * scale,
        },
        kind,
    }
}

/// The limit on time is ours, and all else is the picture's.
pub(super) fn refusal(error: vp8_shrink::Error) -> Error {
    match error {
        vp8_shrink::Error::Stopped => Error::TooMuchTime,
        error => Error::corrupt(Format::WebP, error),
    }
}
