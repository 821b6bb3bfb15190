//! PNG as Apple's tools rewrite it for their telephones, which nobody else's readers show: a chunk `CgBI` before the header, data without
//! the header and the checksum of zlib, blue and red in each other's place, and colours that are multiplied with their alpha.

use super::chunks::{SIGNATURE, start};
use crate::raster::{Channels, Depth, Layout};

/// What inflating needs to be told: deflate with a window of 32 KiB (RFC 1950, 2.2).
const ZLIB: [u8; 2] = [0x78, 0x01];

/// The same file with what a reader of PNG needs, but for its colours. `None` where it is none of Apple's.
pub(super) fn completed(file: &[u8]) -> Option<Vec<u8>> {
    let ([length, name], behind) = start(file.get(SIGNATURE..)?)?;
    if name != b"CgBI" {
        return None;
    }
    // Contents and a checksum.
    let length = u32::from_be_bytes(*length) as usize;
    let chunks = behind.get(length.checked_add(4)?..)?;
    let mut data = chunks;
    loop {
        let ([length, name], behind) = start(data)?;
        if name == b"IDAT" {
            break;
        }
        let length = u32::from_be_bytes(*length) as usize;
        data = behind.get(length.checked_add(4)?..)?;
    }
    let (before, data) = chunks.split_at(chunks.len() - data.len());
    let named = [&b"IDAT"[..], &ZLIB].concat();
    let length = (ZLIB.len() as u32).to_be_bytes();
    let checksum = crc32fast::hash(&named).to_be_bytes();
    let header: [&[u8]; 3] = [&length, &named, &checksum];
    Some([&file[..SIGNATURE], before, &header.concat(), data].concat())
}

/// Puts red and blue in their places.
pub(super) fn put_right(pixels: &mut [u8], layout: Layout) {
    if layout.depth != Depth::Eight {
        return;
    }
    match layout.channels {
        Channels::Rgb => pixels
            .as_chunks_mut::<3>()
            .0
            .iter_mut()
            .for_each(|pixel| pixel.swap(0, 2)),
        Channels::Rgba => pixels
            .as_chunks_mut::<4>()
            .0
            .iter_mut()
            .for_each(|pixel| pixel.swap(0, 2)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn red_and_blue_change_places_where_there_are_any() {
        let check = |channels, expected: [u8; 12]| {
            let mut pixels = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
            put_right(&mut pixels, Layout::new(channels, Depth::Eight));
            assert_eq!(pixels, expected, "{channels:?}");
        };
        check(Channels::Grey, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        check(Channels::Rgb, [3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10]);
        check(Channels::Rgba, [3, 2, 1, 4, 7, 6, 5, 8, 11, 10, 9, 12]);
    }

    #[test]
    fn other_files_are_left_alone() {
        let file = b"\x89PNG\r\n\x1A\n\0\0\0\x04CgBI\x50\0\x20\x06....\0\0\0\0IDAT....";
        assert!(completed(file).is_some());
        for length in 0..file.len() - 4 {
            assert!(completed(&file[..length]).is_none());
        }
        let mut other = *file;
        other[12..16].copy_from_slice(b"IHDR");
        assert!(completed(&other).is_none());
    }
}
