//! JPEG, by `jpeg-shrink`: chunks of a file to a picture that is not much larger than the thumbnails.

use super::markers::{APP1, APP2, Profile};
use crate::colour::{Colour, Space};
use crate::fit::Plan;
use crate::notes::{Notes, Warning};
use crate::orientation::Orientation;
use crate::raster::{Channels, Depth, Layout};
use crate::rendition::Scaled;
use crate::resample::{self, Grid, Plane, Samples};
use crate::scratch::Scratch;
use crate::sink::Header;
use crate::{Damaged, Error, Format, Limits, Progress, Spec, encode, exif};
use jpeg_shrink::{Color, Crop, Decoder, Reduction, Request};

/// What the decoder holds whatever the picture, after its documentation.
const DECODER_BYTES: u64 = 6 << 20;

/// One picture on its way.
#[derive(Debug)]
pub(crate) struct Session {
    decoder: Decoder,
    /// The file up to its first scan; all that has come of it where it is declined.
    head: Vec<u8>,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The first scan has not begun.
    Head,
    /// The header is fine, and the decoder is at work.
    Pixels {
        header: Box<Header>,
        plans: Vec<Plan>,
        /// What the samples of the first component are, and of the others.
        kinds: [Samples; 2],
        damaged: Damaged,
    },
    /// The other decoder has to do it.
    Declined,
}

/// What a file came to.
pub(crate) enum Outcome {
    /// The thumbnails, at their size.
    Scaled(Header, Vec<Scaled>),
    /// Nothing, and here is the file again.
    Declined(Vec<u8>),
}

impl Session {
    /// `decoder` may be one that has decoded other pictures.
    pub(crate) fn new(mut decoder: Decoder) -> Self {
        decoder.reset();
        Self {
            decoder,
            head: Vec::new(),
            state: State::Head,
        }
    }

    /// Takes the next bytes of the file. `held` is how many bytes of it the caller keeps in memory.
    pub(crate) fn push(
        &mut self,
        chunk: &[u8],
        held: u64,
        specs: &[Spec],
        limits: &Limits,
    ) -> Result<Progress, Error> {
        let mut rest = chunk;
        if let State::Head = self.state {
            match self.decoder.push(chunk) {
                Ok(jpeg_shrink::Progress::Header { used }) => {
                    self.head.extend_from_slice(&chunk[..used]);
                    rest = &chunk[used..];
                    self.begin(held, specs, limits)?;
                }
                Ok(_) => {
                    self.head.extend_from_slice(chunk);
                    return Ok(Progress::More);
                }
                // Whether the file is broken or only unusual is for the other decoder to say.
                Err(_) => self.state = State::Declined,
            }
        }
        match self.state {
            State::Pixels { .. } => Ok(match self.decoder.push(rest) {
                Ok(jpeg_shrink::Progress::More) => Progress::More,
                _ => Progress::Enough,
            }),
            _ => {
                self.head.extend_from_slice(rest);
                Ok(Progress::More)
            }
        }
    }

    /// The header is there: checks every limit, plans the thumbnails, and sets the decoder to work.
    fn begin(&mut self, held: u64, specs: &[Spec], limits: &Limits) -> Result<(), Error> {
        let jpeg = self.decoder.header().expect("the decoder said so");
        let Some(channels) = channels(jpeg.color()) else {
            self.state = State::Declined;
            return Ok(());
        };
        let (orientation, colour) = self.describe(jpeg);
        if specs.iter().any(|spec| colour.space(spec) != Space::Stored) {
            // Blocks are reduced in the numbers that are stored.
            self.state = State::Declined;
            return Ok(());
        }
        let size = (jpeg.width, jpeg.height);
        limits.check_pixels(size.0, size.1)?;
        let plans: Vec<_> = specs
            .iter()
            .map(|spec| Plan::new(size, orientation, spec))
            .collect();
        let request = request(jpeg, specs, &plans).max_bytes(limits.memory_bytes);
        let layout = Layout::new(channels, Depth::Eight);
        let scaled: u64 = plans
            .iter()
            .map(|plan| u64::from(plan.scaled.0) * u64::from(plan.scaled.1))
            .sum();
        let planes = jpeg.memory(&request).map_err(corrupt)?;
        let points = request.reduction.points() as u64;
        let reduced = |side: u32| (u64::from(side) * points).div_ceil(8);
        let largest = (reduced(size.0), reduced(size.1));
        let resampling = plans.iter().map(|plan| {
            let step = plan.crop.height * scale(request.reduction) / f64::from(plan.scaled.1);
            resample::plane_bytes(largest, step)
        });
        let needed = held
            + DECODER_BYTES
            + planes
            + resampling.max().unwrap_or(0)
            + 3 * scaled * layout.bytes() as u64;
        limits.check_memory(Format::Jpeg, size, needed)?;
        let header = Header {
            size,
            layout,
            orientation,
            colour,
            premultiplied: false,
            notes: Notes::default(),
        };
        self.decoder.begin(&request).map_err(corrupt)?;
        self.state = State::Pixels {
            header: Box::new(header),
            plans,
            kinds: [
                request.reduction,
                request.chroma.unwrap_or(request.reduction),
            ]
            .map(samples),
            damaged: Damaged::of(specs),
        };
        Ok(())
    }

