//! The best few colours for a picture of many.
//!
//! The colours are chosen as in Xiaolin Wu, "Efficient statistical computations for optimal color quantization", Graphics Gems
//! II (1991): the colour space is cut into boxes, always the box and the plane that lower the variance within the boxes most,
//! and each box gives its mean. The remaining error is diffused as by Floyd and Steinberg.

use super::diffusion::Diffusion;
use super::palette::{Indexed, MOST};

/// Cells along each side of the histogram, which hold eight values each.
const CELLS: usize = 32;
/// One more, for the sums up to nothing.
const SIDE: usize = CELLS + 1;

/// What is known of a part of the colour space.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    count: i64,
    /// Sums of each channel.
    channels: [i64; 3],
    /// Sum of the squares of all channels.
    squares: i64,
}

impl Sums {
    fn add(&mut self, other: Self, sign: i64) {
        self.count += sign * other.count;
        for (sum, channel) in self.channels.iter_mut().zip(other.channels) {
            *sum += sign * channel;
        }
        self.squares += sign * other.squares;
    }

    /// The square of the channels' sums over the count: the larger, the closer the colours are to their mean.
    fn closeness(self) -> f64 {
        if self.count == 0 {
            return 0.0;
        }
        let squares = self.channels.map(|sum| sum as f64 * sum as f64);
        squares.iter().sum::<f64>() / self.count as f64
    }

    /// The sum of the squares of the distances from the mean.
    fn error(self) -> f64 {
        self.squares as f64 - self.closeness()
    }

    fn mean(self) -> [u8; 3] {
        let count = self.count.max(1);
        self.channels.map(|sum| ((sum + count / 2) / count) as u8)
    }
}

/// A part of the colour space: from one cell, exclusive, to another, inclusive, in each channel.
#[derive(Clone, Copy, Debug)]
struct Part {
    from: [usize; 3],
    to: [usize; 3],
}

/// Sums of all colours up to a cell in every channel, so that those of a box are known from its eight corners.
struct Histogram(Vec<Sums>);

impl Histogram {
    fn new(pixels: impl Iterator<Item = [u8; 3]>) -> Self {
        let mut sums = vec![Sums::default(); SIDE * SIDE * SIDE];
        for pixel in pixels {
            let at = Self::at(pixel.map(|value| usize::from(value / 8) + 1));
            let channels = pixel.map(i64::from);
            sums[at].add(
                Sums {
                    count: 1,
                    channels,
                    squares: channels.iter().map(|value| value * value).sum(),
                },
                1,
            );
        }
        // Along one channel after the other.
        for step in [SIDE * SIDE, SIDE, 1] {
            for at in step..sums.len() {
                if at / step % SIDE > 0 {
                    let before = sums[at - step];
                    sums[at].add(before, 1);
                }
            }
        }
        Self(sums)
    }

    const fn at([red, green, blue]: [usize; 3]) -> usize {
        (red * SIDE + green) * SIDE + blue
    }

    fn sums(&self, part: Part) -> Sums {
        let mut sums = Sums::default();
        for corner in 0..8 {
            let is_low = |channel: usize| corner >> channel & 1 == 1;
            let cell = [0, 1, 2].map(|channel| {
                if is_low(channel) {
                    part.from[channel]
                } else {
                    part.to[channel]
                }
            });
            let lows = [0, 1, 2]
                .into_iter()
                .filter(|&channel| is_low(channel))
                .count();
            let sign = if lows % 2 == 0 { 1 } else { -1 };
            sums.add(self.0[Self::at(cell)], sign);
        }
        sums
    }

    /// The two parts that a cut leaves closest to their means, where there is anything to cut.
    fn cut(&self, part: Part) -> Option<(Part, Part)> {
        let whole = self.sums(part);
        let mut best = None;
        let mut most = whole.closeness();
        for channel in 0..3 {
            for border in part.from[channel] + 1..part.to[channel] {
                let (mut low, mut high) = (part, part);
                low.to[channel] = border;
                high.from[channel] = border;
                let below = self.sums(low);
                let mut above = whole;
                above.add(below, -1);
                let closeness = below.closeness() + above.closeness();
                if below.count > 0 && above.count > 0 && closeness > most {
                    most = closeness;
                    best = Some((low, high));
                }
            }
        }
        best
    }
}

/// At most `count` colours for these pixels.
fn choose(pixels: impl Iterator<Item = [u8; 3]>, count: usize) -> Vec<[u8; 3]> {
    let histogram = Histogram::new(pixels);
    let whole = Part {
        from: [0; 3],
        to: [CELLS; 3],
    };
    let mut parts = vec![(whole, histogram.sums(whole).error())];
    while parts.len() < count {
        // The first of the worst, so that equal ones are always taken in the same order.
        let worst = parts.iter().map(|&(_, error)| error).fold(0.0, f64::max);
        let Some(index) = parts
            .iter()
            .position(|&(_, error)| error == worst && error > 0.0)
        else {
            break;
        };
        match histogram.cut(parts[index].0) {
            Some((low, high)) => {
                parts[index] = (low, histogram.sums(low).error());
                parts.push((high, histogram.sums(high).error()));
            }
            None => parts[index].1 = 0.0,
        }
    }
    parts
        .iter()
        .map(|&(part, _)| histogram.sums(part).mean())
        .collect()
}

