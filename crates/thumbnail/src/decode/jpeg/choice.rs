//! How much of a picture is read: the reduction that leaves a thumbnail what it shows, and what of the picture it is made from.

use crate::fit::Plan;
use crate::{Damaged, Format, Spec, encode, resample};
use jpeg_shrink::{Color, Crop, Reduction, Request};

/// The least that gives every thumbnail its pixels: the largest reduction that leaves at least their size and margin, and no more than
/// resampling reaches.
pub(super) fn request(jpeg: &jpeg_shrink::Header, specs: &[Spec], plans: &[Plan]) -> Request {
    let reduction = largest(specs, plans, |reduction, _| {
        [scale(reduction) / least_margin(reduction); 2]
    });
    // Half the colour, as JPEG has it, is shown by half the samples.
    let chroma = sampling(jpeg).map(|[across, down]| {
        let chroma = largest(specs, plans, |reduction, spec| {
            let halved = encode::halves_chroma(spec, Format::Jpeg);
            let shown = if halved { 2.0 } else { 1.0 };
            let beyond = shown / least_chroma_margin(reduction);
            [across, down].map(|pixels| scale(reduction) / pixels * beyond)
        });
        chroma.max(reduction)
    });

    // A component that is stored with fewer samples has wider ones.
    let most = |factor: fn(&jpeg_shrink::Component) -> u8| {
        f64::from(jpeg.components.iter().map(factor).max().unwrap_or(1))
    };
    let widest = most(|component| component.h).max(most(|component| component.v));
    let sample = widest / scale(chroma.unwrap_or(reduction).max(reduction));
    let (mut columns, mut rows) = (jpeg.width..0, jpeg.height..0);
    for plan in plans {
        let crop = plan.crop;
        let across = resample::reach(crop.left, crop.width, plan.scaled.0, sample, jpeg.width);
        let down = resample::reach(crop.top, crop.height, plan.scaled.1, sample, jpeg.height);
        columns = columns.start.min(across.start)..columns.end.max(across.end);
        rows = rows.start.min(down.start)..rows.end.max(down.end);
    }
    let request = Request::new(reduction);
    let request = chroma.map_or(request, |chroma| request.chroma(chroma));
    let request = if columns.is_empty() || rows.is_empty() {
        // Nobody wants a thumbnail.
        request
    } else {
        request.crop(Crop {
            x: columns.start,
            y: rows.start,
            width: columns.end - columns.start,
            height: rows.end - rows.start,
        })
    };
    request.min_share(Damaged::of(specs).least_share())
}

/// The largest reduction that leaves every thumbnail the samples that it shows: `samples` says how many there are for each pixel of
/// the source, across and down, beyond what is to be left over.
fn largest(
    specs: &[Spec],
    plans: &[Plan],
    samples: impl Fn(Reduction, &Spec) -> [f64; 2],
) -> Reduction {
    let leaves_enough = |reduction: &Reduction| {
        specs.iter().zip(plans).all(|(spec, plan)| {
            let [across, down] = samples(*reduction, spec);
            let margin = spec.margin.factor();
            plan.crop.width * across >= f64::from(plan.scaled.0) * margin
                && plan.crop.height * down >= f64::from(plan.scaled.1) * margin
        })
    };
    [
        Reduction::Eighth,
        Reduction::Quarter,
        Reduction::ThreeEighths,
        Reduction::Half,
    ]
    .into_iter()
    .find(leaves_enough)
    .unwrap_or(Reduction::Full)
}

/// How many pixels share a sample of chroma, across and down, where there is such a thing.
fn sampling(jpeg: &jpeg_shrink::Header) -> Option<[f64; 2]> {
    let [luma, blue, red] = &jpeg.components[..] else {
        return None;
    };
    let factors = |over: u8, under: u8| f64::from(over) / f64::from(under);
    let usual = jpeg.color() == Color::YCbCr
        && (blue.h, blue.v) == (red.h, red.v)
        && luma.h >= blue.h
        && luma.v >= blue.v;
    usual.then(|| [factors(luma.h, blue.h), factors(luma.v, blue.v)])
}

/// Samples for each pixel, in one dimension.
pub(super) fn scale(reduction: Reduction) -> f64 {
    reduction.points() as f64 / 8.0
}

