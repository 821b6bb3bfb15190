//! The definition: a decoder written to be read, against which the fast one is tested bit for bit.
//!
//! It shares the reading of header segments with the fast decoder, and nothing else. It keeps every coefficient of
//! the picture, walks Huffman codes bit by bit, and transforms by multiplying matrices.
//!
//! # What a plane holds
//!
//! At `N` samples a side of a block (8, 4, 2 or 1) the lowest `N`x`N` coefficients enter, each multiplied by its
//! quantisation step in 32 bits. The samples are the `N`-point inverse transform of those, divided by 8 in all, rounded to
//! the nearest, plus 128, clamped to 0 to 255:
//!
//! - 1: `(dc + 4) >> 3`.
//! - 2: sums and differences of the four, `(sum + 4) >> 3`.
//! - 3, 4 and 8: [`MATRIX_3`], [`MATRIX_4`] and [`MATRIX_8`], in units of 1/8192, down the columns, where the result is rounded to units of
//!   1/4, then along the rows. At 8 this is what libjpeg calls "islow", at 4 its scaled transform of the same kind.
//!
//! All of it is 32-bit arithmetic that wraps around, which only nonsense files reach. DC values are sums of differences
//! that wrap around at 16 bits.
//!
//! # What is decoded of a damaged file
//!
//! Entropy-coded data consists of intervals that restart markers part. An MCU (in a progressive frame also a block) that
//! holds an unknown code, a run past the end of its block, a DC difference of over 11 bits, or ends behind its interval is
//! lost, and so is the rest of the interval. Restart markers are counted: one that comes up to two too early means
//! that as many intervals are lost, one that comes up to two too late is passed over with its interval, any other is
//! taken for the one expected. What nothing was decoded of is mid-grey. After damage in a band of AC coefficients, later
//! scans of that component's AC coefficients are passed over, for they depend on it.

use crate::error::{Error, Problem};
use crate::geometry::{Geometry, PlaneShape};
use crate::header::Header;
use crate::huffman::Huffman;
use crate::markers::{Found, MarkerReader, SOS, is_restart};
use crate::request::Request;
use crate::tables::{Scan, Tables, ZIGZAG};
use alloc::vec;
use alloc::vec::Vec;

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

/// Rows are samples, columns coefficients; the 3-point transform in units of 1/8192.
pub const MATRIX_3: [[i32; 3]; 3] = [[8192, 10033, 5793], [8192, 0, -11585], [8192, -10033, 5793]];

/// Rows are samples, columns coefficients; the 4-point transform in units of 1/8192.
pub const MATRIX_4: [[i32; 4]; 4] = [
    [8192, 10703, 8192, 4433],
    [8192, 4433, -8192, -10704],
    [8192, -4433, -8192, 10704],
    [8192, -10703, 8192, -4433],
];

/// The 8-point transform in units of 1/8192, with the roundings of the factors that fast forms of it are made of
/// (Loeffler, Ligtenberg and Moschytz, "Practical fast 1-D DCT algorithms with 11 multiplications", 1989).
pub const MATRIX_8: [[i32; 8]; 8] = [
    [8192, 11363, 10703, 9633, 8192, 6437, 4433, 2260],
    [8192, 9633, 4433, -2259, -8192, -11362, -10704, -6436],
    [8192, 6437, -4433, -11362, -8192, 2261, 10704, 9633],
    [8192, 2260, -10703, -6436, 8192, 9633, -4433, -11363],
    [8192, -2260, -10703, 6436, 8192, -9633, -4433, 11363],
    [8192, -6437, -4433, 11362, -8192, -2261, 10704, -9633],
    [8192, -9633, 4433, 2259, -8192, 11362, -10704, 6436],
    [8192, -11363, 10703, -9633, 8192, -6437, 4433, -2260],
];

#[derive(Clone)]
struct Block {
    coefficients: [i16; 64],
    /// Progressive: the coefficient has got a value, so that refinement gives it a bit.
    begun: [bool; 64],
    known: bool,
}

