//! JPEG without loss (ITU-T T.81, H, by Huffman codes, SOF3), as scanners and medical devices write it. Each sample is foretold from
//! those beside and above it, and what it differs by is coded.

use super::arithmetic::Segments;
use super::markers::{Component, Frame};
use crate::{Error, Format, Limits};

const HUFFMAN_TABLES: u8 = 0xC4;
const SCAN: u8 = 0xDA;
const RESTART_INTERVAL: u8 = 0xDD;

#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("a table of codes contradicts itself")]
    Table,
    #[error("a scan contradicts its frame")]
    Scan,
    #[error("some of its components have fewer samples than others")]
    Sampling,
}

/// What decoding holds beside the picture.
pub(super) fn held(frame: &Frame) -> u64 {
    const TABLE: u64 = 2 << 16;
    let lines = u64::from(frame.width) * 2 * frame.components.len() as u64;
    lines + 4 * TABLE
}

/// Fills in the pixels of the frame: samples of one byte each where the picture has eight bits or fewer, and of two otherwise, which
/// take the whole range. Says how many of them there were.
pub(super) fn decode(
    jpeg: &[u8],
    frame: &Frame,
    limits: &Limits,
    pixels: &mut [u8],
) -> Result<u64, Error> {
    let is_alike = |component: &Component| (component.across, component.down) == (1, 1);
    if frame.components.len() > 1 && !frame.components.iter().all(is_alike) {
        return Err(Error::unread(Format::Jpeg, Fault::Sampling));
    }
    let broken = |fault| Error::corrupt(Format::Jpeg, fault);
    let mut tables: [Option<Table>; 4] = Default::default();
    let mut restart = 0;
    let mut there = 0;
    let mut segments = Segments { jpeg, at: 2 };
    while let Some((marker, data)) = segments.next() {
        match (marker, data) {
            (HUFFMAN_TABLES, _) => define(&mut tables, data).ok_or_else(|| broken(Fault::Table))?,
            (RESTART_INTERVAL, &[high, low, ..]) => {
                restart = usize::from(u16::from_be_bytes([high, low]));
            }
            (SCAN, _) => {
                let scan = Scan::new(data, frame, &tables, restart);
                let scan = scan.ok_or_else(|| broken(Fault::Scan))?;
                there += scan.decode(&jpeg[segments.at..], limits, pixels)?;
            }
            _ => {}
        }
    }
    Ok(there)
}

/// For each 16 bits that may come next, the category of the difference that they begin with, and how many of them are its code:
/// none where there is no such code.
struct Table(Box<[(u8, u8); 1 << 16]>);

/// Takes in the tables of a segment (ITU-T T.81, B.2.4.2).
fn define(tables: &mut [Option<Table>; 4], mut data: &[u8]) -> Option<()> {
    while let [which, rest @ ..] = data {
        let (counts, rest) = rest.split_at_checked(16)?;
        let codes = counts.iter().map(|&count| usize::from(count)).sum();
        let (symbols, rest) = rest.split_at_checked(codes)?;
        data = rest;
        // Codes for coefficients, which are not looked at here, are of another class.
        if let Some(table) = tables.get_mut(usize::from(*which)) {
            *table = Some(Table::new(counts, symbols)?);
        }
    }
    Some(())
}

impl Table {
    fn new(counts: &[u8], symbols: &[u8]) -> Option<Self> {
        let mut table = vec![(0, 0); 1 << 16];
        let mut symbols = symbols.iter();
        let mut at = 0;
        for (bits, &count) in (1_u8..).zip(counts) {
            for &category in symbols.by_ref().take(usize::from(count)) {
                let span = 1 << (16 - bits);
                let bits = if category <= 16 { bits } else { 0 };
                table.get_mut(at..at + span)?.fill((category, bits));
                at += span;
            }
        }
        Some(Self(table.into_boxed_slice().try_into().ok()?))
    }
}

/// A scan of one or several components.
struct Scan<'a> {
    frame: &'a Frame,
    /// Which components of the frame it holds, and by which tables.
    parts: Vec<(usize, &'a Table)>,
    predictor: u8,
    /// Bits that were taken away from each sample at its low end.
    shift: u8,
    /// Rows between restarts; none without.
    rows_to_restart: usize,
}

impl<'a> Scan<'a> {
    /// `None` where its header (ITU-T T.81, B.2.3) is not one for this frame.
    fn new(
        data: &[u8],
        frame: &'a Frame,
        tables: &'a [Option<Table>; 4],
        restart: usize,
    ) -> Option<Self> {
        let (&count, rest) = data.split_first()?;
        let (parts, rest) = rest.split_at_checked(2 * usize::from(count))?;
        let part = |part: &[u8]| {
            let mut components = frame.components.iter();
            let at = components.position(|component| component.id == part[0])?;
            Some((at, tables.get(usize::from(part[1] >> 4))?.as_ref()?))
        };
        let parts: Vec<_> = parts.chunks_exact(2).map(part).collect::<Option<_>>()?;
        let &[predictor @ 1..=7, _, shift, ..] = rest else {
            return None;
        };
        let shift = shift & 15;
        let width = frame.width as usize;
        let fits = !parts.is_empty() && shift < frame.bits && restart.is_multiple_of(width);
        fits.then_some(Self {
            frame,
            parts,
            predictor,
            shift,
            rows_to_restart: restart / width,
        })
    }

