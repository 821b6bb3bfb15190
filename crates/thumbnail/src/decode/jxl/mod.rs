//! JPEG XL, bare or in its container: the first frame that is shown.
//!
//! What photographs are, one frame coded by cosine transforms, is decoded by `jxl`. It counts no memory, and for such frames it is known
//! from the header what they can take at worst. Everything else, and what there is no memory for that way, is decoded by `jxl-oxide`, which counts.

mod container;
mod frame;
mod layered;
mod plain;

use crate::Error;
use crate::sink::Sink;
use container::codestream;

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    let limits = *sink.limits();
    let codestream = codestream(source);
    if let Some((width, height)) = claimed(&codestream) {
        // The decoders take one that is far too large for broken.
        limits.check_pixels(width, height)?;
    }
    if let Some(mut picture) = plain::begin(codestream.into_owned(), &limits)?
        && picture.start(sink).is_ok()
    {
        return picture.decode(sink);
    }
    layered::decode(source, sink)
}

/// The size that the codestream begins with (ISO/IEC 18181-1, SizeHeader), where there are bytes enough to read it at once.
fn claimed(codestream: &[u8]) -> Option<(u32, u32)> {
    const RATIOS: [(u64, u64); 7] = [(1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1)];
    let codestream = codestream.strip_prefix(&[0xFF, 0x0A])?;
    let mut bits = u128::from_le_bytes(*codestream.first_chunk()?);
    let mut take = |count: u32| {
        let value = (bits & ((1 << count) - 1)) as u64;
        bits >>= count;
        value
    };
    let is_in_eights = take(1) == 1;
    let side = |take: &mut dyn FnMut(u32) -> u64| {
        if is_in_eights {
            8 * (take(5) + 1)
        } else {
            let count = [9, 13, 18, 30][take(2) as usize];
            take(count) + 1
        }
    };
    let height = side(&mut take);
    let width = match take(3) {
        0 => side(&mut take),
        ratio => {
            let (over, under) = RATIOS[ratio as usize - 1];
            height * over / under
        }
    };
    let sides = [width, height].map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    Some(sides.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;
    use crate::{Format, Limits, Spec};
    use std::fs;

    /// What a decoder makes of a file, in the size of a thumbnail.
    fn shown(file: &[u8], decode: impl FnOnce(&mut Sink<'_>) -> Result<(), Error>) -> Vec<u8> {
        let (specs, limits) = ([Spec::default()], Limits::default());
        let mut scratch = Scratch::default();
        let mut sink = Sink::new(
            Format::Jxl,
            file.len() as u64,
            &specs,
            &limits,
            &mut scratch,
        );
        decode(&mut sink).expect("a picture");
        let (header, scaled) = sink.finish();
        scaled[0].to_srgb(&header.colour).samples
    }

    #[test]
    fn both_decoders_show_the_same() {
        for name in ["quarters.jxl", "turned.jxl"] {
            let path = format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"));
            let file = fs::read(path).expect("a file");
            let layered = shown(&file, |sink| layered::decode(&file, sink));
            let plain = shown(&file, |sink| {
                let picture = plain::begin(codestream(&file).into_owned(), sink.limits())?;
                let mut picture = picture.expect("one frame of cosine transforms");
                picture.start(sink)?;
                picture.decode(sink)
            });
            assert_eq!(plain.len(), layered.len(), "{name}");
            let far = plain
                .iter()
                .zip(&layered)
                .map(|(a, b)| a.abs_diff(*b))
                .max();
            // As far as either may be from what was drawn, in the test of these files.
            assert!(far <= Some(6), "{name}: {far:?}");
        }
    }
}