/// How many times the thumbnail's size a reduction has to leave of luma, so that ssimulacra2 is within two points of a full decode.
///
/// At 1/8 there is only the mean of a block, of which the resampler makes the best: a picture of 2432 pixels has half as many again of
/// those as a thumbnail of 200. The others keep the lowest half-waves of a block but for the one that is the highest both ways;
/// the edges of a drawing, which have them all, show what is lost unless the thumbnail loses it too. 1/4 is enough for 1600 x 1200 and
/// not for 1920 x 1080, and 3/8 is just enough for 1280 x 853, which many pictures are.
fn least_margin(reduction: Reduction) -> f64 {
    match reduction {
        Reduction::Eighth => 1.52,
        Reduction::Quarter => 1.5,
        Reduction::ThreeEighths => 1.59,
        Reduction::Half => 1.5,
        Reduction::Full => 1.0,
    }
}

/// The same of chroma, of which the eye asks for less. At 1/8 that is no more than a thumbnail shows: what photos of 1600 to 2431 pixels
/// lose is less than half a point, and more would take a seventh of their time. Small coloured letters do lose there, and in what is
/// smaller they would lose most.
fn least_chroma_margin(reduction: Reduction) -> f64 {
    match reduction {
        Reduction::Eighth => 1.0,
        Reduction::Quarter => 1.35,
        reduction => least_margin(reduction),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orientation::Orientation;
    use jpeg_encoder::{ColorType, Encoder};
    use jpeg_shrink::Decoder;

    /// What is asked of a square JPEG with colour for squares of four pixels.
    fn requested(side: u16, spec: Spec) -> Request {
        let mut jpeg = Vec::new();
        let mut encoder = Encoder::new(&mut jpeg, 90);
        encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
        let samples = vec![90; usize::from(side) * usize::from(side) * 3];
        encoder
            .encode(&samples, side, side, ColorType::Rgb)
            .expect("a JPEG");
        let mut decoder = Decoder::new();
        assert!(matches!(
            decoder.push(&jpeg),
            Ok(jpeg_shrink::Progress::Header { .. })
        ));
        let header = decoder.header().expect("the decoder said so");
        let side = u32::from(side);
        let plan = Plan::new((side, side), Orientation::default(), &spec);
        request(header, &[spec], &[plan])
    }

    /// 2400 pixels have 300 means of blocks, and 1080 have 270 samples at 1/4: both lose more than two points.
    #[test]
    fn as_much_is_read_as_a_thumbnail_shows() {
        for (side, luma) in [
            (2448, Reduction::Eighth),
            (2400, Reduction::Quarter),
            (1600, Reduction::Quarter),
            (1200, Reduction::Quarter),
            (1080, Reduction::ThreeEighths),
            (853, Reduction::ThreeEighths),
            (800, Reduction::Half),
            (500, Reduction::Full),
        ] {
            let request = requested(side, Spec::default());
            assert_eq!(request.reduction, luma, "{side}");
        }
    }

    /// 1600 pixels: at 1/8 as much colour is left as a thumbnail of 200 stores, if it stores half.
    #[test]
    fn colour_is_read_as_far_as_a_thumbnail_stores_it() {
        let check = |spec: Spec, chroma: Reduction| {
            let request = requested(1600, spec);
            assert_eq!(request.reduction, Reduction::Quarter, "{spec}");
            assert_eq!(request.chroma, Some(chroma), "{spec}");
        };
        let quality = crate::Quality::new(90).expect("a quality");
        check(Spec::default(), Reduction::Eighth);
        check(Spec::default().with_quality(quality), Reduction::Quarter);
        let png = crate::OutputFormat::Png;
        check(Spec::default().with_format(png), Reduction::Quarter);
    }

    /// 800 pixels have 400 of colour: of those 100 that 1/4 leaves, the lines of coloured letters would not come to 100 again.
    #[test]
    fn colour_has_something_to_spare_where_more_than_means_are_read() {
        for (side, chroma) in [
            (1100, Reduction::Quarter),
            (1000, Reduction::ThreeEighths),
            (800, Reduction::Half),
            (600, Reduction::Half),
            (500, Reduction::Full),
        ] {
            let request = requested(side, Spec::default());
            assert_eq!(request.chroma, Some(chroma), "{side}");
        }
    }
}
