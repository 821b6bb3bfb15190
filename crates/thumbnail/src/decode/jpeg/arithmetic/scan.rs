//! One scan: which coefficients it has a part of, and the decoding of its data.

use super::blocks::{Ac, Block, Conditioning, Dc, Last, Lost, refine_dc};
use super::coder::Coder;
use super::picture::{Picture, Plane};
use crate::{Error, Limits};
use std::ops::RangeInclusive;

/// The numbers that DAC segments have set, by class and table.
#[derive(Clone, Copy, Default)]
pub(super) struct Tables {
    pub(super) dc: [Conditioning; 4],
    pub(super) ac: [Conditioning; 4],
}

impl Tables {
    /// Takes in a DAC segment.
    pub(super) fn set(&mut self, data: &[u8]) {
        for &[place, value] in data.as_chunks().0 {
            let table = usize::from(place & 3);
            if place >> 4 == 0 {
                (self.dc[table].small, self.dc[table].large) = (value & 15, value >> 4);
            } else {
                self.ac[table].low = value;
            }
        }
    }
}

/// A scan's header.
pub(super) struct Scan {
    parts: Vec<Part>,
    /// The first and the last coefficient.
    band: RangeInclusive<usize>,
    /// Whether it adds a bit to what is known.
    refines: bool,
    /// How many bits are left to others.
    low: u8,
}

/// A component of a scan.
#[derive(Clone, Copy)]
struct Part {
    plane: usize,
    dc: usize,
    ac: usize,
}

/// What came of a scan's data.
pub(super) struct Decoded {
    /// How many bytes they take.
    pub(super) bytes: usize,
    pub(super) is_whole: bool,
}

impl Scan {
    /// `None` where it contradicts the frame or itself.
    pub(super) fn new(data: &[u8], picture: &Picture, is_progressive: bool) -> Option<Self> {
        let (&count, rest) = data.split_first()?;
        let (names, rest) = rest.split_at_checked(2 * usize::from(count))?;
        let part = |&[name, tables]: &[u8; 2]| {
            Some(Part {
                plane: picture.planes.iter().position(|plane| plane.id == name)?,
                dc: usize::from(tables >> 4 & 3),
                ac: usize::from(tables & 3),
            })
        };
        let parts: Vec<_> = names
            .as_chunks()
            .0
            .iter()
            .map(part)
            .collect::<Option<_>>()?;
        let is_twice = |nth: usize| parts[..nth].iter().any(|one| one.plane == parts[nth].plane);
        if parts.is_empty() || (1..parts.len()).any(is_twice) {
            return None;
        }
        if !is_progressive {
            return Some(Self {
                parts,
                band: 0..=63,
                refines: false,
                low: 0,
            });
        }
        let &[first, last, bits, ..] = rest else {
            return None;
        };
        let (high, low) = (bits >> 4, bits & 15);
        let is_legal = if first == 0 {
            last == 0
        } else {
            first <= last && last < 64 && parts.len() == 1
        };
        (is_legal && low < 14 && (high == 0 || high == low + 1)).then_some(Self {
            parts,
            band: first.into()..=last.into(),
            refines: high > 0,
            low,
        })
    }

    /// Adds what its data say to the picture; what leads to nothing is left as it was, up to the next restart.
    pub(super) fn decode(
        &self,
        coded: &[u8],
        (tables, restart): (&Tables, u16),
        picture: &mut Picture,
        limits: &Limits,
    ) -> Result<Decoded, Error> {
        // A component that is alone has its blocks row by row, without those that only fill up the others' units.
        let (columns, rows) = match self.parts[..] {
            [only] => picture.planes[only.plane].own,
            _ => picture.units,
        };
        let units = columns * rows;
        let interval = match restart {
            0 => units,
            restart => restart.into(),
        };
        let mut rest = coded;
        let mut known = [0; 4];
        let mut is_whole = true;
        let mut next = 0;
        loop {
            let end = (next + interval).min(units);
            let mut run = Run::new(self, tables, rest);
            for nth in next..end {
                if nth % columns == 0 {
                    limits.check_time()?;
                }
                let unit = (nth % columns, nth / columns);
                if run.unit(unit, picture, &mut known).is_err() {
                    is_whole = false;
                    break;
                }
            }
            next = end;
            // Whatever is left before the marker belongs to nothing.
            rest = run.coder.rest();
            let marker = rest
                .windows(2)
                .position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xFF));
            rest = &rest[marker.unwrap_or(rest.len())..];
            match rest {
                [0xFF, 0xD0..=0xD7, behind @ ..] if next < units => rest = behind,
                _ => break,
            }
        }
        for (plane, known) in picture.planes.iter_mut().zip(known) {
            plane.known = plane.known.max(known);
        }
        Ok(Decoded {
            bytes: coded.len() - rest.len(),
            is_whole: is_whole && next == units && !rest.is_empty(),
        })
    }
}

/// Units from one restart to the next: what is known of the decisions is forgotten at each.
struct Run<'a> {
    scan: &'a Scan,
    tables: &'a Tables,
    coder: Coder<'a>,
    dc: [Dc; 4],
    ac: [Ac; 4],
    /// By the place of a component in the scan.
    last: [Last; 4],
}

impl<'a> Run<'a> {
    fn new(scan: &'a Scan, tables: &'a Tables, coded: &'a [u8]) -> Self {
        Self {
            scan,
            tables,
            coder: Coder::new(coded),
            dc: Default::default(),
            ac: Default::default(),
            last: Default::default(),
        }
    }

    fn unit(
        &mut self,
        unit: (usize, usize),
        picture: &mut Picture,
        known: &mut [u64; 4],
    ) -> Result<(), Lost> {
        let parts = &self.scan.parts;
        for (nth, &part) in parts.iter().enumerate() {
            let plane = &mut picture.planes[part.plane];
            if parts.len() == 1 {
                self.block((nth, part), plane, unit, known)?;
                continue;
            }
            for place in plane.places(unit) {
                self.block((nth, part), plane, place, known)?;
            }
        }
        Ok(())
    }

    fn block(
        &mut self,
        (nth, part): (usize, Part),
        plane: &mut Plane,
        place: (usize, usize),
        known: &mut [u64; 4],
    ) -> Result<(), Lost> {
        if self.coder.is_spent() {
            return Err(Lost);
        }
        self.coefficients(nth, part, plane.block(place))?;
        known[part.plane] += u64::from(plane.owns(place));
        Ok(())
    }

    fn coefficients(&mut self, nth: usize, part: Part, block: &mut Block) -> Result<(), Lost> {
        let Self {
            scan,
            tables,
            coder,
            ..
        } = self;
        let (first, last, low) = (*scan.band.start(), *scan.band.end(), scan.low);
        if scan.refines {
            let bit = 1 << low;
            return if first == 0 {
                refine_dc(coder, block, bit);
                Ok(())
            } else {
                self.ac[part.ac].refine(coder, block, first..=last, bit)
            };
        }
        if first == 0 {
            let value = &mut self.last[nth];
            self.dc[part.dc].read(coder, value, tables.dc[part.dc])?;
            block[0] = (value.value << low) as i16;
        }
        if last > 0 {
            let band = first.max(1)..=last;
            self.ac[part.ac].read(coder, block, band, low, tables.ac[part.ac])?;
        }
        Ok(())
    }
}