struct Channel {
    blocks: Vec<Block>,
    wide: usize,
    quant: Option<[u16; 64]>,
    /// It had a scan with DC values.
    scanned: bool,
    /// The scan under way is the first such, whose blocks count.
    counts: bool,
    ac_damaged: bool,
    /// For each coefficient, how many bits are still to come; 99 before the first scan.
    missing_bits: [u32; 64],
}

/// One interval's bytes without stuffing, and where each came from; one more position says where it ended.
struct Interval {
    number: usize,
    bytes: Vec<u8>,
    origins: Vec<usize>,
}

struct Bits<'a> {
    bytes: &'a [u8],
    position: usize,
}

/// Damage: the rest of an interval cannot be decoded.
struct Lost;

impl Bits<'_> {
    fn bit(&mut self) -> Result<u32, Lost> {
        let byte = *self.bytes.get(self.position / 8).ok_or(Lost)?;
        let bit = byte >> (7 - self.position % 8) & 1;
        self.position += 1;
        Ok(u32::from(bit))
    }

    fn bits(&mut self, count: u32) -> Result<u32, Lost> {
        (0..count).try_fold(0, |value, _| Ok(value << 1 | self.bit()?))
    }

    /// Codes of one length are consecutive numbers, and follow on twice the last code of the length before.
    fn symbol(&mut self, table: &Huffman) -> Result<u8, Lost> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for &count in &table.counts {
            let count = usize::from(count);
            code = code << 1 | self.bit()? as usize;
            if code < first + count {
                return Ok(table.symbols[index + code - first]);
            }
            index += count;
            first = (first + count) << 1;
        }
        Err(Lost)
    }

    fn value(&mut self, size: u32) -> Result<i32, Lost> {
        let raw = self.bits(size)? as i32;
        Ok(if size > 0 && raw < 1 << (size - 1) {
            raw - (1 << size) + 1
        } else {
            raw
        })
    }

    fn dc_difference(&mut self, table: &Huffman) -> Result<i16, Lost> {
        let size = self.symbol(table)?;
        if size > 11 {
            return Err(Lost);
        }
        Ok(self.value(u32::from(size))? as i16)
    }
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
                Some(Found::End) if header.progressive => break 'file,
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