    /// Says how many samples there were before the data came to an end, or made no sense any more.
    fn decode(&self, coded: &[u8], limits: &Limits, pixels: &mut [u8]) -> Result<u64, Error> {
        let width = self.frame.width as usize;
        let stored = self.frame.components.len();
        let bytes = if self.frame.bits > 8 { 2 } else { 1 };
        let mut bits = Bits::new(coded);
        let mut lines = vec![vec![0; width]; self.parts.len()];
        let rows = pixels.chunks_exact_mut(width * stored * bytes);
        for (y, row) in rows.enumerate() {
            limits.check_time()?;
            let restarts = self.rows_to_restart > 0 && y % self.rows_to_restart == 0;
            if restarts && y > 0 {
                bits.restart();
            }
            let is_first = y == 0 || restarts;
            // What is above and to the left of the sample.
            let mut corners = [0; 4];
            for x in 0..width {
                let parts = self.parts.iter().zip(&mut lines).zip(&mut corners);
                for ((&(component, table), line), corner) in parts {
                    let left = x.checked_sub(1).map(|before| line[before]);
                    let foretold = self.foretold(left, line[x], *corner, is_first);
                    let Some(difference) = bits.difference(table) else {
                        return Ok((y * width * self.parts.len()) as u64);
                    };
                    *corner = line[x];
                    line[x] = foretold.wrapping_add(difference);
                    self.put(line[x], &mut row[(x * stored + component) * bytes..]);
                }
            }
        }
        Ok((self.frame.height as usize * width * self.parts.len()) as u64)
    }

    /// What a sample is likely to be, by those to its left, above it, and above that to its left (ITU-T T.81, H.1.2.1).
    fn foretold(&self, left: Option<u16>, above: u16, corner: u16, is_first: bool) -> u16 {
        let Some(left) = left else {
            return if is_first {
                1 << (self.frame.bits - self.shift - 1)
            } else {
                above
            };
        };
        if is_first {
            return left;
        }
        let [a, b, c] = [left, above, corner].map(i32::from);
        let foretold = match self.predictor {
            1 => a,
            2 => b,
            3 => c,
            4 => a + b - c,
            5 => a + ((b - c) >> 1),
            6 => b + ((a - c) >> 1),
            _ => (a + b) >> 1,
        };
        foretold as u16
    }

    /// Writes a sample over the whole range of those that are handed on.
    fn put(&self, sample: u16, to: &mut [u8]) {
        let most = (1_u64 << self.frame.bits) - 1;
        let sample = (u64::from(sample) << self.shift).min(most);
        let over = |range: u64| (sample * range + most / 2) / most;
        if self.frame.bits > 8 {
            to[..2].copy_from_slice(&(over(0xFFFF) as u16).to_ne_bytes());
        } else {
            to[0] = over(0xFF) as u8;
        }
    }
}

/// The coded data of a scan, bit by bit.
struct Bits<'a> {
    coded: &'a [u8],
    at: usize,
    /// The next bits, from the highest on; behind them zeros.
    held: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    const fn new(coded: &'a [u8]) -> Self {
        Self {
            coded,
            at: 0,
            held: 0,
            count: 0,
        }
    }

    /// Takes bytes in as long as there is room and no marker.
    fn fill(&mut self) {
        while self.count <= 56 {
            let byte = match self.coded.get(self.at..) {
                Some([0xFF, 0, ..]) => {
                    self.at += 1;
                    0xFF
                }
                Some([0xFF, ..] | []) | None => return,
                Some([byte, ..]) => *byte,
            };
            self.at += 1;
            self.count += 8;
            self.held |= u64::from(byte) << (64 - self.count);
        }
    }

    fn take(&mut self, count: u32) -> Option<u16> {
        self.count = self.count.checked_sub(count)?;
        let taken = self.held >> (64 - count);
        self.held <<= count;
        Some(taken as u16)
    }

    /// What a sample differs by from what was foretold, modulo 65,536 (ITU-T T.81, H.1.2.2).
    fn difference(&mut self, table: &Table) -> Option<u16> {
        if self.count < 32 {
            self.fill();
        }
        let (category, bits) = table.0[(self.held >> 48) as usize];
        if bits == 0 {
            return None;
        }
        self.take(u32::from(bits))?;
        match category {
            0 => Some(0),
            16 => Some(1 << 15),
            _ => {
                let value = self.take(u32::from(category))?;
                let is_negative = value >> (category - 1) == 0;
                let offset = if is_negative { (1 << category) - 1 } else { 0 };
                Some(value.wrapping_sub(offset))
            }
        }
    }

    /// Goes on behind the next marker of a restart. Where another comes first, there are no more bits.
    fn restart(&mut self) {
        (self.held, self.count) = (0, 0);
        let rest = self.coded.get(self.at..).unwrap_or_default();
        let marker = rest
            .windows(2)
            .position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xFF));
        if let Some(marker) = marker
            && matches!(rest[marker + 1], 0xD0..=0xD7)
        {
            self.at += marker + 2;
        }
    }
}
