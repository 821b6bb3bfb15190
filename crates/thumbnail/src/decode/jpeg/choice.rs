//! How much of a picture is read: the reduction that leaves a thumbnail what it shows, and what of the picture it is made from.

use crate::fit::Plan;
use crate::{Damaged, Format, Spec, encode, resample};
use jpeg_shrink::{Color, Crop, Reduction, Request};

/// The least that gives every thumbnail its pixels: the largest reduction that leaves at least their size and margin, and no more than
/// resampling reaches.
pub(super) fn request(jpeg: &jpeg_shrink::Header, specs: &[Spec], plans: &[Plan]) -> Request {
    let most = |factor: fn(&jpeg_shrink::Component) -> u8| {
        f64::from(jpeg.components.iter().map(factor).max().unwrap_or(1))
    };
    let (most_across, most_down) = (most(|component| component.h), most(|component| component.v));
    // Luma is hardly ever stored with fewer samples than there are pixels, but it may be.
    let [across, down] = jpeg.components.first().map_or([1.0; 2], |luma| {
        [
            most_across / f64::from(luma.h),
            most_down / f64::from(luma.v),
        ]
    });
    let reduction = largest(specs, plans, |reduction, _| {
        [across, down].map(|pixels| scale(reduction) / pixels / least_margin(reduction))
    });
    // Half the colour, as JPEG has it, is shown by half the samples.
    let chroma = sampling(jpeg).map(|[across, down]| {
        let chroma = largest(specs, plans, |reduction, spec| {
            let halved = encode::halves_chroma(spec, Format::Jpeg);
            let shown = if halved { 2.0 } else { 1.0 };
            let is_sparse = across > 1.0 && down > 1.0;
            let beyond = shown / least_chroma_margin(reduction, is_sparse);
            [across, down].map(|pixels| scale(reduction) / pixels * beyond)
        });
        chroma.max(reduction)
    });

    // A component that is stored with fewer samples has wider ones.
    let sample = most_across.max(most_down) / scale(chroma.unwrap_or(reduction).max(reduction));
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

/// The same of chroma, of which the eye asks for less. Where it is halved across and down, small coloured letters and lines need a third
/// more of its means than a thumbnail shows: without, a public diagram of 1627 pixels loses ten points. Where it is halved only across,
/// as cameras do, the other direction has as much to spare, and 1/4 would take a fifth more time for less than half a point.
fn least_chroma_margin(reduction: Reduction, is_sparse: bool) -> f64 {
    match reduction {
        Reduction::Eighth if is_sparse => 1.34,
        Reduction::Eighth => 1.0,
        Reduction::Quarter => 1.35,
        reduction => least_margin(reduction),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orientation::Orientation;
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
    use jpeg_shrink::Decoder;

    /// What is asked of a square JPEG with colour for squares of four pixels.
    fn requested(side: u16, spec: Spec) -> Request {
        requested_as(side, SamplingFactor::F_2_2, None, spec)
    }

    /// `factors` takes the place of the sampling factors of the three components, whatever was encoded.
    fn requested_as(
        side: u16,
        sampling: SamplingFactor,
        factors: Option<[u8; 3]>,
        spec: Spec,
    ) -> Request {
        let mut jpeg = Vec::new();
        let mut encoder = Encoder::new(&mut jpeg, 90);
        encoder.set_sampling_factor(sampling);
        let samples = vec![90; usize::from(side) * usize::from(side) * 3];
        encoder
            .encode(&samples, side, side, ColorType::Rgb)
            .expect("a JPEG");
        let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]);
        let frame = frame.expect("a frame");
        for (at, factor) in (frame + 11..).step_by(3).zip(factors.into_iter().flatten()) {
            jpeg[at] = factor;
        }
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

    /// 2200 pixels: at 1/8 a third more colour is left than a thumbnail of 200 stores, if it stores half.
    #[test]
    fn colour_is_read_as_far_as_a_thumbnail_stores_it() {
        let check = |spec: Spec, chroma: Reduction| {
            let request = requested(2200, spec);
            assert_eq!(request.reduction, Reduction::Quarter, "{spec}");
            assert_eq!(request.chroma, Some(chroma), "{spec}");
        };
        let quality = crate::Quality::new(90).expect("a quality");
        check(Spec::default(), Reduction::Eighth);
        check(Spec::default().with_quality(quality), Reduction::Quarter);
        let png = crate::OutputFormat::Png;
        check(Spec::default().with_format(png), Reduction::Quarter);
    }

    /// 2400 pixels of which luma has 1200 are 300 samples at 1/4, and of 1600 it is half that leaves as many as it needs.
    #[test]
    fn luma_with_fewer_samples_than_pixels_is_reduced_less() {
        for (side, factors, luma) in [
            (2400, [0x11, 0x22, 0x22], Reduction::Quarter),
            (1600, [0x11, 0x22, 0x22], Reduction::Half),
            (1600, [0x22, 0x11, 0x11], Reduction::Quarter),
        ] {
            let factors = Some(factors);
            let request = requested_as(side, SamplingFactor::F_2_2, factors, Spec::default());
            assert_eq!(request.reduction, luma, "{side}");
        }
    }

    /// 1600 pixels: at 1/8 as much is left as a thumbnail stores, across and down, or across alone.
    #[test]
    fn colour_that_is_halved_both_ways_has_something_to_spare() {
        for (sampling, chroma) in [
            (SamplingFactor::F_2_2, Reduction::Quarter),
            (SamplingFactor::F_2_1, Reduction::Eighth),
            (SamplingFactor::F_1_1, Reduction::Eighth),
        ] {
            let request = requested_as(1600, sampling, None, Spec::default());
            assert_eq!(request.chroma, Some(chroma), "{sampling:?}");
        }
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
