//! The definition: a decoder written to be read, against which the fast one is tested bit for bit.
//!
//! It shares the reading of header segments with the fast decoder, and nothing else. It keeps every coefficient of
//! the picture, walks Huffman codes bit by bit, and transforms by multiplying matrices.
//!
//! # What a plane holds
//!
//! At `N` samples a side of a block (8, 4, 3, 2 or 1) the lowest `N`x`N` coefficients enter, but at 4, 3 and 2 without the one
//! that is the highest both ways, each multiplied by its quantisation step in 32 bits. The samples are the `N`-point inverse transform of those, divided by 8 in all, rounded to
//! the nearest, plus 128, clamped to 0 to 255:
//!
//! - 1: `(dc + 4) >> 3`.
//! - 2: sums and differences of the three, `(sum + 4) >> 3`.
//! - 3, 4 and 8: [`MATRIX_3`], [`MATRIX_4`] and [`MATRIX_8`], in units of 1/8192, down the columns, where the result is rounded to units of
//!   1/4, then along the rows. At 8 this is what libjpeg calls "islow", at 4 its scaled transform of the same kind but for that coefficient.
//!
//! All of it is 32-bit arithmetic that wraps around, which only nonsense files reach. DC values are sums of differences
//! that wrap around at 16 bits.
//!
//! # What is decoded of a damaged file
//!
//! As much as libjpeg, and with it browsers, shows. Entropy-coded data consists of intervals that restart markers part. An MCU (in a
//! progressive frame also a block) that ends behind its interval is lost, but for the one within which a scan's data end: the bits that it
//! has not are zeros, if it has some beyond the ones that fill up a byte. Restart markers are counted: one that comes up to two too early
//! means that as many intervals are lost, one that comes up to two too late is passed over with its interval, any other is
//! taken for the one expected. Where there are any, an FF before what begins no segment is data, as if a 0 followed. What nothing was decoded of
//! is mid-grey. Coefficients that had no scan are 0. An interval that has nothing of the crop is not looked at, in a scan that none of its
//! blocks' others depend on: in a sequential frame, and in the first DC scan of a progressive one.
//!
//! Within an interval there is no way to tell where sense begins again, and decoding goes on: an unknown code takes 17 bits and means
//! no difference, or the end of the block; a run beyond the band gives its value to whatever coefficient it comes to, if any.

mod bits;
mod blocks;
mod transform;

pub use transform::{MATRIX_3, MATRIX_4, MATRIX_8};

use crate::error::{Error, Problem};
use crate::geometry::{Geometry, PlaneShape};
use crate::header::Header;
use crate::markers::{Found, MarkerReader, SOS};
use crate::request::Request;
use crate::tables::{Scan, Tables};
use alloc::vec;
use alloc::vec::Vec;
use bits::{Bits, Interval, Lost, split};
use blocks::{Block, begin, refine, sequential};
use transform::{is_kept, transform};

/// One plane with its own samples, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "see Plane")]
pub struct ReferencePlane {
    pub shape: PlaneShape,
    pub samples: Vec<u8>,
}

/// What [`decode`] gives.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "see Picture")]
pub struct ReferencePicture {
    pub planes: Vec<ReferencePlane>,
    pub share: f32,
    pub damage: Option<usize>,
}

struct Channel {
    blocks: Vec<Block>,
    wide: usize,
    quant: Option<[u16; 64]>,
    /// It had a scan that gives DC values.
    scanned: bool,
    /// The scan under way is the first one, or the first such, whose blocks count.
    counts: bool,
    /// For each coefficient, how many bits are still to come; 99 before the first scan.
    missing_bits: [u32; 64],
}

struct Frame<'a> {
    header: &'a Header,
    geometry: Geometry,
    channels: Vec<Channel>,
    damage: Option<usize>,
}