    /// Which way up the picture is, and what its colours mean.
    fn describe(&self, jpeg: &jpeg_shrink::Header) -> (Orientation, Colour) {
        let mut orientation = None;
        let mut profile = Profile::default();
        for segment in &jpeg.segments {
            let data = &self.head[segment.range.clone()];
            match segment.marker {
                APP1 if orientation.is_none() && data.starts_with(b"Exif\0\0") => {
                    orientation = Some(exif::orientation(data));
                }
                APP2 => profile.add(data),
                _ => {}
            }
        }
        let colour = profile
            .join()
            .map_or_else(Colour::default, |profile| Colour::from_icc(&profile))
            // Adobe's programs began it, and browsers take it so whoever wrote the file.
            .with_inverted_ink(true);
        (orientation.unwrap_or_default(), colour)
    }

    /// The thumbnails, once the file has been pushed or enough of it. The decoder comes back for the next picture.
    pub(crate) fn finish(mut self, scratch: &mut Scratch) -> Result<Outcome, Error> {
        let State::Pixels {
            mut header,
            plans,
            kinds: [first, others],
            damaged,
        } = self.state
        else {
            scratch.jpeg = Some(self.decoder);
            return Ok(Outcome::Declined(self.head));
        };
        let picture = self.decoder.finish().map_err(corrupt)?;
        if let Some(offset) = picture.damage() {
            let share = picture.share();
            let cause = jpeg_shrink::Error::Damaged { offset, share };
            if damaged == Damaged::Refuse {
                return Err(corrupt(cause));
            }
            header.notes.warn(Warning::Damaged {
                cause: cause.to_string(),
            });
        }
        let scaled = plans.into_iter().map(|plan| {
            let kinds = std::iter::once(first).chain(std::iter::repeat(others));
            let planes: Vec<_> = picture
                .planes()
                .zip(kinds)
                .map(|(plane, kind)| {
                    let shape = plane.shape;
                    let ratio = |(over, under): (u32, u32)| f64::from(over) / f64::from(under);
                    let (x, y) = (ratio(shape.scale_x), ratio(shape.scale_y));
                    let grid = Grid {
                        size: (shape.width, shape.height),
                        crop: crate::fit::Crop {
                            left: plan.crop.left * x - shape.x as f64,
                            top: plan.crop.top * y - shape.y as f64,
                            width: plan.crop.width * x,
                            height: plan.crop.height * y,
                        },
                        kind: kind_of(kind, shape.scale_x, shape.scale_y),
                    };
                    Plane {
                        grid,
                        stride: plane.stride,
                        samples: plane.samples,
                    }
                })
                .collect();
            let samples = resample::planes(&planes, plan.scaled);
            Scaled {
                plan,
                space: Space::Stored,
                layout: header.layout,
                samples,
            }
        });
        let scaled = scaled.collect();
        scratch.jpeg = Some(self.decoder);
        Ok(Outcome::Scaled(*header, scaled))
    }
}

/// What the samples of a plane stand for: so many samples, over so many pixels, across and down.
fn kind_of(kind: Samples, across: (u32, u32), down: (u32, u32)) -> Samples {
    let pixels = |(samples, pixels): (u32, u32)| u8::try_from(pixels / samples).unwrap_or(1);
    match (kind, pixels(across), pixels(down)) {
        (Samples::Points, across, down) if across > 1 || down > 1 => Samples::Shared(across, down),
        _ => kind,
    }
}

/// The DC coefficient is the mean of its block.
fn samples(reduction: Reduction) -> Samples {
    match reduction {
        Reduction::Eighth => Samples::Means,
        _ => Samples::Points,
    }
}

/// What the components mean, where they mean anything.
fn channels(color: Color) -> Option<Channels> {
    Some(match color {
        Color::Grey => Channels::Grey,
        Color::YCbCr => Channels::YCbCr,
        Color::Rgb => Channels::Rgb,
        Color::Cmyk => Channels::Cmyk,
        Color::Ycck => Channels::Ycck,
        _ => return None,
    })
}

