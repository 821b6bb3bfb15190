//! The frame, scans and tables that segments define.

use crate::error::{Error, Problem, Unsupported};
use crate::header::{Component, Header, Segment};
use crate::huffman::Huffman;
use crate::markers::{APP0, APP14, DAC, DHP, DHT, DNL, DQT, DRI, JPG, is_application_or_comment};
use alloc::vec::Vec;
use core::ops::Range;

/// From the order of coefficients in the stream to their place in a block, row by row (T.81, figure A.6).
pub(crate) const ZIGZAG: [u8; 64] = zigzag();

const fn zigzag() -> [u8; 64] {
    let mut order = [0; 64];
    let (mut row, mut column, mut index) = (0i32, 0i32, 0);
    while index < 64 {
        order[index] = (row * 8 + column) as u8;
        // Even diagonals run up and to the right, odd ones down and to the left; at an edge the next one begins.
        let up = (row + column) % 2 == 0;
        if up {
            if column == 7 {
                row += 1;
            } else {
                column += 1;
                row -= (row > 0) as i32;
            }
        } else if row == 7 {
            column += 1;
        } else {
            row += 1;
            column -= (column > 0) as i32;
        }
        index += 1;
    }
    order
}

/// What the segments so far have said.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    /// In zigzag order.
    pub(crate) quant: [Option<[u16; 64]>; 4],
    pub(crate) dc: [Option<Huffman>; 4],
    pub(crate) ac: [Option<Huffman>; 4],
    pub(crate) restart_interval: usize,
    pub(crate) header: Option<Header>,
    segments: Vec<Segment>,
    jfif: bool,
    adobe_transform: Option<u8>,
}

/// A scan header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scan {
    pub(crate) components: Vec<ScanComponent>,
    /// The band of coefficients, first and last in zigzag order.
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// Whether this scan adds one bit to coefficients that earlier scans began.
    pub(crate) refines: bool,
    /// Bits below those that this scan gives.
    pub(crate) low: u32,
}

