//! JPEGs whose coefficients are coded arithmetically (ITU-T T.81, sequential, SOF9): written anew with Huffman codes, which loses
//! nothing, for the decoder that reads those.
//!
//! No crate reads them. Scanners' programs write them now and then, and browsers on many systems show them.

mod blocks;
mod coder;
mod huffman;

use super::markers::{Component, Frame, read_frame};
use super::mend::next_marker;
use crate::{Error, Format, Limits};
use blocks::{Ac, Conditioning, Dc, Last, Lost};
use coder::Coder;
use huffman::Writer;

const SEQUENTIAL: u8 = 0xC9;
const EXTENDED_HUFFMAN: u8 = 0xC1;
const HUFFMAN_TABLES: u8 = 0xC4;
const CONDITIONING: u8 = 0xCC;
const SCAN: u8 = 0xDA;
const END: u8 = 0xD9;
const RESTART_INTERVAL: u8 = 0xDD;

/// Bytes of a block in the worst case: for each coefficient a code of eight bits and eleven of its own, and as many bytes again
/// for those that have to be told from markers.
const BLOCK_BYTES: u64 = 2 * 64 * 19 / 8;

/// The same picture with Huffman codes; `None` where it has others already. One that is cut off or broken goes on as far as it could
/// be read.
pub(super) fn transcode(jpeg: &[u8], limits: &Limits) -> Result<Option<Vec<u8>>, Error> {
    let mut before = Segments { jpeg, at: 2 }.take_while(|(marker, _)| *marker != SCAN);
    if !before.any(|(marker, _)| marker == SEQUENTIAL) {
        return Ok(None);
    }
    let mut segments = Segments { jpeg, at: 2 };
    let mut transcoder = Transcoder::default();
    while let Some((marker, data)) = segments.next() {
        match marker {
            SEQUENTIAL => {
                // What is wrong with it is for the next to say.
                let Ok(frame) = read_frame(EXTENDED_HUFFMAN, data) else {
                    return Ok(None);
                };
                let size = (frame.width, frame.height);
                limits.check_pixels(size.0, size.1)?;
                let samples = u64::from(size.0) * u64::from(size.1) * frame.components.len() as u64;
                limits.check_memory(Format::Jpeg, size, samples.div_ceil(64) * BLOCK_BYTES)?;
                transcoder.begin(frame, data);
            }
            CONDITIONING => transcoder.set(data),
            SCAN => match transcoder.scan(data, &jpeg[segments.at..], limits)? {
                Some(taken) => segments.at += taken,
                None => break,
            },
            _ => {
                if let (RESTART_INTERVAL, Some(interval)) = (marker, data.first_chunk()) {
                    transcoder.restart = u16::from_be_bytes(*interval);
                }
                transcoder.out.segment(marker, data);
            }
        }
    }
    Ok(Some(transcoder.out.finish()))
}

/// The segments of a file and what their lengths cover, up to its end. Coded data have to be passed over.
pub(super) struct Segments<'a> {
    pub(super) jpeg: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Iterator for Segments<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (marker, behind) = next_marker(self.jpeg, self.at)?;
        if marker == END {
            return None;
        }
        let length = u16::from_be_bytes(*self.jpeg.get(behind..)?.first_chunk()?);
        let data = self.jpeg.get(behind + 2..behind + usize::from(length))?;
        self.at = behind + usize::from(length);
        Some((marker, data))
    }
}

/// What is known of the statistics of a component.
struct Coded {
    component: Component,
    dc: usize,
    ac: usize,
    last: Last,
}

#[derive(Default)]
struct Transcoder {
    frame: Option<Frame>,
    dc_set: [Conditioning; 4],
    ac_set: [Conditioning; 4],
    restart: u16,
    out: Writer,
}

impl Transcoder {
    fn begin(&mut self, frame: Frame, data: &[u8]) {
        self.frame = Some(frame);
        self.out.segment(EXTENDED_HUFFMAN, data);
        self.out.segment(HUFFMAN_TABLES, &huffman::tables());
    }

    /// A DAC segment.
    fn set(&mut self, data: &[u8]) {
        for &[place, value] in data.as_chunks().0 {
            let table = usize::from(place & 3);
            if place >> 4 == 0 {
                (self.dc_set[table].small, self.dc_set[table].large) = (value & 15, value >> 4);
            } else {
                self.ac_set[table].low = value;
            }
        }
    }

