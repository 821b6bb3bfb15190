//! Which format a file is of, told from its first bytes and never from its name.

use crate::decode::{brands, is_icon, is_raw, is_svg};
use crate::{Error, Format};

/// As many first bytes as are looked at, at most. A file that is not known by these is not known.
const SNIFF_BYTES: usize = 4096;

/// As many first bytes as tell what a file is that starts with `start`: a few for most, the whole list of brands for HEIF, and for a
/// text all until a drawing's comments have come to an end.
pub(crate) fn bytes_to_know(start: &[u8]) -> usize {
    const FEW: usize = 32;
    match start {
        [a, b, c, d, b'f', b't', b'y', b'p', ..] => {
            let length = u32::from_be_bytes([*a, *b, *c, *d]);
            usize::try_from(length).map_or(SNIFF_BYTES, |length| length.clamp(FEW, SNIFF_BYTES))
        }
        // A tag, alone or after a space or a mark of how it is coded, or inside gzip.
        [b'<' | b' ' | b'\t' | b'\r' | b'\n' | 0xEF | 0xFE, ..]
        | [0xFF, 0xFE, ..]
        | [0, b'<', ..]
        | [0x1F, 0x8B, ..] => SNIFF_BYTES,
        _ => FEW,
    }
}

/// The format of a file that starts with `start`: at least as many bytes as [`bytes_to_know`] says, or all there are.
///
/// # Errors
///
/// [`Error::Empty`], [`Error::UnreadFormat`] for a picture of another kind, and [`Error::NotAPicture`].
pub(crate) fn sniff(start: &[u8]) -> Result<Format, Error> {
    let is = |magic: &[u8]| start.starts_with(magic);
    Ok(match start {
        [] => return Err(Error::Empty),
        _ if is(&[0xFF, 0xD8, 0xFF]) => Format::Jpeg,
        _ if is(b"\x89PNG\r\n\x1A\n") => Format::Png,
        _ if is(b"GIF87a") || is(b"GIF89a") => Format::Gif,
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Format::WebP,
        _ if is_bmp(start) => Format::Bmp,
        _ if is_tiff(start) => Format::Tiff,
        _ if is_raw(start) => Format::Raw,
        _ if is(b"\xFF\x0A") || is(b"\0\0\0\x0CJXL \r\n\x87\n") => Format::Jxl,
        _ if let Some(format) = heif(start) => match format {
            Format::Heic if !cfg!(feature = "heic") => {
                return Err(Error::UnreadFormat { name: "HEIC" });
            }
            Format::Avif if !cfg!(feature = "avif") => {
                return Err(Error::UnreadFormat { name: "AVIF" });
            }
            format => format,
        },
        _ if is_icon(start) => Format::Ico,
        _ if is_svg(start) => Format::Svg,
        _ => return Err(unread(start)),
    })
}

/// `BM` alone begins too many texts: the size of the header that follows the file header is looked at too.
fn is_bmp(start: &[u8]) -> bool {
    let size = start.get(14..18).and_then(|bytes| bytes.try_into().ok());
    // OS/2's first, OS/2's second in any length and Windows' third, fourth and fifth among them.
    let is_header = |size| matches!(size, 12 | 16..=64 | 108 | 124);
    start.starts_with(b"BM") && size.map(u32::from_le_bytes).is_some_and(is_header)
}

/// Either byte order, classic (42) or BigTIFF (43).
fn is_tiff(start: &[u8]) -> bool {
    matches!(
        start,
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..]
    )
}

/// The error for a file that is of no format that is read: by name, where it is one that people take for a picture.
fn unread(start: &[u8]) -> Error {
    const NAMES: [(&[u8], &str); 12] = [
        (b"\0\0\0\x0CjP  \r\n\x87\n", "JPEG 2000"),
        (b"\xFF\x4F\xFF\x51", "JPEG 2000"),
        (b"%PDF-", "PDF"),
        (b"8BPS", "Photoshop (PSD)"),
        (b"IIRO", "Olympus raw (ORF)"),
        (b"IIRS", "Olympus raw (ORF)"),
        (b"MMOR", "Olympus raw (ORF)"),
        (b"FOVb", "Sigma raw (X3F)"),
        (b"II\x1A\0\0\0HEAPCCDR", "Canon raw (CRW)"),
        (b"\0MRM", "Minolta raw (MRW)"),
        (b"qoif", "QOI"),
        (b"\x76\x2F\x31\x01", "OpenEXR"),
    ];
    if let Some((_, name)) = NAMES.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Error::UnreadFormat { name };
    }
    match brands(start).next() {
        Some(_) => Error::UnreadFormat { name: "a video" },
        None => Error::NotAPicture {
            start: start[..start.len().min(16)].to_vec(),
        },
    }
}