/// Reads entropy-coded data up to the marker that ends it, and says where that marker stands, and whether it ends the image.
fn split(
    rest: &mut &[u8],
    reader: &mut MarkerReader,
    restart_interval: usize,
) -> (Vec<Interval>, usize, bool) {
    let start = reader.offset();
    let mut intervals = Vec::new();
    let mut current = Interval {
        number: 0,
        bytes: Vec::new(),
        origins: Vec::new(),
    };
    let mut keep = true;
    let mut expected = 0;
    let mut at = 0;
    while let Some(&byte) = rest.get(at) {
        let origin = start + at;
        at += 1;
        if byte != 0xff {
            current.bytes.push(byte);
            current.origins.push(origin);
            continue;
        }
        while rest.get(at) == Some(&0xff) {
            at += 1;
        }
        let Some(&code) = rest.get(at) else {
            at = rest.len();
            break;
        };
        at += 1;
        if code == 0 {
            current.bytes.push(0xff);
            current.origins.push(origin);
        } else if is_restart(code) && restart_interval > 0 {
            let early = (usize::from(code & 7) + 8 - expected) % 8;
            let number = current.number;
            let skipped = match early {
                0..=2 => 1 + early,
                3..=5 => 1,
                _ => 0,
            };
            current.origins.push(start + at - 2);
            let next = Interval {
                number: number + skipped,
                bytes: Vec::new(),
                origins: Vec::new(),
            };
            let done = core::mem::replace(&mut current, next);
            if keep {
                intervals.push(done);
            }
            keep = skipped > 0;
            expected = (expected + skipped) % 8;
        } else {
            current.origins.push(start + at - 2);
            if keep {
                intervals.push(current);
            }
            *rest = &rest[at..];
            reader.skip(at);
            let ended = reader.resume_at_marker(code);
            return (intervals, start + at - 2, ended);
        }
    }
    current.origins.push(start + at);
    if keep {
        intervals.push(current);
    }
    *rest = &[];
    reader.skip(at);
    (intervals, start + at, false)
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
                ac_damaged: false,
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
        let points = self.geometry.points;
        self.channels.iter().all(|channel| {
            if !self.header.progressive {
                return channel.scanned;
            }
            (0..64)
                .filter(|&k| is_kept(k, points))
                .all(|k| channel.missing_bits[k] == 0)
        })
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
            scan.first == 0
                || (self.geometry.points > 1 && !self.channels[scan.components[0].index].ac_damaged)
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
            channel.counts = scan.first == 0 && !channel.scanned;
            channel.scanned |= scan.first == 0;
            channel.missing_bits[scan.first..=scan.last].fill(scan.low);
        }
        // A scan of one component has that component's own blocks for MCUs.
        let (columns, rows) = if let [only] = scan.components[..] {
            let component = &self.geometry.components[only.index];
            (
                component.blocks_wide,
                component.blocks_high.min(component.bottom),
            )
        } else {
            (self.geometry.mcu_columns, self.geometry.mcu_bottom)
        };
        let total = columns * rows;
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
            };
            let mut state = [0i32; 4];
            for mcu in start..total.min(start.saturating_add(per_interval)) {
                let began = bits.position;
                if self
                    .decode_mcu(
                        scan,
                        tables,
                        &mut bits,
                        &mut state,
                        mcu % columns,
                        mcu / columns,
                    )
                    .is_err()
                {
                    damage = damage.or(Some(interval.origins[began / 8]));
                    break;
                }
                decoded += 1;
            }
        }
        if decoded < total {
            self.damage = self.damage.or(damage).or(Some(end));
            if scan.first > 0 {
                self.channels[scan.components[0].index].ac_damaged = true;
            }
        }
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
                    block.known |= channel.counts;
                } else if scan.first == 0 {
                    if scan.refines {
                        block.coefficients[0] |= (bits.bit()? << scan.low) as i16;
                    } else {
                        let predictor = &mut state[component.index];
                        *predictor =
                            predictor.wrapping_add(i32::from(bits.dc_difference(dc.ok_or(Lost)?)?));
                        block.coefficients[0] = (*predictor << scan.low) as i16;
                        block.known |= channel.counts;
                    }
                } else if scan.refines {
                    refine(&mut block, bits, ac.ok_or(Lost)?, scan, &mut state[0])?;
                } else {
                    begin(&mut block, bits, ac.ok_or(Lost)?, scan, &mut state[0])?;
                }
                done.push((component.index, index, block));
            }
        }
        for (component, index, block) in done {
            self.channels[component].blocks[index] = block;
        }
        Ok(())
    }

    fn finish(self, request: &Request) -> Result<ReferencePicture, Error> {
        let points = self.geometry.points;
        let mut known = 0u64;
        let mut planes = Vec::new();
        for (component, channel) in self.geometry.components.iter().zip(&self.channels) {
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

fn is_kept(k: usize, points: usize) -> bool {
    let place = usize::from(ZIGZAG[k]);
    place / 8 < points && place % 8 < points
}

fn sequential(
    block: &mut Block,
    bits: &mut Bits<'_>,
    dc: &Huffman,
    ac: &Huffman,
    predictor: &mut i32,
) -> Result<(), Lost> {
    *predictor = predictor.wrapping_add(i32::from(bits.dc_difference(dc)?));
    block.coefficients = [0; 64];
    block.coefficients[0] = *predictor as i16;
    let mut k = 1;
    while k < 64 {
        let symbol = bits.symbol(ac)?;
        let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        if size == 0 && run != 15 {
            break;
        }
        k += run;
        if k > 63 {
            return Err(Lost);
        }
        block.coefficients[k] = bits.value(size)? as i16;
        k += 1;
    }
    Ok(())
}

fn begin(
    block: &mut Block,
    bits: &mut Bits<'_>,
    ac: &Huffman,
    scan: &Scan,
    run_left: &mut i32,
) -> Result<(), Lost> {
    if *run_left > 0 {
        *run_left -= 1;
        return Ok(());
    }
    let mut k = scan.first;
    while k <= scan.last {
        let symbol = bits.symbol(ac)?;
        let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        if size == 0 && run != 15 {
            *run_left = (1 << run) - 1 + bits.bits(run as u32)? as i32;
            break;
        }
        k += run;
        if k > scan.last {
            return Err(Lost);
        }
        if size > 0 {
            block.coefficients[k] = (bits.value(size)? << scan.low) as i16;
            block.begun[k] = true;
        }
        k += 1;
    }
    Ok(())
}

fn refine(
    block: &mut Block,
    bits: &mut Bits<'_>,
    ac: &Huffman,
    scan: &Scan,
    run_left: &mut i32,
) -> Result<(), Lost> {
    let one = (1i32 << scan.low) as i16;
    let mut k = scan.first;
    if *run_left == 0 {
        while k <= scan.last {
            let symbol = bits.symbol(ac)?;
            let (mut zeros, size) = (usize::from(symbol >> 4), symbol & 15);
            let value = match size {
                0 if zeros == 15 => 0,
                0 => {
                    *run_left = (1 << zeros) + bits.bits(zeros as u32)? as i32;
                    break;
                }
                1 if bits.bit()? == 1 => one,
                1 => -one,
                _ => return Err(Lost),
            };
            // Passes over `zeros` coefficients that have no value yet; those that have one get their bit.
            loop {
                if k > scan.last {
                    return Err(Lost);
                }
                if block.begun[k] {
                    correct(&mut block.coefficients[k], bits, one)?;
                } else if zeros == 0 {
                    break;
                } else {
                    zeros -= 1;
                }
                k += 1;
            }
            if value != 0 {
                block.coefficients[k] = value;
                block.begun[k] = true;
            }
            k += 1;
        }
    }
    if *run_left > 0 {
        for k in k..=scan.last {
            if block.begun[k] {
                correct(&mut block.coefficients[k], bits, one)?;
            }
        }
        *run_left -= 1;
    }
    Ok(())
}

fn correct(coefficient: &mut i16, bits: &mut Bits<'_>, one: i16) -> Result<(), Lost> {
    if bits.bit()? == 1 {
        let step = if *coefficient < 0 { -one } else { one };
        *coefficient = coefficient.wrapping_add(step);
    }
    Ok(())
}

/// Samples of a block, in the first `points` rows and columns of an 8x8 square.
fn transform(block: &Block, quant: &[u16; 64], points: usize) -> [u8; 64] {
    let mut square = [[0i32; 8]; 8];
    for k in (0..64).filter(|&k| is_kept(k, points)) {
        let place = usize::from(ZIGZAG[k]);
        square[place / 8][place % 8] = i32::from(block.coefficients[k]) * i32::from(quant[k]);
    }
    let mut samples = [0; 64];
    for y in 0..points {
        for x in 0..points {
            let value = match points {
                1 => square[0][0].wrapping_add(4) >> 3,
                2 => {
                    let sign = |value: i32, odd: usize| {
                        if odd == 1 {
                            value.wrapping_neg()
                        } else {
                            value
                        }
                    };
                    let top = square[0][0].wrapping_add(sign(square[0][1], x));
                    let bottom = square[1][0].wrapping_add(sign(square[1][1], x));
                    top.wrapping_add(sign(bottom, y)).wrapping_add(4) >> 3
                }
                3 => product(&MATRIX_3, &square, x, y),
                4 => product(&MATRIX_4, &square, x, y),
                _ => product(&MATRIX_8, &square, x, y),
            };
            samples[y * 8 + x] = value.wrapping_add(128).clamp(0, 255) as u8;
        }
    }
    samples
}

fn product<const N: usize>(
    matrix: &[[i32; N]; N],
    square: &[[i32; 8]; 8],
    x: usize,
    y: usize,
) -> i32 {
    let mut along = 1i32 << 17;
    for u in 0..N {
        let down = (0..N).fold(1 << 10, |sum: i32, v| {
            sum.wrapping_add(matrix[y][v].wrapping_mul(square[v][u]))
        }) >> 11;
        along = along.wrapping_add(matrix[x][u].wrapping_mul(down));
    }
    along >> 18
}
