//! BMP's run lengths: a canvas that runs are drawn on.

use super::header::{Bitmap, Runs};
use std::iter::repeat_n;

/// The picture as runs leave it, rows in the file's order.
pub(super) struct Canvas {
    width: usize,
    /// Red, green, blue; what no run covers has the palette's first colour, which is black in most.
    pixels: Vec<[u8; 3]>,
    /// Whether the end was reached, with every run inside.
    pub(super) is_whole: bool,
}

impl Canvas {
    /// Follows the runs as far as they make sense.
    pub(super) fn follow(bitmap: &Bitmap<'_>, kind: Runs, palette: &[[u8; 3]]) -> Self {
        let (width, height) = (bitmap.width as usize, bitmap.height as usize);
        let ground = palette.first().copied().unwrap_or_default();
        let pixels = vec![ground; width * height];
        let mut pen = Pen {
            canvas: Self {
                width,
                pixels,
                is_whole: false,
            },
            height,
            x: 0,
            y: 0,
        };
        let reached_end = pen.draw(bitmap.data, kind, palette).is_some();
        pen.canvas.is_whole = reached_end || pen.is_done();
        pen.canvas
    }

    /// Writes a row as it is stored.
    pub(super) fn row(&self, stored: usize, to: &mut [u8]) {
        let row = &self.pixels[stored * self.width..][..self.width];
        to.copy_from_slice(row.as_flattened());
    }
}

struct Pen {
    canvas: Canvas,
    height: usize,
    x: usize,
    y: usize,
}

impl Pen {
    const fn is_done(&self) -> bool {
        self.y + 1 == self.height && self.x >= self.canvas.width || self.y >= self.height
    }

    /// `None` where the data end before their end is written.
    fn draw(&mut self, mut data: &[u8], kind: Runs, palette: &[[u8; 3]]) -> Option<()> {
        let colour = |index: u8| palette.get(usize::from(index)).copied().unwrap_or_default();
        let halves = |byte: u8| [colour(byte >> 4), colour(byte & 15)];
        let whole = |pixel: &[u8]| [pixel[2], pixel[1], pixel[0]];
        loop {
            let count = usize::from(take(&mut data, 1)?[0]);
            match (count, kind) {
                (0, _) => match usize::from(take(&mut data, 1)?[0]) {
                    0 => (self.x, self.y) = (0, self.y + 1),
                    1 => return Some(()),
                    2 => {
                        let step = take(&mut data, 2)?;
                        self.x += usize::from(step[0]);
                        self.y += usize::from(step[1]);
                    }
                    count => {
                        // So many pixels as they are, padded to two bytes.
                        let bytes = match kind {
                            Runs::Four => count.div_ceil(2),
                            Runs::Eight => count,
                            Runs::TwentyFour => 3 * count,
                        };
                        let stored = &data[..bytes.min(data.len())];
                        match kind {
                            Runs::Four => {
                                self.put(stored.iter().flat_map(|&byte| halves(byte)).take(count));
                            }
                            Runs::Eight => self.put(stored.iter().map(|&index| colour(index))),
                            Runs::TwentyFour => self.put(stored.chunks_exact(3).map(whole)),
                        }
                        take(&mut data, bytes.next_multiple_of(2))?;
                    }
                },
                (_, Runs::Four) => {
                    let pair = halves(take(&mut data, 1)?[0]);
                    self.put(pair.into_iter().cycle().take(count));
                }
                (_, Runs::Eight) => {
                    let index = take(&mut data, 1)?[0];
                    self.put(repeat_n(colour(index), count));
                }
                (_, Runs::TwentyFour) => {
                    let pixel = take(&mut data, 3)?;
                    self.put(repeat_n(whole(pixel), count));
                }
            }
        }
    }

    /// Draws pixels to the right; what would be outside is not drawn.
    fn put(&mut self, pixels: impl Iterator<Item = [u8; 3]>) {
        for pixel in pixels {
            if self.x < self.canvas.width && self.y < self.height {
                self.canvas.pixels[self.y * self.canvas.width + self.x] = pixel;
            }
            self.x += 1;
        }
    }
}

/// The next `count` bytes.
fn take<'a>(data: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = data.split_at_checked(count)?;
    *data = rest;
    Some(taken)
}
