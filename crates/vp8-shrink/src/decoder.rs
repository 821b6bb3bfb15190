//! From a frame's bytes to planes, macroblock by macroblock.

use crate::above::Above;
use crate::blocks::{self, Edge};
use crate::canvas::{ChromaCanvas, LEFT, LumaCanvas};
use crate::error::Error;
use crate::geometry::{Geometry, MACROBLOCK};
use crate::header::{Frame, Header};
use crate::modes::{BlockMode, Luma, Macroblock};
use crate::picture::{Picture, StoredPlane};
use crate::predict::Neighbours;
use crate::request::Request;
use crate::residue::{Coded, Residue};
use alloc::vec::Vec;
use dispatch::Work;

/// Decodes pictures, one after the other, and keeps its buffers.
#[derive(Debug, Default)]
pub struct Decoder {
    above: Vec<Above>,
    planes: [StoredPlane; 3],
}

impl Decoder {
    /// A decoder without buffers yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes of the buffers that are kept for the next picture.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let planes = self.planes.iter().map(|plane| plane.samples.capacity());
        planes.sum::<usize>() + self.above.capacity() * size_of::<Above>()
    }

    /// Decodes a frame: what a WebP file holds in its chunk `VP8 `.
    ///
    /// # Errors
    /// What [`Header::read`] refuses, [`Error::BadCrop`] and [`Error::TooLarge`] before anything is decoded, [`Error::Stopped`], and
    /// [`Error::Damaged`] where the data ends too early to give the share of the picture that is asked for.
    pub fn decode(&mut self, frame: &[u8], request: &Request<'_>) -> Result<Picture<'_>, Error> {
        let geometry = Geometry::new(&Header::read(frame)?, request)?;
        let needed = geometry.memory();
        if needed > request.max_bytes {
            return Err(Error::TooLarge {
                needed,
                allowed: request.max_bytes,
            });
        }
        let frame = Frame::new(frame)?;
        self.prepare(&geometry);
        let (decoded, damage) = dispatch::with_best(Rows {
            frame,
            geometry: &geometry,
            decoder: self,
            go_on: request.go_on,
        })?;
        let share = decoded as f32 / (geometry.columns.len() * geometry.rows.len()) as f32;
        match damage {
            Some(offset) if decoded == 0 || share < request.min_share => {
                Err(Error::Damaged { offset, share })
            }
            damage => Ok(Picture {
                planes: &self.planes,
                share,
                damage,
            }),
        }
    }

    fn prepare(&mut self, geometry: &Geometry) {
        self.above.clear();
        self.above.resize(geometry.across, Above::OUTSIDE);
        let first = (geometry.columns.start, geometry.rows.start);
        let count = (geometry.columns.len(), geometry.rows.len());
        for (plane, shape) in self.planes.iter_mut().zip(geometry.shapes) {
            let side = if shape.pixels == geometry.reduction.divisor() {
                16
            } else {
                8
            };
            plane.prepare(shape, first, count, side / geometry.reduction.divisor());
        }
    }
}

/// The rows of macroblocks down to the end of the crop.
struct Rows<'a> {
    frame: Frame<'a>,
    geometry: &'a Geometry,
    decoder: &'a mut Decoder,
    go_on: &'a dyn Fn() -> bool,
}

impl Work for Rows<'_> {
    /// How many macroblocks of the crop were decoded, and where the data ended too early if it did.
    type Output = Result<(usize, Option<usize>), Error>;

    #[inline(always)]
    fn run(mut self) -> Self::Output {
        let mut canvases = Canvases::new();
        let mut residue = Residue::new();
        let mut decoded = 0;
        for row in 0..self.geometry.rows.end {
            if !(self.go_on)() {
                return Err(Error::Stopped);
            }
            let partition = row % self.frame.token_partitions;
            let mut tokens = self.frame.tokens[partition];
            let mut left_modes = [BlockMode::Dc; 4];
            let mut left_coded = Coded::NONE;
            canvases.begin_row(row == 0);
            for column in 0..self.geometry.across {
                let above = &mut self.decoder.above[column];
                let macroblock =
                    Macroblock::read(&mut self.frame, &mut above.modes, &mut left_modes);
                residue.read(
                    &mut tokens,
                    &self.frame,
                    &macroblock,
                    &mut above.coded,
                    &mut left_coded,
                );
                if tokens.is_over() {
                    return Ok((decoded, Some(self.frame.end_of_tokens(partition))));
                }
                canvases.enter(&self.decoder.above, column, row);
                canvases.reconstruct(&macroblock, &mut residue, column, row);
                canvases.leave(&mut self.decoder.above[column]);
                let geometry = self.geometry;
                if geometry.rows.contains(&row) && geometry.columns.contains(&column) {
                    canvases.keep(geometry, &mut self.decoder.planes, column, row);
                    decoded += 1;
                }
            }
            if self.frame.modes.is_over() {
                return Ok((decoded, Some(self.frame.end_of_modes())));
            }
            self.frame.tokens[partition] = tokens;
        }
        Ok((decoded, None))
    }
}

/// The samples of a macroblock.
#[derive(Clone)]
struct Canvases {
    luma: LumaCanvas,
    chroma: [ChromaCanvas; 2],
}