impl Scan {
    /// Whether it has the DC values of blocks, and not only a bit more of them.
    pub(crate) const fn gives_means(&self) -> bool {
        self.first == 0 && !self.refines
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ScanComponent {
    /// Index in the frame.
    pub(crate) index: usize,
    pub(crate) dc: usize,
    pub(crate) ac: usize,
}

impl Tables {
    /// Takes in any segment but SOS.
    pub(crate) fn define(
        &mut self,
        marker: u8,
        at: usize,
        contents: Range<usize>,
        payload: &[u8],
    ) -> Result<(), Error> {
        let malformed = |problem| Error::Malformed {
            problem,
            offset: at,
        };
        match marker {
            DQT => self.define_quantization(payload).map_err(malformed),
            DHT => self.define_huffman(payload).map_err(malformed),
            DRI => {
                let interval = payload
                    .first_chunk()
                    .ok_or(malformed(Problem::SegmentLength))?;
                self.restart_interval = usize::from(u16::from_be_bytes(*interval));
                Ok(())
            }
            DNL => Err(Error::Unsupported(Unsupported::NumberOfLines)),
            DAC => Err(Error::Unsupported(Unsupported::Arithmetic)),
            DHP => Err(Error::Unsupported(Unsupported::Hierarchical)),
            0xc0..=0xcf if marker != JPG => self.define_frame(marker, at, payload),
            _ if is_application_or_comment(marker) => {
                if marker == APP0 && payload.starts_with(b"JFIF\0") {
                    self.jfif = true;
                }
                if marker == APP14 && payload.starts_with(b"Adobe") {
                    self.adobe_transform = payload.get(11).copied();
                }
                self.segments.push(Segment {
                    marker,
                    range: contents,
                });
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The header as far as it is known; with the first scan it is complete.
    pub(crate) fn finish_header(&mut self) -> Option<&Header> {
        let header = self.header.as_mut()?;
        header.segments.append(&mut self.segments);
        header.jfif = self.jfif;
        header.adobe_transform = self.adobe_transform;
        Some(header)
    }

    fn define_quantization(&mut self, mut payload: &[u8]) -> Result<(), Problem> {
        while let Some((&kind, rest)) = payload.split_first() {
            let table = self
                .quant
                .get_mut(usize::from(kind & 15))
                .ok_or(Problem::QuantizationTable)?;
            let size = match kind >> 4 {
                0 => 64,
                1 => 128,
                _ => return Err(Problem::QuantizationTable),
            };
            let (values, rest) = rest.split_at_checked(size).ok_or(Problem::SegmentLength)?;
            let mut steps = [0; 64];
            for (index, step) in steps.iter_mut().enumerate() {
                *step = if size == 64 {
                    u16::from(values[index])
                } else {
                    u16::from_be_bytes([values[2 * index], values[2 * index + 1]])
                };
            }
            *table = Some(steps);
            payload = rest;
        }
        Ok(())
    }

    fn define_huffman(&mut self, mut payload: &[u8]) -> Result<(), Problem> {
        while let Some((&kind, rest)) = payload.split_first() {
            let class = match kind >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return Err(Problem::HuffmanTable),
            };
            let slot = class
                .get_mut(usize::from(kind & 15))
                .ok_or(Problem::HuffmanTable)?;
            let (counts, rest) = rest.split_first_chunk().ok_or(Problem::SegmentLength)?;
            let table = Huffman::new(*counts, rest)?;
            payload = &rest[table.len()..];
            *slot = Some(table);
        }
        Ok(())
    }

    fn define_frame(&mut self, marker: u8, at: usize, payload: &[u8]) -> Result<(), Error> {
        let malformed = |problem| Error::Malformed {
            problem,
            offset: at,
        };
        match marker {
            0xc0..=0xc2 => {}
            0xc3 => return Err(Error::Unsupported(Unsupported::Lossless)),
            0xc5..=0xc7 | 0xcd..=0xcf => return Err(Error::Unsupported(Unsupported::Hierarchical)),
            _ => return Err(Error::Unsupported(Unsupported::Arithmetic)),
        }
        if self.header.is_some() {
            return Err(malformed(Problem::Order));
        }
        let (&[precision, h0, h1, w0, w1, count], rest) = payload
            .split_first_chunk()
            .ok_or(malformed(Problem::SegmentLength))?;
        let (height, width) = (u16::from_be_bytes([h0, h1]), u16::from_be_bytes([w0, w1]));
        if precision != 8 {
            return Err(Error::Unsupported(Unsupported::Precision(precision)));
        }
        if count > 4 {
            return Err(Error::Unsupported(Unsupported::Components(count)));
        }
        if width == 0 || count == 0 {
            return Err(malformed(Problem::Frame));
        }
        if height == 0 {
            return Err(Error::Unsupported(Unsupported::NumberOfLines));
        }
        let mut components: Vec<Component> = Vec::with_capacity(4);
        let listed = rest
            .get(..3 * usize::from(count))
            .ok_or(malformed(Problem::SegmentLength))?;
        for entry in listed.chunks_exact(3) {
            let component = Component {
                id: entry[0],
                h: entry[1] >> 4,
                v: entry[1] & 15,
                quant: entry[2],
            };
            if !(1..=4).contains(&component.h) || !(1..=4).contains(&component.v) {
                return Err(malformed(Problem::Sampling));
            }
            if component.quant > 3 {
                return Err(malformed(Problem::QuantizationTable));
            }
            if components.iter().any(|other| other.id == component.id) {
                return Err(malformed(Problem::Frame));
            }
            components.push(component);
        }
        self.header = Some(Header {
            width: u32::from(width),
            height: u32::from(height),
            progressive: marker == 0xc2,
            components,
            segments: Vec::new(),
            jfif: false,
            adobe_transform: None,
        });
        Ok(())
    }

    /// Reads a scan header, and checks that its tables are there.
    pub(crate) fn scan(&self, payload: &[u8]) -> Result<Scan, Problem> {
        let header = self.header.as_ref().ok_or(Problem::Order)?;
        let (&count, rest) = payload.split_first().ok_or(Problem::SegmentLength)?;
        let (listed, rest) = rest
            .split_at_checked(2 * usize::from(count))
            .ok_or(Problem::SegmentLength)?;
        let &[first, last, approximation] = rest.first_chunk().ok_or(Problem::SegmentLength)?;
        if !(1..=4).contains(&count) {
            return Err(Problem::Scan);
        }
        let mut components: Vec<ScanComponent> = Vec::with_capacity(4);
        for entry in listed.chunks_exact(2) {
            let index = header
                .components
                .iter()
                .position(|c| c.id == entry[0])
                .ok_or(Problem::Scan)?;
            if components.iter().any(|other| other.index == index)
                || entry[1] >> 4 > 3
                || entry[1] & 15 > 3
            {
                return Err(Problem::Scan);
            }
            components.push(ScanComponent {
                index,
                dc: usize::from(entry[1] >> 4),
                ac: usize::from(entry[1] & 15),
            });
        }
        let blocks: u32 = components
            .iter()
            .map(|c| u32::from(header.components[c.index].h * header.components[c.index].v))
            .sum();
        if count > 1 && blocks > 10 {
            return Err(Problem::Sampling);
        }
        // A sequential scan has all coefficients at once, whatever its header says; libjpeg thinks so too.
        let mut scan = Scan {
            components,
            first: 0,
            last: 63,
            refines: false,
            low: 0,
        };
        if header.progressive {
            let (high, low) = (approximation >> 4, approximation & 15);
            let band_fits = if first == 0 {
                last == 0
            } else {
                first <= last && last < 64 && count == 1
            };
            if !band_fits || low > 13 || (high != 0 && high != low + 1) {
                return Err(Problem::Scan);
            }
            scan = Scan {
                first: usize::from(first),
                last: usize::from(last),
                refines: high != 0,
                low: u32::from(low),
                ..scan
            };
        }
        for component in &scan.components {
            let quant = usize::from(header.components[component.index].quant);
            let dc_missing = scan.first == 0 && !scan.refines && self.dc[component.dc].is_none();
            let ac_missing = scan.last > 0 && self.ac[component.ac].is_none();
            if self.quant[quant].is_none() || dc_missing || ac_missing {
                return Err(Problem::MissingTable);
            }
            let dc = self.dc[component.dc].as_ref();
            if scan.first == 0 && dc.is_some_and(|dc| !dc.is_for_dc()) {
                return Err(Problem::HuffmanTable);
            }
        }
        Ok(scan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zigzag_visits_every_place_once_along_the_diagonals() {
        assert_eq!(ZIGZAG[..10], [0, 1, 8, 16, 9, 2, 3, 10, 17, 24]);
        assert_eq!(ZIGZAG[60..], [47, 55, 62, 63]);
        let mut sorted = ZIGZAG;
        sorted.sort_unstable();
        assert!(
            sorted
                .iter()
                .enumerate()
                .all(|(index, &place)| index == usize::from(place))
        );
        let diagonals = ZIGZAG.map(|place| place / 8 + place % 8);
        assert!(diagonals.is_sorted());
    }
}