/// Decodes a whole file.
///
/// # Errors
/// As [`Decoder`](crate::Decoder) does.
pub fn decode(file: &[u8], request: &Request) -> Result<ReferencePicture, Error> {
    let mut rest = file;
    let mut reader = MarkerReader::new();
    let mut tables = Tables::default();
    let first = loop {
        match reader.read(&mut rest) {
            Some(Found::Segment {
                marker: SOS, at, ..
            }) => break at,
            Some(Found::Segment {
                marker,
                at,
                contents,
            }) => tables.define(marker, at, contents, reader.payload())?,
            Some(Found::NotJpeg) => return Err(Error::NotJpeg),
            Some(Found::BadLength { at }) => {
                return Err(Error::Malformed {
                    problem: Problem::SegmentLength,
                    offset: at,
                });
            }
            Some(Found::End) | None => {
                return Err(Error::Truncated {
                    offset: reader.offset(),
                });
            }
        }
    };
    let mut scan = tables
        .scan(reader.payload())
        .map_err(|problem| Error::Malformed {
            problem,
            offset: first,
        })?;
    let header = tables.finish_header().cloned().ok_or(Error::NotJpeg)?;
    let geometry = Geometry::new(&header, request)?;
    let needed = geometry.memory(header.progressive);
    if needed > request.max_bytes {
        return Err(Error::TooLarge {
            needed,
            allowed: request.max_bytes,
        });
    }
    let mut frame = Frame::new(&header, geometry);
    'file: loop {
        let (intervals, end, ended) = split(&mut rest, &mut reader, tables.restart_interval);
        frame.decode_scan(&scan, &tables, &intervals, end);
        if frame.has_enough() {
            break;
        }
        scan = loop {
            let found = if ended {
                Some(Found::End)
            } else {
                reader.read(&mut rest)
            };
            match found {
                Some(Found::Segment {
                    marker: SOS, at, ..
                }) => match tables.scan(reader.payload()) {
                    Ok(scan) => break scan,
                    Err(_) => {
                        frame.damage.get_or_insert(at);
                        break 'file;
                    }
                },
                Some(Found::Segment {
                    marker,
                    at,
                    contents,
                }) => {
                    if tables
                        .define(marker, at, contents, reader.payload())
                        .is_err()
                    {
                        frame.damage.get_or_insert(at);
                        break 'file;
                    }
                }
                Some(Found::End) if header.progressive && frame.is_scanned() => break 'file,
                Some(Found::BadLength { at }) => {
                    frame.damage.get_or_insert(at);
                    break 'file;
                }
                Some(Found::End | Found::NotJpeg) | None => {
                    frame.damage.get_or_insert(reader.offset());
                    break 'file;
                }
            }
        };
    }
    frame.finish(request)
}

impl<'a> Frame<'a> {
    fn new(header: &'a Header, geometry: Geometry) -> Self {
        let rows = geometry.mcu_bottom;
        let channels = geometry.components.iter().map(|component| {
            let wide = component.padded_wide(geometry.mcu_columns);
            let empty = Block {
                coefficients: [0; 64],
                begun: [false; 64],
                known: false,
            };
            Channel {
                blocks: vec![empty; wide * rows * component.v],
                wide,
                quant: None,
                scanned: false,
                counts: false,
                missing_bits: [99; 64],
            }
        });
        Frame {
            header,
            channels: channels.collect(),
            geometry,
            damage: None,
        }
    }

    /// Nothing that a later scan could say would change the planes.
    fn has_enough(&self) -> bool {
        let components = self.geometry.components.iter();
        self.channels
            .iter()
            .zip(components)
            .all(|(channel, component)| {
                if !self.header.progressive || !channel.scanned {
                    return channel.scanned;
                }
                (0..64)
                    .filter(|&k| is_kept(k, component.points))
                    .all(|k| channel.missing_bits[k] == 0)
            })
    }

    fn is_scanned(&self) -> bool {
        self.channels.iter().all(|channel| channel.scanned)
    }

    fn decode_scan(&mut self, scan: &Scan, tables: &Tables, intervals: &[Interval], end: usize) {
        let progressive = self.header.progressive;
        for component in &scan.components {
            let quant = usize::from(self.header.components[component.index].quant);
            self.channels[component.index]
                .quant
                .get_or_insert(tables.quant[quant].unwrap_or([0; 64]));
        }
        let wanted = if progressive {
            let index = scan.components[0].index;
            scan.first == 0 || self.geometry.components[index].points > 1
        } else {
            scan.components
                .iter()
                .any(|component| !self.channels[component.index].scanned)
        };
        if !wanted {
            return;
        }
        for component in &scan.components {
            let channel = &mut self.channels[component.index];
            let is_first = channel.missing_bits == [99; 64];
            channel.counts = is_first || scan.gives_means() && !channel.scanned;
            if channel.counts {
                channel
                    .blocks
                    .iter_mut()
                    .for_each(|block| block.known = false);
            }
            channel.scanned |= scan.gives_means();
            channel.missing_bits[scan.first..=scan.last].fill(scan.low);
        }
        // A scan of one component has that component's own blocks for MCUs.
        let (columns, across, down) = if let [only] = scan.components[..] {
            let component = &self.geometry.components[only.index];
            (
                component.blocks_wide,
                component.left..component.right,
                component.top..component.bottom.min(component.blocks_high),
            )
        } else {
            (
                self.geometry.mcu_columns,
                self.geometry.mcu_left..self.geometry.mcu_right,
                self.geometry.mcu_top..self.geometry.mcu_bottom,
            )
        };
        let total = columns * down.end;
        let per_interval = if tables.restart_interval == 0 {
            total
        } else {
            tables.restart_interval
        };
        let mut decoded = 0;
        let mut damage = None;
        for interval in intervals {
            let start = interval.number.saturating_mul(per_interval);
            let mut bits = Bits {
                bytes: &interval.bytes,
                position: 0,
                unknown: None,
            };
            let mut state = [0i32; 4];
            let mcus = start..total.min(start.saturating_add(per_interval));
            let is_in_crop = |mcu: usize| {
                let (x, y) = (mcu % columns, mcu / columns);
                across.contains(&x) && down.contains(&y)
            };
            if (!progressive || scan.gives_means()) && !mcus.clone().any(is_in_crop) {
                decoded += mcus.len();
                continue;
            }
            for mcu in mcus {
                let (began, before) = (bits.position, state);
                let (x, y) = (mcu % columns, mcu / columns);
                let whole = self.decode_mcu(scan, tables, &mut bits, &mut state, x, y);
                let first_bad = if whole.is_ok() {
                    let mut broken = interval.broken.iter().map(|at| at * 8);
                    let broken = broken.find(|bit| (began..bits.position).contains(bit));
                    [bits.unknown.take(), broken].into_iter().flatten().min()
                } else {
                    Some(began)
                };
                damage = damage.or(first_bad.map(|bit| interval.origins[bit / 8]));
                if whole.is_err() {
                    if interval.is_last && !bits.is_filling(began) {
                        let bytes = interval.with_zeros();
                        let mut bits = Bits {
                            bytes: &bytes,
                            position: began,
                            unknown: None,
                        };
                        state = before;
                        let whole = self.decode_mcu(scan, tables, &mut bits, &mut state, x, y);
                        decoded += usize::from(whole.is_ok());
                    }
                    break;
                }
                decoded += 1;
            }
        }
        let cut = (decoded < total).then_some(end);
        self.damage = self.damage.or(damage).or(cut);
    }