/// HEIF's pictures, by the brands of the file: one that is AVIF to nobody is taken for HEIC, whatever it holds.
fn heif(start: &[u8]) -> Option<Format> {
    const HEIC: [&[u8; 4]; 12] = [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2",
        b"msf1", b"MiHE",
    ];
    // The minimized form says in the place of a version what it is.
    if brands(start).next() == Some(b"mif3") {
        let is_avif = start.get(12..16) == Some(b"avif");
        return Some(if is_avif { Format::Avif } else { Format::Heic });
    }
    if brands(start).any(|brand| matches!(brand, b"avif" | b"avis")) {
        return Some(Format::Avif);
    }
    brands(start)
        .any(|brand| HEIC.contains(&brand))
        .then_some(Format::Heic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn formats_are_known_by_their_first_bytes() {
        let check = |start: &[u8], format: Format| {
            assert_eq!(sniff(start).ok(), Some(format), "{start:?}");
        };
        check(b"\xFF\xD8\xFF\xE0", Format::Jpeg);
        check(b"\xFF\xD8\xFF\xDB", Format::Jpeg);
        check(b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR", Format::Png);
        check(b"GIF87a", Format::Gif);
        check(b"GIF89a", Format::Gif);
        check(b"RIFF\x01\x02\x03\x04WEBPVP8 ", Format::WebP);
        check(b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0", Format::Bmp);
        check(b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x7C\0\0\0", Format::Bmp);
        check(b"II*\0\x08\0\0\0", Format::Tiff);
        check(b"MM\0*\0\0\0\x08", Format::Tiff);
        check(b"II+\0\x08\0\0\0", Format::Tiff);
        check(b"IIU\0\x18\0\0\0", Format::Raw);
        check(b"FUJIFILMCCD-RAW 0201", Format::Raw);
        check(b"\0\0\0\x18ftypcrx \0\0\0\x01mif1heic", Format::Raw);
        check(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Format::Heic);
        check(b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Format::Heic);
        check(b"\0\0\0\x18ftypmif1\0\0\0\0miafavif", Format::Avif);
        check(b"\0\0\0\x14ftypavis\0\0\0\0avif", Format::Avif);
        check(b"\0\0\0\x10ftypmif3avif", Format::Avif);
        check(b"\0\0\0\x10ftypmif3heic", Format::Heic);
        check(b"\xFF\x0A\xFA\x1F", Format::Jxl);
        check(b"\0\0\0\x0CJXL \r\n\x87\n", Format::Jxl);
        check(b"<?xml version='1.0'?><svg/>", Format::Svg);
        check(
            b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\x68\x04\0\0\x16\0\0\0",
            Format::Ico,
        );
    }

    #[test]
    fn a_file_is_known_as_soon_as_can_be() {
        assert_eq!(bytes_to_know(b"\x89PNG\r\n\x1A\n"), 32);
        assert_eq!(bytes_to_know(b"hello"), 32);
        assert_eq!(bytes_to_know(b"\0\0\0\x40ftypmif1"), 64);
        assert_eq!(bytes_to_know(b"\xFF\xFF\xFF\xFFftypmif1"), SNIFF_BYTES);
        assert_eq!(bytes_to_know(b"<?xml version='1.0'?>"), SNIFF_BYTES);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let check = |start: &[u8]| {
            let error = sniff(start).expect_err("no picture");
            assert_eq!(error.kind(), ErrorKind::UnsupportedFormat, "{error}");
            assert!(
                matches!(error, Error::NotAPicture { .. } | Error::Empty),
                "{error}"
            );
        };
        check(b"");
        check(b"\xFF");
        check(b"hello");
        check(b"BMW is a maker of cars, not a bitmap");
        check(b"RIFF\x01\x02\x03\x04WAVEfmt ");
        check(b"II");
        check(b"\x89PNG\r\r\n\x1A");
        check(&[0; 32]);
    }

    #[test]
    fn other_pictures_are_refused_by_name() {
        let check = |start: &[u8], name: &str| {
            let error = sniff(start).expect_err("not read");
            assert!(error.to_string().contains(name), "{error}");
        };
        check(b"IIRO\x08\0\0\0", "ORF");
        check(b"II\x1A\0\0\0HEAPCCDR\x02\0", "CRW");
        check(b"\0\0\0\x18ftypmp42\0\0\0\0", "video");
        check(b"\0\0\0\x0CjP  \r\n\x87\n", "JPEG 2000");
        check(b"%PDF-1.7\n", "PDF");
        check(b"8BPS\0\x01", "PSD");
    }
}
