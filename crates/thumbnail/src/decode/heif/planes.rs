//! From planes of luma and chroma to rows of pixels.

use super::converter::{Coding, Converter, Matrix, Sample, Weights, scaled};

/// One coded picture as its decoder hands it on.
pub(super) struct Planes {
    pub(super) size: (u32, u32),
    /// Bits of a sample: 8 to 16.
    pub(super) bits: u32,
    /// Luma, and the two of chroma, which are empty where the picture is grey.
    pub(super) samples: [Vec<u16>; 3],
    /// Samples from one row to the next, of luma and of chroma.
    pub(super) strides: [usize; 2],
    /// By how many bits a column and a row are shifted to those of the chroma.
    pub(super) shifts: (u32, u32),
    /// What the picture itself says of its samples.
    pub(super) coding: Option<Coding>,
}

impl Planes {
    pub(super) const fn is_grey(&self) -> bool {
        self.samples[1].is_empty()
    }
}

/// Converts a part of a picture's row, which begins at `(x, y)`, to grey or to red, green and blue, and leaves out alpha.
pub(super) fn convert<S: Sample>(
    planes: &Planes,
    converter: &Converter,
    (x, y): (usize, usize),
    row: &mut [S],
    channels: usize,
) {
    let [luma, cb, cr] = &planes.samples;
    let luma = &luma[y * planes.strides[0] + x..];
    let is_grey = channels < 3;
    if is_grey || planes.is_grey() {
        for (pixel, &sample) in row.chunks_exact_mut(channels).zip(luma) {
            let level = S::of(converter.light(sample));
            let colours = if is_grey { 1 } else { 3 };
            pixel[..colours].fill(level);
        }
        return;
    }
    let rows = [cb, cr].map(|plane| Chroma::of(planes, plane, y, converter.smooths));
    if let Matrix::Weights(weights) = converter.matrix
        && !rows[0].smooths
    {
        let chroma = rows.map(|row| &row.near[x >> row.shift..]);
        let shared = 1 << planes.shifts.0;
        // The first ones may be fewer.
        let first = (x.next_multiple_of(shared) - x).min(row.len() / channels);
        let (first, others) = row.split_at_mut(first * channels);
        let first = Some(first).filter(|first| !first.is_empty());
        let others = others.chunks_mut(shared * channels);
        let groups = first.into_iter().chain(others);
        tint(groups, luma, chroma, converter, weights, channels);
        return;
    }
    for (column, (pixel, &sample)) in row.chunks_exact_mut(channels).zip(luma).enumerate() {
        let [cb, cr] = rows.each_ref().map(|row| row.get(x + column));
        let colour = converter.colour([sample, cb, cr]);
        for (sample, part) in pixel.iter_mut().zip(colour) {
            *sample = S::of(part);
        }
    }
}

/// The same for groups of pixels that share a sample of each chroma, so that what it adds to luma is computed once.
fn tint<'a, S: Sample + 'a>(
    groups: impl Iterator<Item = &'a mut [S]>,
    luma: &[u16],
    [cb, cr]: [&[u16]; 2],
    converter: &Converter,
    weights: Weights,
    channels: usize,
) {
    let mut luma = luma.iter();
    for ((group, &cb), &cr) in groups.zip(cb).zip(cr) {
        let [cb, cr] = [cb, cr].map(|sample| scaled(sample, converter.chroma));
        let tints = weights.tint(cb, cr);
        for (pixel, &sample) in group.chunks_exact_mut(channels).zip(&mut luma) {
            let light = converter.light(sample);
            for (sample, tint) in pixel.iter_mut().zip(tints) {
                *sample = S::of(light + tint);
            }
        }
    }
}

/// The samples of chroma that a row's pixels are between.
struct Chroma<'a> {
    near: &'a [u16],
    /// Where there are fewer rows of chroma than of luma, the second nearest.
    far: &'a [u16],
    /// How many there are in a row.
    count: usize,
    shift: u32,
    smooths: bool,
}