    /// `state` holds the DC predictors, or in AC scans the blocks that an end-of-band run still covers.
    fn decode_mcu(
        &mut self,
        scan: &Scan,
        tables: &Tables,
        bits: &mut Bits<'_>,
        state: &mut [i32; 4],
        x: usize,
        y: usize,
    ) -> Result<(), Lost> {
        let alone = scan.components.len() == 1;
        // An MCU counts only as a whole.
        let mut done: Vec<(usize, usize, Block)> = Vec::new();
        for component in &scan.components {
            let geometry = self.geometry.components[component.index];
            let (h, v) = if alone {
                (1, 1)
            } else {
                (geometry.h, geometry.v)
            };
            let channel = &self.channels[component.index];
            for place in 0..h * v {
                let index = (y * v + place / h) * channel.wide + x * h + place % h;
                let mut block = channel.blocks[index].clone();
                let (dc, ac) = (
                    tables.dc[component.dc].as_ref(),
                    tables.ac[component.ac].as_ref(),
                );
                if !self.header.progressive {
                    let predictor = &mut state[component.index];
                    sequential(
                        &mut block,
                        bits,
                        dc.ok_or(Lost)?,
                        ac.ok_or(Lost)?,
                        predictor,
                    )?;
                } else if scan.first == 0 {
                    if scan.refines {
                        block.coefficients[0] |= (bits.bit()? << scan.low) as i16;
                    } else {
                        let predictor = &mut state[component.index];
                        *predictor =
                            predictor.wrapping_add(i32::from(bits.dc_difference(dc.ok_or(Lost)?)?));
                        block.coefficients[0] = (*predictor << scan.low) as i16;
                    }
                } else if scan.refines {
                    refine(&mut block, bits, ac.ok_or(Lost)?, scan, &mut state[0])?;
                } else {
                    begin(&mut block, bits, ac.ok_or(Lost)?, scan, &mut state[0])?;
                }
                block.known |= channel.counts;
                done.push((component.index, index, block));
            }
        }
        for (component, index, block) in done {
            self.channels[component].blocks[index] = block;
        }
        Ok(())
    }

    fn finish(self, request: &Request) -> Result<ReferencePicture, Error> {
        let mut known = 0u64;
        let mut planes = Vec::new();
        for (component, channel) in self.geometry.components.iter().zip(&self.channels) {
            let points = component.points;
            let quant = channel.quant.unwrap_or([0; 64]);
            let mut samples = Vec::with_capacity(component.shape.width * component.shape.height);
            for y in component.top..component.bottom.min(component.blocks_high) {
                let row = y * channel.wide;
                known += channel.blocks
                    [row + component.left..row + component.right.min(component.blocks_wide)]
                    .iter()
                    .map(|block| u64::from(block.known))
                    .sum::<u64>();
            }
            let shape = component.shape;
            let mut rows = Vec::new();
            for y in shape.y..shape.y + shape.height {
                if rows.is_empty() || y % points == 0 {
                    let row = y / points * channel.wide;
                    rows = (0..channel.wide)
                        .map(|x| transform(&channel.blocks[row + x], &quant, points))
                        .collect();
                }
                samples.extend(
                    (shape.x..shape.x + shape.width)
                        .map(|x| rows[x / points][y % points * 8 + x % points]),
                );
            }
            planes.push(ReferencePlane { shape, samples });
        }
        let share = (known as f64 / self.geometry.wanted_blocks() as f64) as f32;
        if known == 0 || share < request.min_share {
            return Err(Error::Damaged {
                offset: self.damage.unwrap_or(0),
                share,
            });
        }
        Ok(ReferencePicture {
            planes,
            share,
            damage: self.damage,
        })
    }
}