/// The least that gives every thumbnail its pixels: the largest reduction that leaves at least their size and margin, and no more than
/// resampling reaches.
fn request(jpeg: &jpeg_shrink::Header, specs: &[Spec], plans: &[Plan]) -> Request {
    let reduction = largest(specs, plans, |reduction, _| {
        [scale(reduction) / least_margin(reduction); 2]
    });
    // Half the colour, as JPEG has it, is shown by half the samples; and of colour the eye asks for no more than it shows.
    let chroma = sampling(jpeg).map(|[across, down]| {
        let chroma = largest(specs, plans, |reduction, spec| {
            let halved = encode::halves_chroma(spec, Format::Jpeg);
            let shown = if halved { 2.0 } else { 1.0 };
            [across, down].map(|pixels| scale(reduction) / pixels * shown)
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
fn scale(reduction: Reduction) -> f64 {
    reduction.points() as f64 / 8.0
}

/// How many times the thumbnail's size a reduction has to leave of luma, so that ssimulacra2 is within about two points of a full decode.
///
/// At 1/8 there is only the mean of a block, of which the resampler makes the best: a picture of 2144 pixels has a third more of those
/// than a thumbnail of 200. The others keep the lowest half-waves of a block but for the one that is the highest both ways;
/// the edges of a drawing, which have them all, show what is lost unless the thumbnail loses it too.
fn least_margin(reduction: Reduction) -> f64 {
    match reduction {
        Reduction::Eighth => 1.34,
        Reduction::Quarter => 1.4,
        Reduction::ThreeEighths => 1.6,
        Reduction::Half => 1.5,
        Reduction::Full => 1.0,
    }
}

fn corrupt(error: jpeg_shrink::Error) -> Error {
    Error::corrupt(Format::Jpeg, error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jpeg_encoder::{ColorType, Encoder};

    /// A picture of one grey all over.
    fn jpeg(side: u16, grey: u8) -> Vec<u8> {
        let mut jpeg = Vec::new();
        let samples = vec![grey; usize::from(side) * usize::from(side)];
        Encoder::new(&mut jpeg, 90)
            .encode(&samples, side, side, ColorType::Luma)
            .unwrap();
        jpeg
    }

    fn scaled(jpeg: &[u8], scratch: &mut Scratch) -> Option<Vec<u8>> {
        let mut session = Session::new(scratch.jpeg.take().unwrap_or_default());
        let _ = session
            .push(jpeg, 0, &[Spec::default()], &Limits::default())
            .unwrap();
        match session.finish(scratch).unwrap() {
            Outcome::Scaled(_, scaled) => Some(scaled[0].samples.bytes()[..200 * 200].to_vec()),
            Outcome::Declined(_) => None,
        }
    }

    /// 1600 pixels with colour for squares of four: at 1/8 as much of it is left as a thumbnail of 200 stores, if it stores half.
    #[test]
    fn colour_is_read_as_far_as_a_thumbnail_stores_it() {
        let mut jpeg = Vec::new();
        let mut encoder = Encoder::new(&mut jpeg, 90);
        encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
        let samples = vec![90; 1600 * 1600 * 3];
        encoder
            .encode(&samples, 1600, 1600, ColorType::Rgb)
            .unwrap();
        let mut decoder = Decoder::new();
        assert!(matches!(
            decoder.push(&jpeg),
            Ok(jpeg_shrink::Progress::Header { .. })
        ));
        let header = decoder.header().expect("the decoder said so");
        let check = |spec: Spec, chroma: Reduction| {
            let plan = Plan::new((1600, 1600), Orientation::default(), &spec);
            let request = request(header, &[spec], &[plan]);
            assert_eq!(request.reduction, Reduction::Quarter, "{spec}");
            assert_eq!(request.chroma, Some(chroma), "{spec}");
        };
        let quality = crate::Quality::new(90).expect("a quality");
        check(Spec::default(), Reduction::Eighth);
        check(Spec::default().with_quality(quality), Reduction::Quarter);
        let png = crate::OutputFormat::Png;
        check(Spec::default().with_format(png), Reduction::Quarter);
    }

    #[test]
    fn one_decoder_does_one_picture_after_the_other() {
        let mut scratch = Scratch::default();
        for (side, grey) in [(1900, 40), (64, 200), (1900, 90), (900, 10)] {
            let samples = scaled(&jpeg(side, grey), &mut scratch).expect("nothing to decline");
            assert!(samples.iter().all(|sample| sample.abs_diff(grey) <= 2));
        }
    }

    #[test]
    fn what_is_declined_comes_back_whole_and_the_decoder_is_of_further_use() {
        let mut scratch = Scratch::default();
        let mut arithmetic = jpeg(64, 128);
        let at = arithmetic.windows(2).position(|pair| pair == [0xFF, 0xC0]);
        arithmetic[at.unwrap() + 1] = 0xC9;
        let mut session = Session::new(Decoder::new());
        for chunk in arithmetic.chunks(100) {
            let _ = session
                .push(chunk, 0, &[Spec::default()], &Limits::default())
                .unwrap();
        }
        let Outcome::Declined(source) = session.finish(&mut scratch).unwrap() else {
            panic!("arithmetic coding is not read")
        };
        assert_eq!(source, arithmetic);
        assert!(scaled(&jpeg(64, 128), &mut scratch).is_some());
    }
}