/// An opaque or see-through picture with the best 256 colours, one of them for all that is see-through where there is any.
///
/// `pixels` has `width` pixels a row, red, green, blue and alpha; alpha is either 0 or 255.
pub(super) fn quantise(pixels: &[[u8; 4]], width: usize) -> Indexed {
    let is_solid = |pixel: &&[u8; 4]| pixel[3] == 255;
    let solid = pixels
        .iter()
        .filter(is_solid)
        .map(|&[red, green, blue, _]| [red, green, blue]);
    let has_clear = pixels.iter().any(|pixel| !is_solid(&pixel));
    let clear = usize::from(has_clear);
    let chosen = choose(solid, MOST - clear);
    let mut nearest = Nearest::new(&chosen);

    let mut indices = vec![0; pixels.len()];
    let mut errors = Diffusion::new(width);
    for (line, to) in pixels.chunks(width).zip(indices.chunks_mut(width)) {
        for x in errors.columns() {
            let [red, green, blue, alpha] = line[x];
            if alpha == 0 {
                continue;
            }
            let mut wanted = [red, green, blue].map(i32::from);
            for (value, error) in wanted.iter_mut().zip(errors.left_over(x)) {
                *value = (*value + error).clamp(0, 255);
            }
            let index = nearest.index(wanted.map(|value| value as u8));
            to[x] = (index + clear) as u8;
            let got = chosen[index].map(i32::from);
            errors.hand_on(x, [0, 1, 2].map(|channel| wanted[channel] - got[channel]));
        }
        errors.next_row();
    }
    let clear = has_clear.then_some([0; 4]);
    let colours = chosen
        .iter()
        .map(|&[red, green, blue]| [red, green, blue, 255]);
    Indexed {
        colours: clear.into_iter().chain(colours).collect(),
        indices,
    }
}

/// The nearest of the chosen colours, looked for once for each cell of four values a side.
struct Nearest<'a> {
    chosen: &'a [[u8; 3]],
    found: Vec<u16>,
}

impl<'a> Nearest<'a> {
    const UNKNOWN: u16 = u16::MAX;

    fn new(chosen: &'a [[u8; 3]]) -> Self {
        Self {
            chosen,
            found: vec![Self::UNKNOWN; 1 << 18],
        }
    }

    fn index(&mut self, colour: [u8; 3]) -> usize {
        let cell = colour.map(|value| usize::from(value / 4));
        let cell = &mut self.found[cell[0] << 12 | cell[1] << 6 | cell[2]];
        if *cell == Self::UNKNOWN {
            let middle = colour.map(|value| i32::from(value / 4 * 4 + 2));
            let distance = |chosen: &[u8; 3]| -> i32 {
                let pairs = chosen.iter().zip(middle);
                pairs
                    .map(|(&value, wanted)| (i32::from(value) - wanted).pow(2))
                    .sum()
            };
            let nearest = (0..self.chosen.len()).min_by_key(|&index| distance(&self.chosen[index]));
            *cell = nearest.unwrap_or(0) as u16;
        }
        usize::from(*cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_that_are_far_apart_are_found() {
        let clusters = [[10, 20, 30], [200, 40, 60], [90, 220, 130]];
        let pixels = (0..300).map(|index| clusters[index % 3]);
        let mut chosen = choose(pixels, 3);
        chosen.sort_unstable();
        assert_eq!(chosen, [[10, 20, 30], [90, 220, 130], [200, 40, 60]]);
    }

    #[test]
    fn no_more_colours_than_there_are() {
        assert_eq!(choose([[7, 7, 7]; 9].into_iter(), 256), [[7, 7, 7]]);
        assert_eq!(choose([].into_iter(), 256).len(), 1);
    }

    /// Diffusion keeps the average of an area, which choosing the nearest colour alone would not.
    #[test]
    fn a_gradient_keeps_its_average() {
        let (width, height) = (128, 64);
        let pixels: Vec<_> = (0..width * height)
            .map(|at| {
                let (x, y) = (at % width, at / width);
                [(x * 2) as u8, (y * 4) as u8, ((x + y) % 256) as u8, 255]
            })
            .collect();
        let indexed = quantise(&pixels, width);
        assert!(indexed.colours.len() <= 256);
        for channel in 0..3 {
            let before: u32 = pixels.iter().map(|pixel| u32::from(pixel[channel])).sum();
            let colours = indexed
                .indices
                .iter()
                .map(|&index| indexed.colours[usize::from(index)]);
            let after: u32 = colours.map(|colour| u32::from(colour[channel])).sum();
            let drift = before.abs_diff(after) / pixels.len() as u32;
            assert!(drift < 1, "channel {channel} drifts by {drift}");
        }
    }

    #[test]
    fn what_is_see_through_stays_so() {
        let pixels: Vec<_> = (0..=255_u8)
            .flat_map(|value| {
                [
                    [value, value, 255 - value, 255],
                    [value, 0, 0, 255],
                    [9, 9, 9, 0],
                ]
            })
            .collect();
        let indexed = quantise(&pixels, 48);
        assert!(indexed.colours.len() <= 256);
        assert_eq!(indexed.colours[0], [0; 4]);
        for (pixel, index) in pixels.iter().zip(indexed.indices) {
            assert_eq!(pixel[3] == 0, index == 0);
        }
    }
}
