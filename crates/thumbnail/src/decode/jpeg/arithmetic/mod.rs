//! JPEGs whose coefficients are coded arithmetically (ITU-T T.81, sequential and progressive, SOF9 and SOF10): written anew with
//! Huffman codes in one scan, which loses nothing, for the decoder that reads those.
//!
//! No crate reads them. Scanners' programs write them now and then, and browsers on many systems show them.

mod blocks;
mod coder;
mod huffman;
mod picture;
mod scan;

use super::markers::read_frame;
use super::mend::next_marker;
use crate::{Error, Format, Limits};
use huffman::Writer;
use picture::Picture;
use scan::{Scan, Tables};

const SEQUENTIAL: u8 = 0xC9;
const PROGRESSIVE: u8 = 0xCA;
const EXTENDED_HUFFMAN: u8 = 0xC1;
const HUFFMAN_TABLES: u8 = 0xC4;
const CONDITIONING: u8 = 0xCC;
const SCAN: u8 = 0xDA;
const END: u8 = 0xD9;
const RESTART_INTERVAL: u8 = 0xDD;

/// A JPEG that was written anew.
pub(super) struct Transcoded {
    pub(super) jpeg: Vec<u8>,
    /// How many blocks of the picture there were, of how many.
    pub(super) share: (u64, u64),
    /// Whether all there is could be read, up to the marker for the end.
    pub(super) is_whole: bool,
}

/// The same picture with Huffman codes; `None` where it has others already. One that is cut off or broken goes on as far as it could
/// be read.
pub(super) fn transcode(jpeg: &[u8], limits: &Limits) -> Result<Option<Transcoded>, Error> {
    let mut before = Segments { jpeg, at: 2 }.take_while(|(marker, _)| *marker != SCAN);
    let frame = before.find(|(marker, _)| matches!(*marker, SEQUENTIAL | PROGRESSIVE));
    let Some((coding, data)) = frame else {
        return Ok(None);
    };
    // What is wrong with it is for the next to say.
    let Ok(frame) = read_frame(EXTENDED_HUFFMAN, data) else {
        return Ok(None);
    };
    let size = (frame.width, frame.height);
    limits.check_pixels(size.0, size.1)?;
    let mut picture = Picture::new(&frame);
    limits.check_memory(Format::Jpeg, size, picture.bytes())?;
    picture.make_room();

    let mut out = Writer::default();
    let mut tables = Tables::default();
    let mut restart = 0;
    let mut is_whole = true;
    let mut segments = Segments { jpeg, at: 2 };
    while let Some((marker, data)) = segments.next() {
        match (marker, data) {
            (SEQUENTIAL | PROGRESSIVE, _) => {}
            (CONDITIONING, _) => tables.set(data),
            (RESTART_INTERVAL, &[high, low, ..]) => restart = u16::from_be_bytes([high, low]),
            (SCAN, _) => {
                let Some(scan) = Scan::new(data, &picture, coding == PROGRESSIVE) else {
                    is_whole = false;
                    break;
                };
                let coded = &jpeg[segments.at..];
                let decoded = scan.decode(coded, (&tables, restart), &mut picture, limits)?;
                is_whole &= decoded.is_whole;
                segments.at += decoded.bytes;
            }
            _ => out.segment(marker, data),
        }
    }
    is_whole &= matches!(next_marker(jpeg, segments.at), Some((END, _)));
    out.segment(EXTENDED_HUFFMAN, data);
    out.segment(HUFFMAN_TABLES, &huffman::tables());
    let count = picture.planes.len() as u8;
    let components = picture.planes.iter().flat_map(|plane| [plane.id, 0]);
    let header: Vec<_> = [count]
        .into_iter()
        .chain(components)
        .chain([0, 63, 0])
        .collect();
    out.segment(SCAN, &header);
    picture.write(&mut out, limits)?;
    Ok(Some(Transcoded {
        jpeg: out.finish(),
        share: picture.share(),
        is_whole,
    }))
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

    /// Each was made by `jpegtran` from the first, without loss: at once, with restarts, with a scan for each component, and in
    /// progressive order with restarts.
    #[test]
    fn nothing_is_lost() {
        let huffman = file("fine.jpg");
        let limits = Limits::default();
        assert!(transcode(&huffman, &limits).expect("no limit").is_none());
        for name in [
            "fine-arithmetic.jpg",
            "fine-restarted.jpg",
            "fine-apart.jpg",
            "fine-progressive.jpg",
        ] {
            let read = transcode(&file(name), &limits).expect("no limit");
            let read = read.expect("arithmetic coding");
            assert!(read.is_whole && read.share.0 == read.share.1, "{name}");
            assert!(pixels(&read.jpeg) == pixels(&huffman), "{name}");
        }
    }

    /// It has eight rows of twelve units of six blocks. What is decided by the last bytes alone may be wrong, which is less than a row
    /// of units, and upsampling reaches a row of pixels beyond a unit.
    #[test]
    fn what_is_cut_off_goes_as_far_as_it_can() {
        let (width, row) = (192 * 3, 12 * 6);
        let huffman = pixels(&file("fine.jpg"));
        let whole = file("fine-restarted.jpg");
        let mut last = 0;
        for length in (0..whole.len()).step_by(89) {
            let read = transcode(&whole[..length], &Limits::default()).expect("no limit");
            let Some(Transcoded {
                jpeg,
                share: (there, all),
                is_whole,
            }) = read
            else {
                continue;
            };
            assert!(!is_whole && there <= all, "{length}");
            last = there;
            let rows = (there as usize / row).saturating_sub(1) * 16;
            let rows = rows.saturating_sub(1);
            assert!(
                rows == 0 || pixels(&jpeg)[..rows * width] == huffman[..rows * width],
                "{length}"
            );
        }
        assert!(last as usize >= 7 * row);
    }

    /// All of a progressive picture is there after its first scan, and the rest makes it sharper.
    #[test]
    fn a_progressive_one_is_there_early() {
        let huffman = pixels(&file("fine.jpg"));
        let whole = file("fine-progressive.jpg");
        let mut before = u64::MAX;
        for part in 1..=4 {
            let read = transcode(&whole[..whole.len() * part / 4], &Limits::default());
            let read = read.expect("no limit").expect("arithmetic coding");
            assert!(read.share.0 == read.share.1 && read.is_whole == (part == 4));
            let pixels = pixels(&read.jpeg);
            let differences = pixels.iter().zip(&huffman);
            let differences = differences.map(|(one, other)| u64::from(one.abs_diff(*other)));
            let difference = differences.sum();
            assert!(difference < before);
            before = difference;
        }
        assert_eq!(before, 0);
    }
}