impl Canvases {
    const fn new() -> Self {
        Self {
            luma: LumaCanvas::new(),
            chroma: [const { ChromaCanvas::new() }; 2],
        }
    }

    #[inline(always)]
    fn begin_row(&mut self, first: bool) {
        self.luma.begin_row(first);
        for chroma in &mut self.chroma {
            chroma.begin_row(first);
        }
    }

    /// Puts around the macroblock what its prediction sees.
    #[inline(always)]
    fn enter(&mut self, all_above: &[Above], column: usize, row: usize) {
        if column > 0 {
            self.luma.next();
        }
        let above = &all_above[column];
        self.luma.set_above(&above.luma);
        // The rightmost macroblock sees the last sample above it repeated.
        let right = match all_above.get(column + 1) {
            Some(next) => *next.luma.first_chunk::<4>().expect("there are 16"),
            None if row == 0 => [127; 4],
            None => [above.luma[15]; 4],
        };
        // So do the blocks below it, whose neighbours to the right are not decoded yet.
        for top in [0, 4, 8, 12] {
            self.luma.rows[top][LEFT + 16..LEFT + 20].copy_from_slice(&right);
        }
        for (chroma, above) in self.chroma.iter_mut().zip(&above.chroma) {
            if column > 0 {
                chroma.next();
            }
            chroma.set_above(above);
        }
    }

    #[inline(always)]
    fn reconstruct(
        &mut self,
        macroblock: &Macroblock,
        residue: &mut Residue,
        column: usize,
        row: usize,
    ) {
        let neighbours = Neighbours {
            above: row > 0,
            left: column > 0,
        };
        match &macroblock.luma {
            Luma::Whole(mode) => {
                self.luma.predict(*mode, neighbours);
                residue.add_luma(&mut self.luma);
            }
            Luma::Blocks(modes) => {
                for (block, mode) in modes.iter().enumerate() {
                    let (column, row) = (block % 4, block / 4);
                    let samples = blocks::predict(*mode, &edge(&self.luma, column, row));
                    for (y, samples) in samples.iter().enumerate() {
                        let left = LEFT + 4 * column;
                        self.luma.rows[1 + 4 * row + y][left..left + 4].copy_from_slice(samples);
                    }
                    residue.add_luma_block(&mut self.luma, column, row);
                }
            }
        }
        for (plane, chroma) in self.chroma.iter_mut().enumerate() {
            chroma.predict(macroblock.chroma, neighbours);
            residue.add_chroma(plane, chroma);
        }
    }

    #[inline(always)]
    fn leave(&self, above: &mut Above) {
        above.luma = self.luma.last();
        above.chroma = [self.chroma[0].last(), self.chroma[1].last()];
    }

    /// Puts the macroblock's samples, reduced, into the planes.
    #[inline(always)]
    fn keep(&self, geometry: &Geometry, planes: &mut [StoredPlane; 3], column: usize, row: usize) {
        let (width, height) = geometry.size;
        let inside = (width - column * MACROBLOCK, height - row * MACROBLOCK);
        let place = (column - geometry.columns.start, row - geometry.rows.start);
        if inside.0 < MACROBLOCK || inside.1 < MACROBLOCK {
            self.with_edges_repeated(inside)
                .shrink(geometry, planes, place);
        } else {
            self.shrink(geometry, planes, place);
        }
    }

    /// A copy whose samples outside of the picture repeat the last ones inside. The macroblock itself stays, since its neighbours see it.
    #[cold]
    fn with_edges_repeated(&self, (columns, rows): (usize, usize)) -> Self {
        let (columns, rows) = (columns.min(MACROBLOCK), rows.min(MACROBLOCK));
        let mut copy = self.clone();
        copy.luma.repeat_behind(columns, rows);
        for chroma in &mut copy.chroma {
            chroma.repeat_behind(columns.div_ceil(2), rows.div_ceil(2));
        }
        copy
    }

    #[inline(always)]
    fn shrink(
        &self,
        geometry: &Geometry,
        planes: &mut [StoredPlane; 3],
        (column, row): (usize, usize),
    ) {
        let reduction = geometry.reduction;
        let place = |plane: &StoredPlane, side: usize| (row * plane.stride + column) * side;
        let [luma, blue, red] = planes;
        let side = MACROBLOCK / reduction.divisor();
        let at = place(luma, side);
        self.luma
            .shrink(reduction, &mut luma.samples[at..], luma.stride);
        for (plane, chroma) in [blue, red].into_iter().zip(&self.chroma) {
            let at = place(plane, side / 2);
            chroma.shrink(reduction, &mut plane.samples[at..], plane.stride);
        }
    }
}

/// What the prediction of a block sees.
#[inline(always)]
fn edge(luma: &LumaCanvas, column: usize, row: usize) -> Edge {
    let (left, top) = (LEFT + 4 * (column & 3), 4 * (row & 3));
    let mut edge = [0; 13];
    for y in 0..4 {
        edge[3 - y] = luma.rows[top + 1 + y][left - 1];
    }
    edge[4..].copy_from_slice(&luma.rows[top][left - 1..left + 8]);
    edge
}
