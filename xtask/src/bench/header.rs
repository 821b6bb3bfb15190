//! What a picture file's header says about the work that it makes.

/// How the pixels are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Jpeg {
        progressive: bool,
        sampling: Sampling,
    },
    Png {
        palette: bool,
    },
    WebPLossy,
    WebPLossless,
    Gif,
}

/// How finely a JPEG's colour is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sampling {
    Grey,
    /// Colour for each pixel.
    Full,
    /// Colour for pairs of neighbours in a row: 4:2:2.
    HalfAcross,
    /// Colour for squares of four pixels: 4:2:0.
    Quarter,
    /// Anything else of three components.
    Odd,
    /// CMYK or YCCK.
    FourInks,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Header {
    /// Reads the header of a file in one of the formats that are compared.
    pub(crate) fn read(file: &[u8]) -> Option<Self> {
        match file {
            [0xff, 0xd8, rest @ ..] => jpeg(rest),
            [0x89, b'P', b'N', b'G', ..] => Some(Self {
                kind: Kind::Png {
                    palette: *file.get(25)? == 3,
                },
                width: u32::from_be_bytes(*file.get(16..)?.first_chunk()?),
                height: u32::from_be_bytes(*file.get(20..)?.first_chunk()?),
            }),
            [b'G', b'I', b'F', b'8', _, b'a', w0, w1, h0, h1, ..] => Some(Self {
                kind: Kind::Gif,
                width: u16::from_le_bytes([*w0, *w1]).into(),
                height: u16::from_le_bytes([*h0, *h1]).into(),
            }),
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
                chunks @ ..,
            ] => webp(chunks),
            _ => None,
        }
    }

    pub(crate) fn short_side(&self) -> u32 {
        self.width.min(self.height)
    }

    pub(crate) fn long_side(&self) -> u32 {
        self.width.max(self.height)
    }

    pub(crate) fn megapixels(&self) -> f64 {
        f64::from(self.width) * f64::from(self.height) / 1e6
    }
}

/// The frame header is the first segment that matters (ITU-T T.81, B.2.2).
fn jpeg(mut rest: &[u8]) -> Option<Header> {
    loop {
        let [0xff, marker, after @ ..] = rest else {
            return None;
        };
        // Any number of fill bytes may stand before a marker.
        if *marker == 0xff {
            rest = &rest[1..];
            continue;
        }
        let length = usize::from(u16::from_be_bytes(*after.first_chunk()?));
        if matches!(marker, 0xc0..=0xc2) {
            return frame(*marker == 0xc2, after.get(2..length)?);
        }
        rest = after.get(length..)?;
    }
}

fn frame(progressive: bool, segment: &[u8]) -> Option<Header> {
    let [_precision, h0, h1, w0, w1, count, components @ ..] = segment else {
        return None;
    };
    // One byte for both factors: the horizontal one in the upper half.
    let factors: Vec<_> = components
        .as_chunks::<3>()
        .0
        .iter()
        .map(|one| one[1])
        .collect();
    let sampling = match (count, factors.as_slice()) {
        (1, _) => Sampling::Grey,
        (3, [0x22, 0x11, 0x11]) => Sampling::Quarter,
        (3, [0x21, 0x11, 0x11]) => Sampling::HalfAcross,
        (3, [luma, blue, red]) if luma == blue && luma == red => Sampling::Full,
        (4, _) => Sampling::FourInks,
        _ => Sampling::Odd,
    };
    Some(Header {
        kind: Kind::Jpeg {
            progressive,
            sampling,
        },
        width: u16::from_be_bytes([*w0, *w1]).into(),
        height: u16::from_be_bytes([*h0, *h1]).into(),
    })
}