    /// One scan, and how many bytes its coded data take. `None` where nothing can follow it.
    fn scan(&mut self, data: &[u8], coded: &[u8], limits: &Limits) -> Result<Option<usize>, Error> {
        let (Some(frame), [count, rest @ ..]) = (&self.frame, data) else {
            return Ok(None);
        };
        let mut parts = Vec::new();
        let mut header = data.to_vec();
        for (nth, &[name, tables]) in rest
            .as_chunks()
            .0
            .iter()
            .take(usize::from(*count))
            .enumerate()
        {
            let Some(component) = frame.components.iter().find(|one| one.id == name) else {
                return Ok(None);
            };
            // All have the same Huffman tables.
            header[2 + 2 * nth] = 0;
            parts.push(Coded {
                component: *component,
                dc: usize::from(tables >> 4 & 3),
                ac: usize::from(tables & 3),
                last: Last::default(),
            });
        }
        if parts.is_empty() || parts.len() != usize::from(*count) {
            return Ok(None);
        }
        let most =
            |factor: fn(&Component) -> u32| frame.components.iter().map(factor).max().unwrap_or(1);
        let (across, down) = (most(|one| one.across), most(|one| one.down));
        let units = if let [part] = &mut parts[..] {
            // A component that is alone has its blocks row by row, without those that only fill up the others' units.
            let samples =
                |side: u32, factor: u32, most: u32| (side * factor).div_ceil(most).div_ceil(8);
            let columns = samples(frame.width, part.component.across, across);
            let rows = samples(frame.height, part.component.down, down);
            (part.component.across, part.component.down) = (1, 1);
            columns * rows
        } else {
            frame.width.div_ceil(8 * across) * frame.height.div_ceil(8 * down)
        };
        self.out.segment(SCAN, &header);

        let interval = match self.restart {
            0 => units,
            restart => restart.into(),
        };
        let mut rest = coded;
        let mut left = units;
        let mut nth = 0_u8;
        loop {
            limits.check_time()?;
            let count = interval.min(left);
            let mut coder = Coder::new(rest);
            let is_whole = self.interval(&mut parts, &mut coder, count).is_ok();
            rest = coder.rest();
            left -= count;
            // Whatever is left before the marker belongs to nothing.
            let end = rest
                .windows(2)
                .position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xFF));
            rest = &rest[end.unwrap_or(rest.len())..];
            self.out.align();
            let [0xFF, 0xD0..=0xD7, behind @ ..] = rest else {
                let is_done = is_whole && left == 0;
                return Ok(is_done.then_some(coded.len() - rest.len()));
            };
            if left == 0 {
                return Ok(Some(coded.len() - rest.len()));
            }
            rest = behind;
            self.out.restart(nth);
            nth = nth.wrapping_add(1);
        }
    }

    /// Units up to the next restart: everything known is forgotten before.
    fn interval(
        &mut self,
        parts: &mut [Coded],
        coder: &mut Coder<'_>,
        units: u32,
    ) -> Result<(), Lost> {
        let mut dc: [Dc; 4] = Default::default();
        let mut ac: [Ac; 4] = Default::default();
        for part in &mut *parts {
            part.last = Last::default();
        }
        for _ in 0..units {
            for part in &mut *parts {
                for _ in 0..part.component.across * part.component.down {
                    let before = part.last.value;
                    dc[part.dc].read(coder, &mut part.last, self.dc_set[part.dc])?;
                    let mut block = [0; 64];
                    block[0] = part.last.value - before;
                    ac[part.ac].read(coder, &mut block, self.ac_set[part.ac])?;
                    self.out.block(&block)?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::jpeg::unpack;

    fn file(name: &str) -> Vec<u8> {
        let path = format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read(path).expect("a file of the repository")
    }

    fn pixels(jpeg: &[u8]) -> Vec<u8> {
        unpack(jpeg, &Limits::default(), |_, _| true)
            .expect("a JPEG")
            .expect("a size that fits")
    }

    /// Each was made by `jpegtran` from the first, without loss: at once, with restarts, and with a scan for each component.
    #[test]
    fn nothing_is_lost() {
        let huffman = file("fine.jpg");
        let limits = Limits::default();
        assert_eq!(transcode(&huffman, &limits).expect("no limit"), None);
        for name in [
            "fine-arithmetic.jpg",
            "fine-restarted.jpg",
            "fine-apart.jpg",
        ] {
            let jpeg = transcode(&file(name), &limits).expect("no limit");
            let jpeg = jpeg.expect("arithmetic coding");
            assert!(pixels(&jpeg) == pixels(&huffman), "{name}");
        }
    }

    #[test]
    fn what_is_cut_off_goes_as_far_as_it_can() {
        let whole = file("fine-restarted.jpg");
        for length in (0..whole.len()).step_by(89) {
            let Ok(Some(jpeg)) = transcode(&whole[..length], &Limits::default()) else {
                continue;
            };
            assert!(jpeg.starts_with(&[0xFF, 0xD8]) && jpeg.ends_with(&[0xFF, 0xD9]));
        }
    }
}