impl<'a> Chroma<'a> {
    fn of(planes: &Planes, plane: &'a [u16], y: usize, smooths: bool) -> Self {
        let side = |length: u32, shift: u32| (length as usize).div_ceil(1 << shift);
        let (across, down) = planes.shifts;
        let row = |y: usize| &plane[y * planes.strides[1]..];
        let near = y >> down;
        let far = if down == 0 {
            near
        } else {
            next_nearest(y, side(planes.size.1, down))
        };
        Self {
            near: row(near),
            far: row(far),
            count: side(planes.size.0, across),
            shift: across,
            smooths: smooths && (across, down) != (0, 0),
        }
    }

    /// The chroma at a column. A sample is taken to lie in the middle between the pixels that it is for, so that the nearest
    /// counts three times as much as the next, along both sides.
    fn get(&self, x: usize) -> u16 {
        let near = x >> self.shift;
        if !self.smooths {
            return self.near[near];
        }
        let along = |row: &[u16]| {
            let far = if self.shift == 0 {
                near
            } else {
                next_nearest(x, self.count)
            };
            3 * u32::from(row[near]) + u32::from(row[far])
        };
        ((3 * along(self.near) + along(self.far) + 8) / 16) as u16
    }
}

/// Of `count` samples, each in the middle between two places, the second nearest to a place.
fn next_nearest(place: usize, count: usize) -> usize {
    let near = place / 2;
    if place.is_multiple_of(2) {
        near.saturating_sub(1)
    } else {
        (near + 1).min(count - 1)
    }
}

/// Puts opacities into a row's pixels, of which they are the last channel.
pub(super) fn put_alpha<S: Sample>(
    alpha: &Planes,
    is_full_range: bool,
    size: (u32, u32),
    (x, y): (usize, usize),
    row: &mut [S],
    channels: usize,
) {
    let coding = Coding {
        primaries: 2,
        transfer: 2,
        matrix: 2,
        is_full_range,
    };
    let converter = Converter::new(coding, alpha.bits);
    // An alpha picture may be smaller than the one it is for.
    let scale =
        |at: usize, from: u32, to: u32| (at as u64 * u64::from(to) / u64::from(from)) as usize;
    let y = scale(y, size.1, alpha.size.1);
    let samples = &alpha.samples[0][y * alpha.strides[0]..];
    for (column, pixel) in row.chunks_exact_mut(channels).enumerate() {
        let x = scale(x + column, size.0, alpha.size.0);
        pixel[channels - 1] = S::of(converter.light(samples[x]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_row_has_the_colours_of_its_pixels() {
        let coding = Coding {
            primaries: 1,
            transfer: 13,
            matrix: 6,
            is_full_range: true,
        };
        let converter = Converter::new(coding, 8);
        for shift in [0, 1] {
            let planes = Planes {
                size: (7, 1),
                bits: 8,
                samples: [
                    vec![10, 40, 70, 100, 130, 160, 190],
                    vec![120, 90, 128, 200, 60, 128, 250],
                    vec![128, 60, 190, 20, 140, 240, 90],
                ],
                strides: [7, 7],
                shifts: (shift, 0),
                coding: None,
            };
            let [luma, cb, cr] = &planes.samples;
            let whole: Vec<_> = (0..7)
                .map(|x| converter.colour([luma[x], cb[x >> shift], cr[x >> shift]]))
                .map(|colour| colour.map(<u8 as Sample>::of))
                .collect();
            for (start, end) in (0..7).flat_map(|start| (start..=7).map(move |end| (start, end))) {
                let mut part = vec![0; 3 * (end - start)];
                convert(&planes, &converter, (start, 0), &mut part, 3);
                assert_eq!(part, whole[start..end].concat(), "{start} to {end}");
            }
        }
    }

    #[test]
    fn between_samples_the_nearer_counts_three_times() {
        let row = Chroma {
            near: &[0, 100, 200],
            far: &[0, 100, 200],
            count: 3,
            shift: 1,
            smooths: true,
        };
        let found: Vec<_> = (0..6).map(|x| row.get(x)).collect();
        assert_eq!(found, [0, 25, 75, 125, 175, 200]);
        let far = Chroma {
            far: &[40, 140, 240],
            shift: 0,
            ..row
        };
        assert_eq!((far.get(0), far.get(2)), (10, 210));
    }
}