/// The first chunk that holds pixels: a plain picture, or one behind an extended header.
fn webp(mut chunks: &[u8]) -> Option<Header> {
    loop {
        let length = u32::from_le_bytes(*chunks.get(4..)?.first_chunk()?) as usize;
        let body = chunks.get(8..)?;
        match chunks.first_chunk()? {
            b"VP8 " => {
                // Behind the frame tag and the start code; the upper two bits are a scale (RFC 6386, 9.1).
                let side = |at: usize| {
                    Some(u32::from(
                        u16::from_le_bytes(*body.get(at..)?.first_chunk()?) & 0x3fff,
                    ))
                };
                return Some(Header {
                    kind: Kind::WebPLossy,
                    width: side(6)?,
                    height: side(8)?,
                });
            }
            b"VP8L" => {
                let bits = u32::from_le_bytes(*body.get(1..)?.first_chunk()?);
                return Some(Header {
                    kind: Kind::WebPLossless,
                    width: (bits & 0x3fff) + 1,
                    height: (bits >> 14 & 0x3fff) + 1,
                });
            }
            // Chunks are padded to an even length.
            _ => chunks = body.get(length.next_multiple_of(2)..)?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &[u8], kind: Kind, width: u32, height: u32) {
        let expected = Header {
            kind,
            width,
            height,
        };
        assert_eq!(Header::read(file), Some(expected));
        // Cut anywhere, it says nothing, or the same where the end does not matter.
        for length in 0..file.len() {
            let read = Header::read(&file[..length]);
            assert!(read.is_none() || read == Some(expected), "{length}");
        }
    }

    /// A start, a comment, a fill byte, and a frame header of 300 x 200 pixels.
    fn jpeg_file(marker: u8, factors: &[u8]) -> Vec<u8> {
        let mut file = vec![0xff, 0xd8, 0xff, 0xfe, 0, 4, b'h', b'i', 0xff, 0xff, marker];
        let count = factors.len() as u8;
        file.extend([0, 8 + 3 * count, 8, 0, 200, 1, 44, count]);
        for (id, &factor) in (1..).zip(factors) {
            file.extend([id, factor, 0]);
        }
        file
    }

    #[test]
    fn a_jpeg_is_known_by_its_frame_header() {
        let check = |marker, factors: &[u8], progressive, sampling| {
            let kind = Kind::Jpeg {
                progressive,
                sampling,
            };
            check(&jpeg_file(marker, factors), kind, 300, 200);
        };
        check(0xc0, &[0x22, 0x11, 0x11], false, Sampling::Quarter);
        check(0xc1, &[0x21, 0x11, 0x11], false, Sampling::HalfAcross);
        check(0xc2, &[0x11, 0x11, 0x11], true, Sampling::Full);
        check(0xc0, &[0x12, 0x11, 0x11], false, Sampling::Odd);
        check(0xc0, &[0x22], false, Sampling::Grey);
        check(0xc2, &[0x11, 0x11, 0x11, 0x11], true, Sampling::FourInks);
    }

    #[test]
    fn the_other_formats_are_known_by_theirs() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x01\x2c\0\0\0\xc8\x08".to_vec();
        png.push(3);
        check(&png, Kind::Png { palette: true }, 300, 200);
        *png.last_mut().expect("not empty") = 6;
        check(&png, Kind::Png { palette: false }, 300, 200);

        check(b"GIF89a\x2c\x01\xc8\0", Kind::Gif, 300, 200);

        let lossy = b"RIFF\0\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a\x2c\x01\xc8\x40";
        check(lossy, Kind::WebPLossy, 300, 200);
        // Behind an extended header and an ICC profile of odd length.
        let lossless =
            b"RIFF\0\0\0\0WEBPVP8X\x02\0\0\0\0\0ICCP\x01\0\0\0\0\0VP8L\x05\0\0\0\x2f\x2b\xc1\x31\0";
        check(lossless, Kind::WebPLossless, 300, 200);
    }

    #[test]
    fn anything_else_is_none_of_them() {
        assert_eq!(Header::read(b"BM, a bitmap of long ago"), None);
        // An arithmetic-coded JPEG has another frame header.
        assert_eq!(Header::read(&jpeg_file(0xc9, &[0x11])), None);
    }
}
